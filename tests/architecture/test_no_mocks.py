"""A mock agrees with whoever wrote it. The twin and the fakes of warroom.testing do not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

MOCK_MODULES = {"unittest.mock", "mock", "pytest_mock", "asynctest"}


def _mocks(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(name.name in MOCK_MODULES for name in names):
                yield f"{path}:{node.lineno} imports a mock library"
            case ast.ImportFrom(module=str(module)) if module in MOCK_MODULES:
                yield f"{path}:{node.lineno} imports {module}"
            case ast.ImportFrom(module="unittest", names=names) if any(name.name == "mock" for name in names):
                yield f"{path}:{node.lineno} imports unittest.mock"
            case ast.arg(arg="mocker" | "class_mocker" | "session_mocker"):
                yield f"{path}:{node.lineno} asks for mocker"


@pytest.mark.slow
def test_no_test_and_no_code_uses_a_mock(repository: Repository) -> None:
    files = repository.under("src", "tests", "bench", "Packs")
    found = [line for path in files for line in _mocks(path, repository.tree(path))]
    assert found == [], "Use the twin or a public fake of warroom.testing."


@pytest.mark.parametrize(
    "code",
    ["import unittest.mock", "from unittest import mock", "from unittest.mock import Mock", "def f(mocker): ..."],
)
def test_a_mock_is_found_however_it_comes_in(code: str) -> None:
    assert list(_mocks(Path("a.py"), ast.parse(code)))
