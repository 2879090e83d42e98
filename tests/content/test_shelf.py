import pytest

from tests.content.test_catalogue import script
from warroom.content.heading import Heading
from warroom.content.shelf import LateMapping, Shelf, headings


def test_a_value_is_made_once_and_only_when_it_is_asked_for() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    values = LateMapping(["a", "b"], make)
    assert ("a" in values, "c" in values, len(values), [*values]) == (True, False, 2, ["a", "b"])
    assert made == []
    assert (values["b"], values["b"], values.get("c")) == ("B", "B", None)
    assert made == ["b"]
    with pytest.raises(KeyError, match="c"):
        values["c"]


def test_headings_are_there_without_the_items() -> None:
    def unreadable(item_id: str) -> object:
        raise AssertionError(item_id)

    known = {"one": Heading("one", "One")}
    assert headings(Shelf(known, unreadable)) == known
    assert headings({"two": script("two", name="Two")}) == {"two": Heading("two", "Two")}
