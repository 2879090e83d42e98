import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.context.known import check, name_of, operator_rows
from warroom.context.operators import compare
from warroom.context.rows import Row

NUMBERS = st.integers(-1000, 1000) | st.floats(-1000, 1000)


@given(NUMBERS, NUMBERS)
def test_numbers_are_less_equal_or_greater(left: float, right: float) -> None:
    holding = [name for name in ("lessThan", "isEqualNumber", "greaterThan") if compare(name, left, right)]
    assert len(holding) == 1
    assert compare("lessThanOrEqual", left, right) is not compare("greaterThan", left, right)
    assert compare("greaterThanOrEqual", left, right) is not compare("lessThan", left, right)


@pytest.mark.parametrize("row", operator_rows("number"), ids=name_of)
def test_a_row_of_what_is_known_holds(row: Row) -> None:
    check(row)
