from datetime import UTC, datetime, timedelta, timezone

import pytest

from visionone_sim.wire import AsciiResponse, precise_time, read_wire_time, wire_time


def test_a_time_is_written_in_utc_and_whole_seconds() -> None:
    moment = datetime(2031, 2, 3, 6, 5, 6, 999_000, tzinfo=timezone(timedelta(hours=2)))
    assert wire_time(moment) == "2031-02-03T04:05:06Z"
    assert precise_time(moment) == "2031-02-03T04:05:06.999Z"


@pytest.mark.parametrize("year", [1, 2031, 9999])
def test_what_is_written_can_be_read(year: int) -> None:
    moment = datetime(year, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert read_wire_time(wire_time(moment)) == moment


@pytest.mark.parametrize("text", ["2031-02-03T04:05:06.000Z", "2031-02-03", "2031-02-03T04:05:06+00:00", ""])
def test_other_forms_of_time_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time data|unconverted"):
        read_wire_time(text)


def test_half_of_a_character_can_be_sent() -> None:
    assert bytes(AsciiResponse({"a": "\ud800 é"}).body) == b'{"a":"\\ud800 \\u00e9"}'
