"""Small is checked: what is longer stands here with its reason, and no longer than it has to."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

LINES_IN_A_FILE = 400
LINES_IN_A_FUNCTION = 30  # of its body; what it takes and what it says of itself do not count
OURS = ("src", "tests", "bench", "scripts", "scaffold")
ONE_FILE_AN_ITEM = "XSOAR wants the code of an item in one file"
LONG_FILES = {
    "Packs/VisionOneResponse/Integrations/VisionOneResponse/VisionOneResponse.py": ONE_FILE_AN_ITEM,
    "Packs/VisionOneResponse/Scripts/VisionOneCredentialDumpFiles/VisionOneCredentialDumpFiles.py": ONE_FILE_AN_ITEM,
    "Packs/WarroomBase/Scripts/CommonServerPython/CommonServerPython.py": ONE_FILE_AN_ITEM,
    "Packs/WarroomBase/Scripts/http/http.py": ONE_FILE_AN_ITEM,
    "src/warroom/store/tables.py": "a table: all tables of the database, one after another",
}
LONG_FUNCTIONS = {
    "src/warroom/bootstrap/wiring.py wire": "a table: one line for each use case of an App",
    "src/warroom/content/read_task.py read_task": "a table: one line for each field of a Task",
    "src/warroom/store/migrations/versions/r0001_first_tables.py _incidents": "a table: one line for each column",
    "src/warroom/store/migrations/versions/r0001_first_tables.py _plans": "a table: one line for each column",
    "src/warroom/store/migrations/versions/r0002_users.py upgrade": "a table: one line for each column",
}


def _long_functions(path: Path, tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := _lines(node)) > LINES_IN_A_FUNCTION:
            yield f"{path} {node.name}", lines


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines from the first statement to the last one."""
    said = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if said else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _found(repository: Repository) -> dict[str, int]:
    paths = repository.under(*OURS, "Packs")
    return {name: lines for path in paths for name, lines in _long_functions(path, repository.tree(path))}


def test_a_file_fits_in_one_head(repository: Repository) -> None:
    lengths = {str(path): repository.text(path).count("\n") for path in repository.under(*OURS, "Packs")}
    long = {path: lines for path, lines in lengths.items() if lines > LINES_IN_A_FILE}
    assert [f"{path} has {lines} lines" for path, lines in long.items() if path not in LONG_FILES] == []
    assert sorted(LONG_FILES) == sorted(long), "A reason has outlived its file, or its need."


@pytest.mark.slow
def test_a_function_fits_on_one_screen(repository: Repository) -> None:
    long = _found(repository)
    assert [f"{name} has {lines} lines" for name, lines in long.items() if name not in LONG_FUNCTIONS] == []
    assert sorted(LONG_FUNCTIONS) == sorted(long), "A reason has outlived its function, or its need."


def test_a_long_function_is_found() -> None:
    body = "    pass\n" * (LINES_IN_A_FUNCTION + 1)
    assert list(_long_functions(Path("a.py"), ast.parse(f"async def f():\n{body}"))) == [("a.py f", 31)]


def test_what_a_function_takes_and_says_of_itself_does_not_count() -> None:
    body = '    """Say\n\n    it.\n    """\n' + "    pass\n" * LINES_IN_A_FUNCTION
    assert list(_long_functions(Path("a.py"), ast.parse(f"def f(\n    a,\n    b,\n):\n{body}"))) == []
