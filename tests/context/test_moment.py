from datetime import UTC, datetime, timedelta, timezone

import pytest

from warroom.context.moment import go_format, moment
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

WHEN = datetime(2026, 8, 2, 14, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-08-02T14:03:05Z",
        "2026-08-02T16:03:05+02:00",
        "2026-08-02 14:03:05",
        "2026-08-02 14:03:05 UTC",
        "2026-08-02T14:03:05.000000000Z",
        "Sun, 02 Aug 2026 14:03:05 GMT",
        "Sun, 2 Aug 2026 16:03:05 +0200",
        "02 Aug 26 14:03:05 GMT",
        "Sun Aug  2 14:03:05 2026",
        "Sun Aug  2 14:03:05 UTC 2026",
        "2026/08/02 14:03:05",
        1785679385,
        "1785679385",
        1785679385000,
        ["2026-08-02T14:03:05Z"],
    ],
)
def test_dates_in_the_formats_that_xsoar_reads(value: Json) -> None:
    assert moment(value) == WHEN


def test_fractions_are_kept() -> None:
    assert moment("2026-08-02T14:03:05.1234567Z").microsecond == 123456
    assert moment("1785679385.5").microsecond == 500_000


@pytest.mark.parametrize("value", ["soon", "", None, True, {}, [], "2026-99-99", 1e30, "Sun, 99 Aug 2026 14:03:05 GMT"])
def test_what_is_no_date_is_named(value: Json) -> None:
    with pytest.raises(InvalidInputError, match="is not a date"):
        moment(value)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("02 Jan 06 15:04 MST", "02 Aug 26 14:03 UTC"),
        ("2006-01-02T15:04:05Z07:00", "2026-08-02T14:03:05Z"),
        ("Monday, January 2, 3:04 pm", "Sunday, August 2, 2:03 pm"),
        ("Mon _2 1 PM 03 4 5", "Sun  2 8 PM 02 3 5"),
        ("15:04:05.000", "14:03:05.000"),
        ("15:04:05.999", "14:03:05"),
        ("-0700 -07:00 -07 Z0700", "+0000 +00:00 +00 Z"),
    ],
)
def test_layouts_of_go(layout: str, text: str) -> None:
    assert go_format(WHEN, layout) == text


def test_zones_other_than_utc_are_written() -> None:
    when = WHEN.astimezone(timezone(timedelta(hours=2), "CEST"))
    assert go_format(when, "15:04 MST Z07:00 Z0700 -07") == "16:03 CEST +02:00 +0200 +02"


def test_fractions_are_written_to_the_digit() -> None:
    when = WHEN.replace(microsecond=120_000)
    assert go_format(when, "05.000 05.999 05.000000000") == "05.120 05.12 05.120000000"
