import pytest

from warroom.context.cast import MISSING
from warroom.context.operators import compare
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


@pytest.mark.parametrize("value", [False, "", [], {}, 0, "a"])
def test_false_and_empty_values_are_defined(value: Json) -> None:
    assert compare("isExists", value)


@pytest.mark.parametrize("value", [None, MISSING, "", [], {}, False])
def test_what_is_empty(value: Json) -> None:
    assert compare("isEmpty", value)


@pytest.mark.parametrize("value", ["a", [1], {"a": None}, True, 5, " "])
def test_what_is_not_empty(value: Json) -> None:
    assert compare("isNotEmpty", value)


@pytest.mark.parametrize("value", [True, "true", "True", "1", ["false", "true"]])
def test_what_is_true(value: Json) -> None:
    assert compare("isTrue", value)


@pytest.mark.parametrize("value", [False, "false", "FALSE", 0])
def test_what_is_false(value: Json) -> None:
    assert compare("isFalse", value)
    assert not compare("isTrue", value)


@pytest.mark.parametrize("value", [None, MISSING, ""])
def test_nothing_is_neither_true_nor_false(value: Json) -> None:
    assert not compare("isTrue", value)
    assert not compare("isFalse", value)


def test_a_word_for_neither_is_refused() -> None:
    with pytest.raises(InvalidInputError, match='isTrue cannot compare "maybe" with null: "maybe" is neither'):
        compare("isTrue", "maybe")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["a", "b"], "b"),
        ("a", "a"),
        ([1, 2], "2"),
        ([{"id": 1}], {"id": 1}),
        ("dump of lsass", "lsass"),
        (["a", "b"], ["x", "b"]),
        (5, 5),
    ],
)
def test_contains(left: Json, right: Json) -> None:
    assert compare("containsGeneral", left, right)
    assert not compare("notContainsGeneral", left, right)


@pytest.mark.parametrize(
    ("left", "right"), [(["abc"], "b"), ([], "a"), (None, "a"), ("a", None), (MISSING, None), ([{"id": 1}], {"id": 2})]
)
def test_does_not_contain(left: Json, right: Json) -> None:
    assert not compare("containsGeneral", left, right)
    assert compare("notContainsGeneral", left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("a", ["a", "b"]), (1, "1,2"), ("b", "a, b"), (["x", "b"], ["a", "b"]), ("key", {"key": 1}), ("a", "a")],
)
def test_is_in(left: Json, right: Json) -> None:
    assert compare("in", left, right)


@pytest.mark.parametrize(("left", "right"), [("a", "abc"), ("a", None), (None, "a"), ("x", {"key": 1}), ("c", [])])
def test_is_not_in(left: Json, right: Json) -> None:
    assert compare("notIn", left, right)


def test_length_of_a_list() -> None:
    assert compare("hasLength", [1, 2], "2")
    assert not compare("hasLength", [1, 2], 3)
    assert compare("hasLength", MISSING, 0)


def test_a_length_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="hasLength cannot compare"):
        compare("hasLength", [1], "many")
