"""Silence is noticed: an instance that brings nothing, fails again and again, or does not end its fetch."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.sources import Intake, Source, an_alert
from warroom.services.intake.fetch_watch import ConcernKind, FetchWatch
from warroom.services.ports.runner import Ran
from warroom.testing.runner import FakeCode

WEEK = 168 * 3600


async def kinds(intake: Intake, hours: float = 168) -> list[ConcernKind]:
    concerns = await FetchWatch(fetching=intake.fetching, mirroring=intake.mirroring, silent_hours=hours).concerns()
    return [concern.kind for concern in concerns]


async def test_an_instance_that_has_brought_nothing_for_a_week_is_named_until_it_brings_something() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    assert await kinds(intake) == []
    await intake.fetch()
    intake.world.clock.advance(WEEK - 60)
    await intake.fetch()
    assert await kinds(intake) == []
    intake.world.clock.advance(120)
    await intake.fetch()
    (concern,) = await FetchWatch(fetching=intake.fetching, mirroring=intake.mirroring).concerns()
    assert concern.kind is ConcernKind.SILENT
    assert concern.since == intake.world.clock.now() - timedelta(seconds=WEEK + 60)
    assert concern.says.startswith("It has brought nothing since ")
    intake.source.alerts.append(an_alert(2))
    await intake.fetch()
    assert await kinds(intake) == []


async def test_an_instance_that_never_brought_anything_is_named_from_its_first_fetch_on() -> None:
    intake = Intake(Source())
    await intake.begin()
    await intake.fetch()
    intake.world.clock.advance(WEEK + 1)
    intake.restart()
    assert await kinds(intake) == [ConcernKind.SILENT]


@pytest.mark.parametrize(("hours", "expected"), [(0, []), (1, [ConcernKind.SILENT]), (3, [])])
async def test_how_long_it_may_be_silent_is_a_setting(hours: float, expected: list[ConcernKind]) -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    await intake.fetch()
    intake.world.clock.advance(2 * 3600)
    await intake.fetch()
    assert await kinds(intake, hours) == expected


async def test_fetches_that_fail_in_a_row_are_named_with_since_when_and_why() -> None:
    intake = Intake(Source([an_alert(1)], ends=["raise"] * 4))
    await intake.begin()
    for _ in range(2):
        await intake.fetch()
        intake.world.clock.advance(3600)
    assert ConcernKind.FAILING not in await kinds(intake)
    await intake.fetch()
    (concern,) = await FetchWatch(fetching=intake.fetching, mirroring=intake.mirroring).concerns()
    assert concern.kind is ConcernKind.FAILING
    assert concern.since == intake.world.clock.now() - timedelta(hours=2)
    assert concern.says.startswith("3 fetches in a row have failed, since ")
    assert "HTTPError: 500. Alerts since then" in concern.says
    await intake.fetch()
    await intake.fetch()
    assert await kinds(intake) == []


async def test_a_fetch_that_does_not_end_is_named() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    await intake.fetch()
    intake.world.clock.advance(14 * 60)
    assert await kinds(intake) == []
    intake.world.clock.advance(120)
    assert await kinds(intake) == [ConcernKind.STALLED]


class Hasty(Source):
    """Puts the time of what it has seen into its cursor, whatever that is."""

    def fetch(self, code: FakeCode) -> Ran:
        ran = super().fetch(code)
        return replace(ran, last_run={**(ran.last_run or {}), "last_fetch": "2099-01-01T00:00:00Z"})


async def test_a_cursor_that_has_moved_into_the_future_is_named() -> None:
    intake = Intake(Hasty([an_alert(1)]))
    await intake.begin()
    assert await kinds(intake) == []
    await intake.fetch()
    (concern,) = await FetchWatch(fetching=intake.fetching, mirroring=intake.mirroring).concerns()
    assert concern.kind is ConcernKind.AHEAD
    assert concern.says.startswith("Its lastRun names a time to come (last_fetch is 2099-01-01T00:00:00Z): alerts")


async def test_an_instance_that_is_switched_off_or_gone_is_no_concern() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    await intake.fetch()
    intake.world.clock.advance(WEEK + 1)
    (instance,) = intake.world.instances
    await intake.world.journal.remove_instance(instance.id, "ana", intake.world.clock.now())
    assert await kinds(intake) == []
