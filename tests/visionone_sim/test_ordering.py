import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.ordering import ordered, read_order

FIELDS = ("name", "size")


def test_a_list_says_which_way_a_bare_field_goes() -> None:
    assert read_order("name", FIELDS, (), descending=True) == (("name", True),)
    assert read_order("name", FIELDS, (), descending=False) == (("name", False),)
    assert read_order(None, FIELDS, (("size", True),)) == (("size", True),)


@pytest.mark.parametrize("text", ["", "colour", "name up", "name asc desc", "name,,size"])
def test_an_order_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadRequestError):
        read_order(text, FIELDS, ())


def test_the_first_field_decides_and_the_second_settles_ties() -> None:
    records = ["bb", "a", "aa", "b"]
    keys = {"name": lambda text: text[0], "size": len}
    assert ordered(records, (("name", False), ("size", True)), keys) == ["aa", "a", "bb", "b"]
