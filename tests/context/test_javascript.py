import math

import pytest

from warroom.context import javascript as js
from warroom.context.cast import MISSING
from warroom.model.json import Json


@pytest.mark.parametrize("value", [[], {}, "0", 1, True, [0]])
def test_true_in_javascript(value: Json) -> None:
    assert js.truthy(value)


@pytest.mark.parametrize("value", ["", 0, 0.0, math.nan, False, None, MISSING])
def test_false_in_javascript(value: Json) -> None:
    assert not js.truthy(value)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (None, MISSING, True),
        (None, 0, False),
        ("", 0, True),
        ("1", 1, True),
        ("a", 1, False),
        (True, 1, True),
        (True, "1", True),
        (["a"], "a", True),
        ("a,b", ["a", "b"], True),
        ([1], [1], False),
        ([5], 5, True),
    ],
)
def test_loose_equality(left: Json, right: Json, equal: bool) -> None:
    assert js.loosely_equal(left, right) is equal
    assert js.loosely_equal(right, left) is equal


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [(1, 1.0, True), (1, True, False), ("1", 1, False), (None, MISSING, False), ([], [], False), ("a", "a", True)],
)
def test_strict_equality(left: Json, right: Json, equal: bool) -> None:
    assert js.strictly_equal(left, right) is equal


def test_text_is_compared_as_text_and_with_numbers_as_a_number() -> None:
    assert js.less("10", "9")
    assert js.less(9, "10")
    assert js.at_most("9", 9)
    assert not js.at_most("b", "a")
    assert not js.less("x", 1)
    assert js.less(["a"], "b")


@pytest.mark.parametrize(
    ("value", "number"),
    [(None, 0), ("", 0), (" 7 ", 7), (True, 1), ([3], 3), (["4"], 4), (2.5, 2.5), ([], 0), ("0x1f", 31), ("-.5e1", -5)],
)
def test_what_counts_as_a_number(value: Json, number: float) -> None:
    assert js.to_number(value) == number


@pytest.mark.parametrize("value", [MISSING, "x", {}, [1, 2], "1_000", "nan", "infinity", [True]])
def test_what_is_not_a_number(value: Json) -> None:
    assert math.isnan(js.to_number(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (MISSING, "undefined"),
        (False, "false"),
        (3.0, "3"),
        ([1, None, "a"], "1,,a"),
        ({"a": 1}, "[object Object]"),
    ],
)
def test_how_values_look_as_text(value: Json, text: str) -> None:
    assert js.to_text(value) == text


def test_members_of_objects_lists_and_text() -> None:
    assert js.member({"a": 1}, "a") == 1
    assert js.member({"1": "one"}, 1) == "one"
    assert js.member(["x", "y"], 1) == "y"
    assert js.member("xyz", 0) == "x"
    assert js.member("xyz", "length") == 3
    assert js.member(["x"], 5) is MISSING
    assert js.member(7, "a") is MISSING
    assert js.member("xy", True) is MISSING
    assert js.member("xy", "01") is MISSING


@pytest.mark.parametrize("value", [None, MISSING])
def test_nothing_has_no_members(value: Json) -> None:
    with pytest.raises(js.EvaluationError, match="has no member a"):
        js.member(value, "a")
