import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.cast import items
from warroom.context.semantics import Semantics
from warroom.context.transformers import transform
from warroom.model.json import Json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text(alphabet="ab", max_size=1),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.sampled_from("xy"), children, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("name", "value", "args", "result"),
    [
        ("uniq", ["b", "a", "b", "a"], {}, ["b", "a"]),
        ("uniq", [1, True, 1.0, "1"], {}, [1, True, "1"]),
        ("uniq", [{"a": 1, "b": 2}, {"b": 2, "a": 1}, 3], {}, [{"a": 1, "b": 2}, 3]),
        ("uniq", "a", {}, "a"),
        ("uniq", [], {}, []),
        ("join", ["a", 1, None, True], {}, "a,1,,true"),
        ("join", ["a", "b"], {"separator": ""}, "ab"),
        ("join", [{"a": 1}, "b"], {"separator": " "}, '{"a":1} b'),
        ("join", "a", {"separator": "-"}, "a"),
        ("append", ["a"], {"item": "b"}, ["a", "b"]),
        ("append", None, {"item": "b"}, ["b"]),
        ("append", "a", {"item": ["b", "c"]}, ["a", "b", "c"]),
        ("append", "a", {}, ["a"]),
        ("atIndex", ["a", "b"], {"index": 0}, "a"),
        ("atIndex", ["a", "b"], {"index": 5}, None),
        ("atIndex", "a", {"index": 0}, "a"),
        ("count", ["a", None], {}, 2),
        ("slice", ["a", "b", "c"], {"from": 1}, ["b", "c"]),
        ("slice", ["a", "b", "c"], {"to": 2}, ["a", "b"]),
        ("splice", ["a", "b"], {"index": 1, "item": ["x", "y"]}, ["a", "x", "y", "b"]),
        ("splice", ["a", "b", "c"], {"index": 0, "deleteCount": 2}, ["c"]),
        ("sort", ["b", 10, "a"], {}, [10, "a", "b"]),
        ("sort", [10, 9.5, 1], {"descending": "true"}, [10, 9.5, 1]),
        ("sort", "a", {}, "a"),
        ("reverse", [1, 2, 3], {}, [3, 2, 1]),
        ("reverse", "ab", {}, "ab"),
        ("getField", [{"a": 1}, {"b": 2}, {"a": [3, 4]}, "x"], {"field": "a"}, [1, 3, 4]),
        ("getField", {"a": {"b": [5, 6]}}, {"field": "a.b"}, [5, 6]),
        ("getField", "x", {"field": "a"}, None),
    ],
)
def test_lists_are_changed(name: str, value: Json, args: dict[str, Json], result: Json) -> None:
    found = transform(name, value, args)
    assert found == result
    assert [type(item) for item in items(found)] == [type(item) for item in items(result)]


@given(st.lists(JSON, max_size=8))
def test_uniq_twice_is_uniq_once(value: list[Json]) -> None:
    listed = Semantics(uniq_unwraps_single=False)
    once = transform("uniq", value, {}, semantics=listed)
    assert transform("uniq", once, {}, semantics=listed) == once
    assert all(item in once for item in value)


@given(st.lists(st.integers()))
def test_sorting_keeps_the_items(value: list[int]) -> None:
    assert transform("sort", value, {}) == sorted(value)


@given(st.lists(st.integers(), max_size=6), st.integers(0, 7))
def test_slices_put_together_are_the_list(value: list[int], at: int) -> None:
    assert transform("slice", value, {"to": at}) + transform("slice", value, {"from": at}) == value


def test_the_given_list_is_never_changed() -> None:
    value = [2, 1]
    for name, args in (("append", {"item": 3}), ("sort", {}), ("reverse", {}), ("splice", {"deleteCount": 1})):
        transform(name, value, args)
    assert value == [2, 1]
