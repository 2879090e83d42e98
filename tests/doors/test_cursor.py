import pytest

from warroom.doors.cursor import read, written
from warroom.model.errors import InvalidInputError


def test_a_cursor_leads_back_to_its_place() -> None:
    assert read(written("5#2/3@1 é", 7), lambda key, number: (key, int(number))) == ("5#2/3@1 é", 7)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10=", "eyJhIjoxfQ==", "Nw==", written("a"), written("a", "b"), "é"])
def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInputError, match="of another list"):
        read(cursor, lambda key, number: (key, int(number)))
