import pytest

from tests.context.known import check, name_of, operator_rows
from warroom.context.rows import Row


@pytest.mark.parametrize("row", operator_rows("string"), ids=name_of)
def test_a_row_of_what_is_known_holds(row: Row) -> None:
    check(row)
