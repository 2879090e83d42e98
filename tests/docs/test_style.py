"""What style.md promises is so: its examples stand in the code, its files and targets exist, its limits hold."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import Repository
from tests.architecture.test_size import LINES_IN_A_FILE, LINES_IN_A_FUNCTION

PAGE = Path("docs/explanation/style.md")
SHAPE = re.compile(r"\]\((?P<file>[^)]+\.py)\):\n```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
OURS = "## 4. Names"  # before it, other projects are described
ASKED = re.compile(r"(?:^|`| {3})make (?P<name>[a-z]+(?:-[a-z]+)*)", re.MULTILINE)
NAMED = re.compile(r"`(?P<path>(?:src|tests|docs|scripts|Packs)/[\w/.-]+\.\w+)`")
TARGET = re.compile(r"^(?P<name>[a-z-]+):.*## ", re.MULTILINE)


def _lost(code: str, file: str) -> Iterator[str]:
    """Yield the lines of an example that the file does not have, in this order."""
    lines = iter(file.splitlines())
    for line in filter(None, code.splitlines()):
        if line not in lines:
            yield line
            return


def test_every_example_of_a_shape_stands_in_the_code(repository: Repository) -> None:
    shapes = list(SHAPE.finditer(repository.text(PAGE).partition("## 7.")[2]))
    assert len(shapes) >= 7
    folder = (repository.root / PAGE).parent
    found = [
        f"{shape['file']} has not: {line}"
        for shape in shapes
        for line in _lost(shape["code"], (folder / shape["file"]).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_file_and_target_of_ours_that_it_names_exists(repository: Repository) -> None:
    ours = repository.text(PAGE).partition(OURS)[2]
    paths = {Path(found["path"]) for found in NAMED.finditer(ours) if "NNNN" not in found["path"]}
    assert paths
    assert sorted(map(str, paths - set(repository.files))) == []
    targets = {found["name"] for found in TARGET.finditer(repository.text(Path("Makefile")))}
    asked = {found["name"] for found in ASKED.finditer(ours)}
    assert {"new-command", "new-transformer", "new-endpoint", "new-operation", "new-page"} <= asked
    assert sorted(asked - targets) == []


def test_the_limits_that_it_names_are_those_of_the_checks(repository: Repository) -> None:
    settings = tomllib.loads(repository.text(Path("pyproject.toml")))
    most = settings["tool"]["ruff"]["lint"]["pylint"]["max-args"]
    said = f"(the checks refuse {LINES_IN_A_FILE} lines, {LINES_IN_A_FUNCTION} lines and {most} parameters)"
    assert said in repository.text(PAGE)


@pytest.mark.parametrize(("code", "lost"), [("a\n\nc\n", []), ("a\nb2\n", ["b2"]), ("c\na\n", ["a"])])
def test_an_example_that_is_not_in_the_code_is_found(code: str, lost: list[str]) -> None:
    assert list(_lost(code, "a\nb\nc\n")) == lost
