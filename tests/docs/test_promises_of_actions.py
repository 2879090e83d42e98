"""The page of promises about actions names tests that exist, and each promise has one."""

import ast
import re

from tests.architecture.repository import Repository

PAGE = "docs/reference/promises-of-actions.md"
TEST = re.compile(r"^ +- `(?P<file>tests/[\w/]+\.py)::(?P<name>test_\w+)`$", re.MULTILINE)
PROMISE = re.compile(r"^\d+\. ", re.MULTILINE)


def _tests_of(repository: Repository, file: str) -> set[str]:
    tree = ast.parse((repository.root / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_is_named_exists(repository: Repository) -> None:
    named = list(TEST.finditer((repository.root / PAGE).read_text(encoding="utf-8")))
    known = {file: _tests_of(repository, file) for file in {match["file"] for match in named}}
    assert [match[0] for match in named if match["name"] not in known[match["file"]]] == []


def test_every_promise_names_a_test(repository: Repository) -> None:
    _, *promises = PROMISE.split((repository.root / PAGE).read_text(encoding="utf-8"))
    assert promises
    assert [text.splitlines()[0] for text in promises if not TEST.search(text)] == []
