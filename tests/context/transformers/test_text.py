import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.context.known import check, name_of, transformer_rows
from warroom.context.rows import Row
from warroom.context.transformers import transform


@given(st.lists(st.text(alphabet="ab ;", max_size=5), min_size=1, max_size=5))
def test_split_undoes_join(parts: list[str]) -> None:
    joined = transform("join", parts, {"separator": "|"})
    assert transform("split", joined, {"delimiter": "|"}) == parts


@pytest.mark.parametrize("row", transformer_rows("string"), ids=name_of)
def test_a_row_of_what_is_known_holds(row: Row) -> None:
    check(row)
