"""The map of the code names what is there: each `name` that links to a file is defined in that file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository

PAGE = Path("docs/explanation/code-map.md")
LINK = re.compile(r"\[`(?P<name>[^`]+)`\]\((?P<file>[^)]+\.py)\)")


def _defined(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    """Give what a module or class defines, such as `Session`, `Session.run` and `COMMANDS`."""
    for node in body:
        match node:
            case ast.ClassDef(name=name, body=inner):
                yield before + name
                yield from _defined(inner, f"{before}{name}.")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield before + name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield before + name


def _named(page: str) -> list[tuple[str, str]]:
    return [(found["name"], found["file"]) for found in LINK.finditer(page)]


def _lost(root: Path, page: Path, named: list[tuple[str, str]]) -> Iterator[str]:
    for name, file in named:
        path = ((root / page).parent / file).resolve()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if name not in _defined(tree.body):
            yield f"{file} does not define {name}"


def test_every_name_of_the_map_is_defined_where_it_says(repository: Repository) -> None:
    named = _named(repository.text(PAGE))
    assert len(named) > 40
    assert list(_lost(repository.root, PAGE, named)) == []


def test_every_room_that_runs_has_its_place_on_the_map(repository: Repository) -> None:
    rooms = {path.parts[2] for path in repository.under("src") if path.parts[1] == "warroom" and len(path.parts) > 3}
    without = {
        "bootstrap",
        "content",
        "model",
        "outbound",
        "testing",
    }  # they are used on every way, or on none of these
    files = " ".join(file for _, file in _named(repository.text(PAGE)))
    assert sorted(room for room in rooms - without if f"src/warroom/{room}/" not in files) == []


@pytest.mark.parametrize("name", ["Machine", "Machine.go", "advance", "TABLE", "LIMIT"])
def test_a_definition_is_found(name: str) -> None:
    code = "class Machine:\n    async def go(self): ...\ndef advance(): ...\nTABLE: dict = {}\nLIMIT = 4\n"
    assert name in set(_defined(ast.parse(code).body))


def test_a_name_that_has_moved_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def here(): ...\n", encoding="utf-8")
    named = _named("[`here`](a.py) and [`gone`](a.py)")
    assert list(_lost(tmp_path, Path("page.md"), named)) == ["a.py does not define gone"]
