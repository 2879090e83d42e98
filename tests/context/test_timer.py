"""Timers: what start, pause, stop and reset make of them, and when they are due."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.context.timer import IDLE, NEVER, acted, timer_of, with_sla
from warroom.model.errors import InvalidInputError

NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)


def after(*acts: tuple[str, int], sla: int = 0) -> dict[str, object]:
    """Return a timer after acts, each at so many minutes past nine."""
    timer = timer_of(None, sla)
    for action, minutes in acts:
        timer = acted(timer, action, NINE + timedelta(minutes=minutes))
    return timer


def test_it_counts_from_its_start_to_its_end_without_its_pauses() -> None:
    timer = after(("start", 0), ("pause", 10), ("start", 15), ("stop", 30))
    assert (timer["runStatus"], timer["accumulatedPause"], timer["totalDuration"]) == ("ended", 300, 1500)
    assert (timer["startDate"], timer["endDate"]) == ("2026-11-30T09:00:00Z", "2026-11-30T09:30:00Z")


def test_one_that_ends_in_a_pause_counts_to_the_pause() -> None:
    assert after(("start", 0), ("pause", 10), ("stop", 30))["totalDuration"] == 600


def test_a_pause_moves_what_is_due() -> None:
    assert after(("start", 0), sla=60)["dueDate"] == "2026-11-30T10:00:00Z"
    assert after(("start", 0), ("pause", 10), ("start", 15), sla=60)["dueDate"] == "2026-11-30T10:05:00Z"
    assert after(("start", 0))["dueDate"] == NEVER, "without an SLA nothing is due"


@pytest.mark.parametrize(
    ("before", "action", "status"),
    [
        ([("start", 0)], "start", "running"),
        ([], "pause", "idle"),
        ([], "stop", "idle"),
        ([("start", 0), ("stop", 5)], "start", "ended"),
        ([("start", 0), ("stop", 5)], "pause", "ended"),
    ],
)
def test_what_makes_no_sense_changes_nothing(before: list[tuple[str, int]], action: str, status: str) -> None:
    assert after(*before, (action, 6)) == after(*before)
    assert after(*before)["runStatus"] == status


def test_a_reset_keeps_only_the_sla() -> None:
    assert after(("start", 0), ("stop", 5), ("reset", 6), sla=60) == {**IDLE, "sla": 60}


def test_another_sla_counts_from_now_and_a_later_start_from_then() -> None:
    timer = with_sla(after(("start", 0)), NINE + timedelta(minutes=5), 444)
    assert (timer["sla"], timer["dueDate"]) == (444, "2026-11-30T16:29:00Z")


def test_an_action_that_there_is_not_is_said() -> None:
    with pytest.raises(InvalidInputError, match="'wind' is nothing that a timer does"):
        after(("wind", 0))
