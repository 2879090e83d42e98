from datetime import UTC, datetime

import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.paging import Cursor, cut, page_size, page_size_between, read_cursor

NOW = datetime(2031, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)


def test_a_token_leads_back_to_its_cursor() -> None:
    cursor = Cursor(40, NOW)
    assert read_cursor(cursor.token(), datetime(2040, 1, 1, tzinfo=UTC)) == cursor


def test_a_walk_begins_now() -> None:
    assert read_cursor(None, NOW) == Cursor(0, NOW)


@pytest.mark.parametrize("token", ["", "x", "%%%", "bnVsbA", "WzEsIDJd", "Wy0xLCAiMjAzMS0wMi0wM1QwNDowNTowNiJd", "é"])
def test_an_invented_token_is_refused(token: str) -> None:
    with pytest.raises(BadRequestError):
        read_cursor(token, NOW)


@pytest.mark.parametrize(
    ("count", "pages"),
    [(0, [[]]), (3, [[0, 1, 2]]), (4, [[0, 1, 2], [3]]), (6, [[0, 1, 2], [3, 4, 5]])],
)
def test_pages_cover_all_records_once(count: int, pages: list[list[int]]) -> None:
    found: list[list[int]] = []
    cursor: Cursor | None = Cursor(0, NOW)
    while cursor is not None:
        page = cut(range(count), cursor, 3)
        found.append(list(page.items))
        cursor = page.next
    assert found == pages


def test_top_is_one_of_a_few_numbers() -> None:
    assert page_size({}, (50, 100), 50) == 50
    assert page_size({"top": "100"}, (50, 100), 50) == 100
    for text in ("1", "-50", "many", "", "\u0665\u0660", "050"):
        with pytest.raises(BadRequestError):
            page_size({"top": text}, (50, 100), 50)


def test_top_is_any_number_of_a_range() -> None:
    assert page_size_between({}, 10, 1000, 50) == 50
    for number in (10, 11, 999, 1000):
        assert page_size_between({"top": str(number)}, 10, 1000, 50) == number
    for text in ("9", "1001", "0", "-50", "many", "", "\u0665\u0660", "050", "0050", "50.0", " 50", "50\n", "9" * 5000):
        with pytest.raises(BadRequestError, match="it is a number from 10 to 1000"):
            page_size_between({"top": text}, 10, 1000, 50)
