"""Executes rows of what is known of the language."""

import json

import pytest

from warroom.context.cast import MISSING
from warroom.context.operators.registry import look_up as operator
from warroom.context.rows import FAMILIES, Row, rows_of
from warroom.context.transformers.registry import look_up as transformer
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

OPERATORS, TRANSFORMERS, PATHS, MERGING = FAMILIES


def name_of(row: Row) -> str:
    return f"{row.subject}-line-{row.place}"


def operator_rows(category: str) -> list[Row]:
    return [row for row in rows_of(OPERATORS) if operator(row.subject).category == category]


def transformer_rows(category: str) -> list[Row]:
    return [row for row in rows_of(TRANSFORMERS) if transformer(row.subject).category == category]


def check(row: Row) -> None:
    """Assert that a row holds here."""
    if row.error:
        with pytest.raises(InvalidInputError) as refused:
            row.run()
        assert row.error in str(refused.value)
    else:
        assert _written(row.run()) == _written(row.expected)


def _written(value: Json) -> str:
    """Write a value so that 1, 1.0 and true differ."""
    return "missing" if value is MISSING else json.dumps(value, sort_keys=True)
