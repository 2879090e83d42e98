"""Prints `docs/reference/context-language.md` from the tables of operators, transformers and guesses."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from warroom.context.operators import OPERATORS, Operator
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.transformers import TRANSFORMERS, Transformer

Described = TypeVar("Described", Operator, Transformer)

PAGE = Path("docs/reference/context-language.md")
INTRODUCTION = """# Context language

What conditions, filters and transformers can do, under the names that XSOAR gives them. Printed from the tables in
`warroom.context` by `python -m warroom.context.reference`; do not edit it by hand.

Operators and transformers that are scripts of a pack are not supported yet. A value that cannot be cast to what an
operator or transformer needs fails the task, in a sentence that names both.
"""
OPERATORS_HEAD = """## Operators

A category may stand before the name (`string.isEqual`, `number.isEqual`), and decides what `isEqual` and `isNotEqual`
mean. An operator that looks at an item and is given a list holds when some item passes; one that looks at a list and is
given an item takes it as a list of one.
"""
TRANSFORMERS_HEAD = """## Transformers

They run in the order of the file. One that works on items and is given a list changes each item and flattens the
results. Nothing (no value, null) stays nothing, except where the table says so.
"""
GUESSES_HEAD = """## Open questions

What nobody has seen a real server do yet; each is a field of `warroom.context.semantics.Semantics`.
"""


def page() -> str:
    """The page as it should be."""
    operators = _table(("Operator", "Category", "Looks at", "Holds when"), map(_operator, _sorted(OPERATORS)))
    transformers = _table(
        ("Transformer", "Category", "Works on", "Arguments", "Result", "Example"),
        map(_transformer, _sorted(TRANSFORMERS)),
    )
    guesses = _table(
        ("Question", "Our guess"), ((f"`{f.name}`", f"`{getattr(STANDARD, f.name)}`") for f in fields(Semantics))
    )
    parts = (INTRODUCTION, OPERATORS_HEAD, operators, TRANSFORMERS_HEAD, transformers, GUESSES_HEAD, guesses)
    return "\n".join(parts)


def _sorted(table: dict[str, Described]) -> list[Described]:
    return sorted(table.values(), key=lambda item: (item.category, item.name.lower()))


def _operator(item: Operator) -> tuple[str, ...]:
    return f"`{item.name}`", item.category, item.takes.value, item.summary


def _transformer(item: Transformer) -> tuple[str, ...]:
    arguments = ", ".join(f"`{name}`" for name in item.parameters) or "none"
    scope = {"item": "each item", "list": "the list"}[item.scope] + (", also nothing" if item.takes_null else "")
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
    parser.add_argument("file", nargs="?", type=Path, help="where the page lies; without it, it is printed")
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
