"""Prints `docs/reference/context-language.md` from the tables of operators and transformers, rows and guesses."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from warroom.context.cast import MISSING
from warroom.context.operators import OPERATORS, Operator
from warroom.context.rows import CONTEXT, FAMILIES, Family, Row, rows_of
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.transformers import TRANSFORMERS, Transformer
from warroom.model.json import Json

Described = TypeVar("Described", Operator, Transformer)

PAGE = Path("docs/reference/context-language.md")
INTRODUCTION = """# Context language

The operators of conditions and filters, and the transformers, under XSOAR's names. Generated from the tables in
`warroom.context` by `python -m warroom.context.reference`; do not edit this page by hand.

An installed script with the tag `transformer` or `filter` is also a transformer or an operator, unless a
built-in one has the same name. A transformer script gets the value as `value`, an operator script gets the two sides as
`left` and `right`; a list is passed item by item, or as a whole with the tag `entirelist`. Such a script can only read:
it can run built-in commands that change nothing, and no others. In classifiers, mappers and pre-process rules there is
no incident yet, so that it has no context.

If a value cannot be cast to the type that an operator or transformer needs, the task fails with an error that names
both.
"""
OPERATORS_HEAD = """## Operators

The name may have a category as a prefix (`string.isEqual`, `number.isEqual`), which decides what `isEqual` and
`isNotEqual` compare. An operator for an item that gets a list is true if it is true for any item of the list. An
operator for a list that gets a single item treats it as a list of one.
"""
TRANSFORMERS_HEAD = """## Transformers

Transformers run in the order of the file. A transformer for items that gets a list changes each item and flattens the
results. A missing value or null is returned unchanged, except where the table says "also null".
"""
ROWS_HEAD = """## Row by row

What is known of the language, as rows of input and result. Tests execute each row. The rows are in
[known](../../src/warroom/context/known), one file for each table below; how to add one is in
[CONTRIBUTING](../../CONTRIBUTING.md#a-row-of-the-language). Source: D documented by Palo Alto Networks, I inferred from
content that would not work otherwise, G guessed; then the day on which this was said.
"""
GUESSES_HEAD = """## Open questions

Behaviour that has not been observed on a real server yet. Each question is a field of
`warroom.context.semantics.Semantics`.
"""


def page() -> str:
    """The page as it should be."""
    operators = _table(("Operator", "Category", "Compares", "True when"), map(_operator, _sorted(OPERATORS)))
    transformers = _table(
        ("Transformer", "Category", "Works on", "Arguments", "Result", "Example"),
        map(_transformer, _sorted(TRANSFORMERS)),
    )
    guesses = _table(
        ("Question", "Our guess"), ((f"`{f.name}`", f"`{getattr(STANDARD, f.name)}`") for f in fields(Semantics))
    )
    rows = [part for family in FAMILIES for part in _rows(family)]
    tables = (OPERATORS_HEAD, operators, TRANSFORMERS_HEAD, transformers)
    return "\n".join((INTRODUCTION, *tables, ROWS_HEAD, *rows, GUESSES_HEAD, guesses))


def _rows(family: Family) -> Iterator[str]:
    """The heading and the table of a family; columns that no row fills are left out."""
    rows = rows_of(family)
    yield f"### {family.name.capitalize()}\n"
    if family.name == "paths":
        yield f"In this context: `{_written(rows[0].given[CONTEXT])}`\n"
    columns = [name for name in family.given if any(name in row.given for row in rows)]
    head = ("For", *(name.replace("_", " ").capitalize() for name in columns), family.result.capitalize(), "Source")
    yield _table(head, (_row(row, columns) for row in rows))


def _row(row: Row, columns: Iterable[str]) -> tuple[str, ...]:
    given = (f"`{_written(row.given[name])}`" if name in row.given else "" for name in columns)
    result = f"error: {row.error}" if row.error else "" if row.expected is MISSING else f"`{_written(row.expected)}`"
    return f"{row.subject}", *given, result, f"{row.source}, {row.date}"


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sorted(table: dict[str, Described]) -> list[Described]:
    return sorted(table.values(), key=lambda item: (item.category, item.name.lower()))


def _operator(item: Operator) -> tuple[str, ...]:
    return f"`{item.name}`", item.category, item.takes.value, item.summary


def _transformer(item: Transformer) -> tuple[str, ...]:
    arguments = ", ".join(f"`{name}`" for name in item.parameters) or "none"
    scope = {"item": "each item", "list": "the list"}[item.scope] + (", also null" if item.takes_null else "")
    return f"`{item.name}`", item.category, scope, arguments, item.summary, _example(item)


def _example(item: Transformer) -> str:
    """The function's doctest, with XSOAR's names for the function and its arguments."""
    _, _, rest = (item.function.__doc__ or "").partition(">>> ")
    call, _, result = rest.partition("\n")
    called = call.replace(f"{item.function.__name__}(", f"{item.name}(")
    for written, parameter in item.parameters.items():
        called = called.replace(f" {parameter.name}=", f" {written}=")
    return f"`{called}` → `{result.strip().partition(chr(10))[0]}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in _cells(head, rows))


def _cells(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[list[str]]:
    yield list(head)
    yield ["---"] * len(head)
    for row in rows:
        yield [cell.replace("|", r"\|") for cell in row]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m warroom.context.reference", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="where to write the page; without it, the page is printed")
    parser.add_argument("--check", nargs="?", const=PAGE, type=Path, metavar="FILE", help=f"compare with {PAGE}")
    wanted = parser.parse_args(arguments)
    if wanted.check is not None:
        return _compare(wanted.check)
    if wanted.file is not None:
        wanted.file.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
    return 0


def _compare(file: Path) -> int:
    if file.is_file() and file.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write(f"{file} is not what the tables say; run `python -m warroom.context.reference {file}`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
