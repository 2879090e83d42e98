from dataclasses import dataclass

import pytest

from warroom.doors.answer import Items, Page, Window, json_of, shaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    name: str
    secret: str = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    name: str
    size: int


def test_an_answer_has_its_own_fields_of_a_value_and_what_is_given() -> None:
    assert shaped(Shown, Source(name="a"), size=3) == Shown(name="a", size=3)
    with pytest.raises(AttributeError, match="size"):
        shaped(Shown, Source(name="a"))


def test_a_page_is_written_with_its_items() -> None:
    page = Page(items=[Shown(name="a", size=1)], cursor="x")
    assert json_of(page) == {"items": [{"name": "a", "size": 1}], "cursor": "x"}
    window = Window(items=["a"], full=True)
    assert json_of(window) == {"items": ["a"], "full": True}
    assert json_of(Items(items=[Shown(name="a", size=1)])) == {"items": [{"name": "a", "size": 1}]}


def test_an_object_is_written_with_what_it_has_by_name() -> None:
    assert json_of({"a": Shown(name="a", size=1), "b": [1]}) == {"a": {"name": "a", "size": 1}, "b": [1]}
