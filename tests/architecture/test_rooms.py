import ast
import re
import tomllib

from tests.architecture.repository import Repository

ROW = re.compile(r"^\| `(?P<room>\w+)` \| (?P<sentence>.+) \|$", re.MULTILINE)
TWIN = "visionone_sim"


def _sentences_in_docs(repository: Repository) -> dict[str, str]:
    page = (repository.root / "docs/reference/rooms.md").read_text(encoding="utf-8")
    return {row["room"]: row["sentence"] for row in ROW.finditer(page)}


def _sentences_in_code(repository: Repository) -> dict[str, str | None]:
    source = repository.root / "src"
    packages = [*sorted((source / "warroom").iterdir()), source / TWIN]
    opened = {package.name: package / "__init__.py" for package in packages}
    return {
        room: ast.get_docstring(ast.parse(init.read_text(encoding="utf-8")))
        for room, init in opened.items()
        if init.is_file()
    }


def _placed_in_layers(repository: Repository) -> set[str]:
    settings = tomllib.loads((repository.root / "pyproject.toml").read_text(encoding="utf-8"))
    [layers] = [c for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    return {name.strip("() ") for row in layers["layers"] for name in re.split(r"[|:]", row)}


def test_a_room_opens_with_the_sentence_of_the_reference(repository: Repository) -> None:
    assert _sentences_in_code(repository) == _sentences_in_docs(repository)


def test_every_room_has_its_place_in_the_layers(repository: Repository) -> None:
    rooms = set(_sentences_in_docs(repository)) - {TWIN}
    assert rooms == _placed_in_layers(repository)


def test_no_package_of_the_source_tree_is_missing_its_init(repository: Repository) -> None:
    folders = {path.parent for path in repository.under("src")}
    without = sorted(str(folder) for folder in folders if not (repository.root / folder / "__init__.py").is_file())
    assert without == [], "Without __init__.py a folder is no room, and no check sees it."
