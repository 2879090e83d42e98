from datetime import UTC, datetime

import pytest

from warroom.mapping.last_run import ahead
from warroom.model.json import Json

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last_run", "says"),
    [
        ({"last_fetch": "2099-01-01T00:00:00Z"}, "last_fetch is 2099-01-01T00:00:00Z"),
        ({"a": [{"b": "2026-12-02"}]}, "a.0.b is 2026-12-02"),
        ({"time": 4_070_908_800}, "time is 4070908800"),
        ({"last_timestamp": 4_070_908_800_000}, "last_timestamp is 4070908800000"),
    ],
)
def test_a_time_to_come_is_named_with_its_place(last_run: Json, says: str) -> None:
    assert ahead(last_run, NOW) == says


@pytest.mark.parametrize(
    "last_run",
    [
        {},
        None,
        [],
        {"last_fetch": "2026-11-30T00:00:00Z"},
        {"last_fetch": "2026-11-30T12:00:00+14:00"},
        {"last_id": 4_070_908_800},
        {"time": 10**30, "date": float("inf"), "since": True},
        {"time": "2099-99-99"},
        {"last_fetch": "9999-12-31T23:59:59-14:00x"},
    ],
)
def test_what_is_no_time_or_not_to_come_is_left_alone(last_run: Json) -> None:
    assert ahead(last_run, NOW) == ""


def test_what_lies_too_deep_is_not_looked_for() -> None:
    deep: Json = "2099-01-01"
    for _ in range(10_000):
        deep = [deep]
    assert ahead(deep, NOW) == ""
