import pytest

from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.execution.indicator_search import read_search
from warroom.testing.clock import START


def test_arguments_are_read_as_commonserverpython_gives_them() -> None:
    search = read_search({"query": "type:IP", "size": "20", "page": 2, "fromDate": START.isoformat(), "value": None})
    assert (search.query, search.value, search.size, search.page, search.since) == ("type:IP", "", 20, 2, START)
    assert read_search({"size": 10**9}).size == 10_000


def test_where_to_go_on_comes_before_the_page() -> None:
    search = read_search({"searchAfter": [START.isoformat(), "abc", 7], "page": 3})
    assert (search.after and search.after.id, search.page, search.total) == ("abc", 0, 7)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"size": "many"}, "size takes a whole number from 1 on"),
        ({"page": -1}, "page takes a whole number from 0 on"),
        ({"searchAfter": ["x"]}, "searchAfter takes what the page before returned"),
    ],
)
def test_what_cannot_be_read_is_said(args: dict[str, Json], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        read_search(args)
