import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context import cast
from warroom.context.cast import MISSING
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text(max_size=3),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=2), children, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (None, ""),
        (MISSING, ""),
        (True, "true"),
        (5, "5"),
        (5.0, "5"),
        (0.5, "0.5"),
        (["a"], "a"),
        ([[7]], "7"),
    ],
)
def test_plain_values_are_text(value: Json, text: str) -> None:
    assert cast.text(value) == text


@pytest.mark.parametrize("value", [{}, {"a": 1}, ["a", "b"], []])
def test_objects_and_lists_are_not_text(value: Json) -> None:
    with pytest.raises(InvalidInputError, match="is not text"):
        cast.text(value)


@pytest.mark.parametrize(("value", "number"), [("5", 5), ("5.5", 5.5), (7, 7), ("1e3", 1000), ([3], 3), (" 2 ", 2)])
def test_what_reads_as_a_number_is_one(value: Json, number: float) -> None:
    assert cast.number(value) == number


@pytest.mark.parametrize("value", ["", "x", None, True, {}, [1, 2], "nan", "inf"])
def test_what_is_not_a_number_is_named(value: Json) -> None:
    with pytest.raises(InvalidInputError, match="is not a number"):
        cast.number(value)


def test_whole_numbers_stay_whole() -> None:
    assert isinstance(cast.number("5.0"), int)
    assert cast.whole("3") == 3
    with pytest.raises(InvalidInputError, match="is not a whole number"):
        cast.whole("3.5")


@pytest.mark.parametrize(
    ("value", "truth"),
    [(True, True), ("True", True), ("1", True), (1, True), ("FALSE", False), (0, False), (["t"], True)],
)
def test_words_for_truth(value: Json, truth: bool) -> None:
    assert cast.boolean(value) is truth


@pytest.mark.parametrize("value", ["yes", "", None, 2, {}])
def test_other_words_are_neither_true_nor_false(value: Json) -> None:
    with pytest.raises(InvalidInputError, match="neither true nor false"):
        cast.boolean(value)


def test_items_of_anything() -> None:
    assert cast.items([1, 2]) == [1, 2]
    assert cast.items("a") == ["a"]
    assert cast.items(None) == []
    assert cast.items(MISSING) == []
    assert cast.items(False) == [False]


def test_numbers_that_are_not_finite_are_left_alone() -> None:
    assert cast.number_text(float("inf")) == "inf"
    assert cast.tidy(1e300) == 1e300


def test_a_long_value_is_cut_in_a_message() -> None:
    assert cast.shown("x" * 500) == '"' + "x" * 79 + "…"
    assert cast.shown(MISSING) == "nothing"


def test_written_takes_any_value() -> None:
    assert cast.written([1, "é"]) == '[1,"é"]'
    assert cast.written(None) == ""


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (5, "5", True),
        (True, "true", True),
        (True, 1, False),
        (None, "", False),
        (None, None, True),
        ([1], [1.0], True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1], 1, False),
    ],
)
def test_same(left: Json, right: Json, same: bool) -> None:
    assert cast.same(left, right) is same


@given(JSON)
def test_every_value_is_the_same_as_itself(value: Json) -> None:
    assert cast.same(value, value)
    assert hash(cast.identity(value)) == hash(cast.identity(value))


@given(JSON, JSON)
def test_equal_identities_mean_equal_values(left: Json, right: Json) -> None:
    if cast.identity(left) == cast.identity(right):
        assert left == right


def test_missing_is_false() -> None:
    assert not MISSING
