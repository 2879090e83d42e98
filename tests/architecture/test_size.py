"""Small is checked. XSOAR wants one file per integration, so packs are the exception."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

LINES_IN_A_FILE = 500
LINES_IN_A_FUNCTION = 60
OURS = ("src", "tests", "bench", "scripts", "scaffold")


def _long_functions(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LINES_IN_A_FUNCTION:
                yield f"{path}:{node.lineno} {node.name} has {lines} lines"


def test_a_file_fits_in_one_head(repository: Repository) -> None:
    lengths = {path: repository.text(path).count("\n") for path in repository.under(*OURS)}
    assert [f"{path} has {lines} lines" for path, lines in lengths.items() if lines > LINES_IN_A_FILE] == []


@pytest.mark.slow
def test_a_function_fits_on_one_screen(repository: Repository) -> None:
    found = [line for path in repository.under(*OURS) for line in _long_functions(path, repository.tree(path))]
    assert found == []


def test_a_long_function_is_found() -> None:
    body = "    pass\n" * LINES_IN_A_FUNCTION
    assert list(_long_functions(Path("a.py"), ast.parse(f"async def f():\n{body}")))
