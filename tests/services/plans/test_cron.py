"""When a cron expression is due, in UTC."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from warroom.model.errors import InvalidInputError
from warroom.services.plans.cron import read_cron

FRIDAY = datetime(2026, 11, 27, 9, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("* * * * *", ["27 Nov 09:31", "27 Nov 09:32"]),
        ("*/1 * * * *", ["27 Nov 09:31", "27 Nov 09:32"]),
        ("0 0 * * *", ["28 Nov 00:00", "29 Nov 00:00"]),
        ("30 9 * * *", ["28 Nov 09:30", "29 Nov 09:30"]),
        ("15,45 8-9 * * *", ["27 Nov 09:45", "28 Nov 08:15"]),
        ("0 12 * * 0", ["29 Nov 12:00", "06 Dec 12:00"]),
        ("0 12 * * 7", ["29 Nov 12:00", "06 Dec 12:00"]),
        ("0 12 1 * 0", ["29 Nov 12:00", "01 Dec 12:00"]),
        ("0 0 29 2 *", ["29 Feb 00:00", "29 Feb 00:00"]),
        ("5/20 10 31 12 *", ["31 Dec 10:05", "31 Dec 10:25"]),
    ],
)
def test_it_is_due_at_the_minutes_that_all_fields_allow(text: str, due: list[str]) -> None:
    assert [f"{one:%d %b %H:%M}" for one in islice(read_cron(text).after(FRIDAY), 2)] == due


def test_a_day_that_never_comes_is_never_due() -> None:
    assert list(read_cron("0 0 31 2 *").after(FRIDAY)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it has 0 fields"),
        ("* * * *", "it has 4 fields. Write five"),
        ("60 * * * *", "'60' in '60 * * * *' is no minute"),
        ("* 24 * * *", "is no hour"),
        ("* * 0 * *", "is no day"),
        ("* * * 13 *", "is no month"),
        ("* * * * MON", "is no weekday"),
        ("*/0 * * * *", "is no minute"),
        ("9-5 * * * *", "is no minute"),
        ("1-2-3 * * * *", "is no minute"),
    ],
)
def test_what_is_no_cron_expression_is_said(text: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words.replace("*", r"\*")):
        read_cron(text)
