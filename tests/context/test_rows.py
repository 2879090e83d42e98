"""What is known of the language, row by row; those of operators and transformers are executed by their own tests."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.context import known
from tests.context.known import check, name_of
from warroom.context.operators import OPERATORS
from warroom.context.operators.registry import look_up
from warroom.context.rows import FAMILIES, Row, rows_of
from warroom.context.transformers import TRANSFORMERS
from warroom.model.errors import ContentError

ROWS = [row for family in FAMILIES for row in rows_of(family)]


@pytest.mark.parametrize("row", [*rows_of(known.PATHS), *rows_of(known.MERGING)], ids=name_of)
def test_a_row_of_paths_and_of_merging_holds(row: Row) -> None:
    check(row)


def test_a_row_that_does_not_hold_fails() -> None:
    [first, *_] = ROWS
    with pytest.raises(AssertionError):
        check(replace(first, expected=not first.expected))
    with pytest.raises(AssertionError):
        check(replace(next(row for row in ROWS if row.error), error="other words"))


def test_each_row_says_a_day() -> None:
    assert all(date.fromisoformat(row.date) <= date(2100, 1, 1) for row in ROWS)


def test_each_operator_and_transformer_has_rows() -> None:
    compared = {look_up(row.subject).name for row in rows_of(known.OPERATORS)}
    assert compared == set(OPERATORS)
    assert {row.subject for row in rows_of(known.TRANSFORMERS)} == set(TRANSFORMERS)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{left: a, rihgt: a, holds: true, source: D, date: '2026-01-01'}", "has no column rihgt"),
        ("{left: a, right: a, holds: true, source: X, date: '2026-01-01'}", "says its `source`"),
        ("{left: a, right: a, holds: true, source: D}", "and the `date`"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "operators.yaml").write_text(f"# rows\nisEqualString:\n  - {row}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=said) as refused:
        rows_of(known.OPERATORS, tmp_path)
    assert "operators.yaml:3" in str(refused.value)
