import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.operators import compare
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

NUMBERS = st.integers(-1000, 1000) | st.floats(-1000, 1000)


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("isEqualNumber", "5", 5.0),
        ("number.isEqual", 5, "5"),
        ("isNotEqualNumber", 5, 6),
        ("isNotEqualNumber", None, 6),
        ("greaterThan", "10", "9"),
        ("greaterThanOrEqual", 9, 9),
        ("lessThan", -1, 0),
        ("lessThanOrEqual", "0.5", 0.5),
        ("greaterThan", [1, 50], 40),
        ("isEqualNumber", 14444444444444444000, "14444444444444444444"),
    ],
)
def test_holds(name: str, left: Json, right: Json) -> None:
    assert compare(name, left, right)


@pytest.mark.parametrize("name", ["isEqualNumber", "greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual"])
def test_nothing_holds_for_a_missing_number(name: str) -> None:
    assert not compare(name, None, 0)


@pytest.mark.parametrize(("left", "right"), [("high", 3), (3, "high"), (3, None), ({}, 3), (True, 1)])
def test_what_is_no_number_is_refused(left: Json, right: Json) -> None:
    with pytest.raises(InvalidInputError, match=r"greaterThan cannot compare .* is not a number"):
        compare("greaterThan", left, right)


@given(NUMBERS, NUMBERS)
def test_numbers_are_less_equal_or_greater(left: float, right: float) -> None:
    holding = [name for name in ("lessThan", "isEqualNumber", "greaterThan") if compare(name, left, right)]
    assert len(holding) == 1
    assert compare("lessThanOrEqual", left, right) is not compare("greaterThan", left, right)
    assert compare("greaterThanOrEqual", left, right) is not compare("lessThan", left, right)
