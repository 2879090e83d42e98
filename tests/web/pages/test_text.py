from datetime import UTC, datetime, timedelta

import pytest

from warroom.web.pages.text import lasting, one_line, plain, size, spent


def test_direction_characters_are_dropped_and_lines_stay() -> None:
    assert plain("invoice\u202egpj.exe\x00\nsecond") == "invoicegpj.exe\nsecond"


def test_what_is_too_long_says_how_much_more_there_is() -> None:
    assert plain("a" * 5000, 100) == "a" * 100 + "… (4,900 characters more)"


def test_one_line_takes_line_breaks_for_spaces() -> None:
    assert one_line("first\n\n second\tthird") == "first second third"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 B"), (1000, "1.0 kB"), (999_950_000, "1.0 GB"), (5_000_000_000_000_000, "5000.0 TB")]
)
def test_a_size_is_said_in_its_unit(count: int, said: str) -> None:
    assert size(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3, "0.0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (90_061, "1 d 1 h")]
)
def test_a_duration_is_said_in_two_units(seconds: float, said: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == said


def test_what_has_not_ended_took_no_time_yet() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert not spent(now, None)
    assert spent(now, now + timedelta(seconds=2)) == "2.0 s"
