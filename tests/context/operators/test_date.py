import pytest

from warroom.context.operators import compare
from warroom.model.errors import InvalidInputError

EARLY, LATE = "2026-08-22T14:03:00Z", "2026-08-22T14:03:01Z"


def test_before_and_after() -> None:
    assert compare("isBefore", EARLY, LATE)
    assert not compare("isBefore", EARLY, EARLY)
    assert compare("date.isAfter", LATE, EARLY)
    assert not compare("isAfter", EARLY, LATE)


def test_the_same_moment_in_other_words() -> None:
    assert compare("isSame", EARLY, "Sat, 22 Aug 2026 16:03:00 +0200")
    assert not compare("isSame", EARLY, LATE)


@pytest.mark.parametrize("name", ["isBefore", "isAfter", "isSame"])
def test_no_date_is_neither_before_nor_after(name: str) -> None:
    assert not compare(name, None, EARLY)


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(InvalidInputError, match='isBefore cannot compare "soon" with'):
        compare("isBefore", "soon", LATE)
