from datetime import UTC, datetime

import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.queries import OLDEST, Window, header_text, read_window

START = datetime(2031, 2, 3, tzinfo=UTC)
END = datetime(2031, 2, 4, tzinfo=UTC)


def read(parameters: dict[str, str]) -> Window:
    return read_window(parameters, start=START, end=END, targets=("created", "updated"))


def test_the_list_decides_what_is_not_asked() -> None:
    assert read({}) == Window(START, END, "created")


def test_both_ends_belong_to_the_window() -> None:
    window = read({"startDateTime": "2031-02-03T10:00:00Z", "endDateTime": "2031-02-03T10:00:00Z"})
    assert window.holds(datetime(2031, 2, 3, 10, tzinfo=UTC))
    assert not window.holds(datetime(2031, 2, 3, 10, 0, 1, tzinfo=UTC))
    assert not window.holds(None)


@pytest.mark.parametrize(
    ("parameters", "target"),
    [
        ({"startDateTime": "2031-02-03T10:00:00.000Z"}, "startDateTime"),
        ({"endDateTime": "yesterday"}, "endDateTime"),
        ({"startDateTime": "2031-02-05T00:00:00Z", "endDateTime": "2031-02-04T00:00:00Z"}, "endDateTime"),
        ({"dateTimeTarget": "deleted"}, "dateTimeTarget"),
    ],
)
def test_a_wrong_window_names_the_parameter(parameters: dict[str, str], target: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        read(parameters)
    assert caught.value.target == target


def test_a_start_after_the_present_is_an_empty_window() -> None:
    assert not read({"startDateTime": "2031-02-05T00:00:00Z"}).holds(OLDEST)


def test_a_header_is_read_as_utf8_when_it_is_that() -> None:
    assert header_text({"q": "Müller".encode().decode("latin-1")}, "q") == "Müller"
    assert header_text({"q": "M\xfcller"}, "q") == "Müller"
    assert header_text({}, "q") is None
