import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.context.known import check, name_of, transformer_rows
from warroom.context.rows import Row
from warroom.context.semantics import Semantics
from warroom.context.transformers import transform
from warroom.model.json import Json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text(alphabet="ab", max_size=1),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.sampled_from("xy"), children, max_size=2),
    max_leaves=4,
)


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


@pytest.mark.parametrize("row", transformer_rows("general"), ids=name_of)
def test_a_row_of_what_is_known_holds(row: Row) -> None:
    check(row)
