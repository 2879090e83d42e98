import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.repository import Repository

INSIDE_SERVICES = "\n## Inside services\n"
ABOVE_PACKAGES = {"app", "runtime"}  # modules of services that use its packages
ROW = re.compile(r"^\| `(?P<room>\w+)` \| (?P<sentence>.+) \|$", re.MULTILINE)
TWIN = "visionone_sim"


def _sentences_in_docs(repository: Repository) -> tuple[dict[str, str], dict[str, str]]:
    """Read the sentences of the rooms, and of those inside services."""
    page = (repository.root / "docs/reference/rooms.md").read_text(encoding="utf-8")
    rooms, inside = page.split(INSIDE_SERVICES)
    return _rows(rooms), _rows(inside)


def _rows(table: str) -> dict[str, str]:
    return {row["room"]: row["sentence"] for row in ROW.finditer(table)}


def _sentences_in_code(packages: Iterable[Path]) -> dict[str, str]:
    opened = {package.name: package / "__init__.py" for package in packages}
    said = {
        room: ast.get_docstring(ast.parse(init.read_text(encoding="utf-8")))
        for room, init in opened.items()
        if init.is_file()
    }
    return {room: (sentence or "").split("\n")[0] for room, sentence in said.items()}


def _placed_in_layers(repository: Repository, container: str) -> list[str]:
    settings = tomllib.loads((repository.root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [layers] = [c for c in contracts if c["type"] == "layers" and c["containers"] == [container]]
    return [name.strip("() ") for row in layers["layers"] for name in re.split(r"[|:]", row)]


def test_a_room_opens_with_the_sentence_of_the_reference(repository: Repository) -> None:
    source = repository.root / "src"
    rooms, inside = _sentences_in_docs(repository)
    assert _sentences_in_code([*(source / "warroom").iterdir(), source / TWIN]) == rooms
    assert _sentences_in_code((source / "warroom/services").iterdir()) == inside


def test_every_room_has_its_place_in_the_layers(repository: Repository) -> None:
    rooms, inside = _sentences_in_docs(repository)
    assert set(rooms) - {TWIN} == set(_placed_in_layers(repository, "warroom"))
    placed = _placed_in_layers(repository, "warroom.services")
    assert [*inside] == [name for name in placed if name not in ABOVE_PACKAGES]


def test_no_package_of_the_source_tree_is_missing_its_init(repository: Repository) -> None:
    folders = {path.parent for path in repository.under("src")}
    without = sorted(str(folder) for folder in folders if not (repository.root / folder / "__init__.py").is_file())
    assert without == [], "Without __init__.py a folder is no room, and no check sees it."
