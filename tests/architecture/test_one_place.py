"""What is to be done in one place is done there alone."""

import ast
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

LINES = "src/warroom/services/writing/lines.py"
ONE_PLACE = {  # a call, and the file that makes it
    "Entry": LINES,
    "reserve_entries": LINES,
}
ADAPTERS = ("src/warroom/store", "src/warroom/testing")  # they implement what is called, and read entries from rows


def _called(tree: ast.Module) -> set[str]:
    """Return the names that a module calls, such as `Entry` and `reserve_entries`."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {func.id for func in calls if isinstance(func, ast.Name)}
    return names | {func.attr for func in calls if isinstance(func, ast.Attribute)}


def _callers(repository: Repository, name: str) -> list[str]:
    paths = [path for path in repository.under("src") if not str(path).startswith(ADAPTERS)]
    return [str(path) for path in paths if name in _called(repository.tree(path))]


@pytest.mark.slow
def test_what_has_one_place_is_done_there_alone(repository: Repository) -> None:
    assert {name: _callers(repository, name) for name in ONE_PLACE} == {name: [at] for name, at in ONE_PLACE.items()}


def test_a_call_is_found_by_its_name() -> None:
    tree = ast.parse("Entry(id=1)\nawait store.reserve_entries(incident, 1)\nEntryId('1')")
    assert _called(tree) == {"Entry", "reserve_entries", "EntryId"}


def test_the_place_is_a_file(repository: Repository) -> None:
    assert {Path(at) for at in ONE_PLACE.values()} <= set(repository.files)
