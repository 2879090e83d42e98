"""Documents from outside are read by `model/border.py`, which cleans them; who reads JSON himself stands here."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

OWN = "it reads what warroom itself has written"
READERS: Mapping[str, str] = {
    "src/warroom/model/border.py": "it is the border",
    "src/warroom/content/json_source.py": "it needs the repeated keys, and cleans what it found",
    "src/warroom/content/read_task.py": "of a position only numbers are taken",
    "src/warroom/cli/demo_twin.py": "the twin is ours",
    "src/warroom/cli/door.py": "the server's answer comes from our encoder",
    "src/warroom/cli/simulator.py": OWN,
    "src/warroom/services/packs/packing.py": OWN,
    "src/warroom/services/proof/bag.py": "it has the standard library alone; what is not canonical is named",
    "src/warroom/store/body.py": OWN,
    "src/warroom/store/fetches.py": OWN,
    "src/warroom/store/pack_indexes.py": OWN,
    "src/warroom/store/vault.py": OWN,
    "src/warroom/testing/pack_indexes.py": OWN,
    "src/warroom/testing/stored.py": OWN,
    "src/warroom/doors/cursor.py": "a place is made of it, or refused",
    "src/warroom/web/local.py": "perform cleans what is asked, all but names of files",
    "src/warroom/web/pages/audit.py": "what it finds is shown as one line each",
}
NOT_OURS = ("src/warroom/host/guest/", "src/warroom/store/migrations/")  # a process of its own; rows of before


def _readings(tree: ast.Module) -> Iterator[int]:
    """Yield the lines in which JSON is read: by `load`, `loads` or a decoder of `json`, and `.json()` of an answer."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="json"), attr="load" | "loads" | "JSONDecoder"):
                yield node.lineno
            case ast.Call(func=ast.Attribute(attr="json"), args=[]):
                yield node.lineno
            case ast.ImportFrom(module="json", names=names) if {name.name for name in names} & {"load", "loads"}:
                yield node.lineno


@pytest.mark.slow
def test_nobody_else_reads_json(repository: Repository) -> None:
    files = [path for path in repository.under("src") if path.parts[1] == "warroom"]
    found = {str(path) for path in files if list(_readings(repository.tree(path)))}
    ours = {path for path in found if not path.startswith(NOT_OURS)}
    assert ours == set(READERS), "Read it with `parsed` of model/border.py, or say here why not."


@pytest.mark.parametrize(
    "code",
    [
        "json.loads(x)",
        "json.load(x)",
        "json.JSONDecoder()",
        "from json import loads",
        "body = await_(request.json())",
        "read = json.loads",
    ],
)
def test_a_reading_is_found_however_it_is_written(code: str) -> None:
    assert list(_readings(ast.parse(code)))


def test_paths_of_readers_are_real(repository: Repository) -> None:
    assert set(map(Path, READERS)) <= set(repository.files)
