from datetime import UTC, datetime

import pytest

from warroom.content.integration import Param
from warroom.mapping.first_fetch import FirstFetch, first_fetch

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3 days", datetime(2026, 11, 27, 12, tzinfo=UTC)),
        ("12 hours ago", datetime(2026, 11, 30, tzinfo=UTC)),
        ("1 Week", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("90 seconds", datetime(2026, 11, 30, 11, 58, 30, tzinfo=UTC)),
        ("2026-11-01T04:05:06Z", datetime(2026, 11, 1, 4, 5, 6, tzinfo=UTC)),
        ("since the beginning", None),
        ("999999 years", None),
        ("", None),
    ],
)
def test_a_span_or_a_time_is_read_and_nothing_else(value: str, expected: datetime | None) -> None:
    found = first_fetch([Param(name="first_fetch", kind=0)], {"first_fetch": value}, NOW)
    assert found == FirstFetch(name="first_fetch", value=value, at=expected)


@pytest.mark.parametrize("name", ["first_fetch", "firstFetch", "fetch_time", "first_fetch_time", "firstFetchTimestamp"])
def test_it_is_found_by_what_integrations_call_it_and_its_default_counts(name: str) -> None:
    params = [Param(name="url", kind=0), Param(name=name, kind=0, default_value="1 hour")]
    assert first_fetch(params, {}, NOW).at == datetime(2026, 11, 30, 11, tzinfo=UTC)


def test_an_integration_may_have_none() -> None:
    assert first_fetch([Param(name="url", kind=0)], {"url": "3 days"}, NOW) == FirstFetch()
