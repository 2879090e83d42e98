"""The page of promises is that of the tests: each promise has one that passed, and each that is marked is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository
from tests.promises import MARK, MISSION, Shown, page, promises

PAGE = Path("docs/reference/mission.md")
ROW = re.compile(
    r"^\| \**M(?P<promise>\d+)\** .*\| `(?P<path>[^`:]+)(?:::(?P<test>[^`]+))?` \| \d+ \| (?P<result>\w+) \|$"
)
RENEW = "Run `make promises`."


def _rows(repository: Repository) -> list[dict[str, str]]:
    lines = repository.text(PAGE).splitlines()
    return [match.groupdict() for line in lines if (match := ROW.match(line))]


def _marked(repository: Repository) -> Iterator[tuple[int, str, str]]:
    """Yield the tests that carry a number of their own."""
    for path in repository.under("tests", "Packs"):
        if f"mark.{MARK}(" in repository.text(path):
            for node in ast.walk(repository.tree(path)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield from ((number, str(path), node.name) for number in _numbers(node))


def _numbers(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[int]:
    for mark in node.decorator_list:
        match mark:
            case ast.Call(func=ast.Attribute(attr="promise"), args=[ast.Constant(value=int(number))]):
                yield number


def test_every_promise_has_a_test_and_every_test_passed(repository: Repository) -> None:
    rows = _rows(repository)
    shown = {int(row["promise"]) for row in rows if row["result"] == "passed"}
    assert sorted(set(promises(repository.text(MISSION.relative_to(repository.root)))) - shown) == [], RENEW
    assert [row for row in rows if row["result"] != "passed"] == []


def test_every_test_that_the_page_names_exists(repository: Repository) -> None:
    missing = [
        row
        for row in _rows(repository)
        if Path(row["path"]) not in repository.files
        or f"def {row['test']}(" not in repository.text(Path(row["path"]))
        or f"mark.{MARK}(" not in repository.text(Path(row["path"]))
    ]
    assert missing == [], RENEW


def test_every_marked_test_is_on_the_page(repository: Repository) -> None:
    named = {(int(row["promise"]), row["path"], row["test"]) for row in _rows(repository)}
    marked = set(_marked(repository))
    assert len(marked) > 10
    assert sorted(marked - named) == [], RENEW


def test_the_page_has_a_row_for_each_promise_and_test() -> None:
    known = {1: "One.", 2: "Two.", 3: "Three."}
    shown = [Shown(1, "a.py::test_x", True), Shown(1, "a.py::test_x", False), Shown(2, "b.py::test_y", True)]
    rows = page(known, shown, "2031-02-03").splitlines()[-3:]
    assert rows == [
        "| **M1** One. | `a.py::test_x` | 2 | failed |",
        "| **M2** Two. | `b.py::test_y` | 1 | passed |",
        "| **M3** Three. | `none` | 0 | failed |",
    ]
    assert all(ROW.match(row) for row in rows)


@pytest.mark.parametrize("promise", [1, 27])
def test_the_mission_is_read(repository: Repository, promise: int) -> None:
    assert promises(repository.text(MISSION.relative_to(repository.root)))[promise]
