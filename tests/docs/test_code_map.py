"""The map of the code names what is there: each `name` that links to a file is defined in that file."""

import ast
from pathlib import Path

import pytest

from tests.architecture.repository import Repository
from tests.docs.definitions import defined, lost, named_in

PAGE = Path("docs/explanation/code-map.md")


def test_every_name_of_the_map_is_defined_where_it_says(repository: Repository) -> None:
    named = named_in(repository.text(PAGE))
    assert len(named) > 40
    assert list(lost(repository.root, PAGE, named)) == []


def test_every_room_that_runs_has_its_place_on_the_map(repository: Repository) -> None:
    rooms = {path.parts[2] for path in repository.under("src") if path.parts[1] == "warroom" and len(path.parts) > 3}
    without = {
        "bootstrap",
        "content",
        "model",
        "outbound",
        "testing",
    }  # they are used on every way, or on none of these
    files = " ".join(file for _, file in named_in(repository.text(PAGE)))
    assert sorted(room for room in rooms - without if f"src/warroom/{room}/" not in files) == []


@pytest.mark.parametrize("name", ["Machine", "Machine.go", "advance", "TABLE", "LIMIT"])
def test_a_definition_is_found(name: str) -> None:
    code = "class Machine:\n    async def go(self): ...\ndef advance(): ...\nTABLE: dict = {}\nLIMIT = 4\n"
    assert name in set(defined(ast.parse(code).body))


def test_a_name_that_has_moved_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def here(): ...\n", encoding="utf-8")
    named = named_in("[`here`](a.py) and [`gone`](a.py)")
    assert list(lost(tmp_path, Path("page.md"), named)) == ["a.py does not define gone"]
