"""Each package that we depend on has its reason in a decision and its exact version in constraints.txt."""

import re
import tomllib

import pytest

from tests.architecture.repository import Repository

NAME = re.compile(r"^[\w.-]+")


def _canonical(requirement: str) -> str:
    match = NAME.match(requirement)
    assert match, f"{requirement} does not begin with a name"
    return re.sub(r"[-_.]+", "-", match[0]).lower()


@pytest.fixture(scope="module")
def needed(repository: Repository) -> dict[str, set[str]]:
    settings = tomllib.loads((repository.root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"runtime": settings["project"]["dependencies"], "dev": settings["dependency-groups"]["dev"]}
    return {group: {_canonical(line) for line in lines} for group, lines in groups.items()}


def test_every_dependency_has_its_reason(repository: Repository, needed: dict[str, set[str]]) -> None:
    pages = (repository.text(path) for path in repository.under("docs", suffix=".md") if path.parts[1] == "adr")
    named = {_canonical(name) for page in pages for name in re.findall(r"`([\w.-]+)`", page)}
    without_stubs = {name for name in needed["runtime"] | needed["dev"] if not name.startswith("types-")}
    assert sorted(without_stubs - named) == [], "Say in docs/adr why it is here and what it replaces."


def test_every_dependency_is_pinned_and_no_line_is_an_address(
    repository: Repository, needed: dict[str, set[str]]
) -> None:
    lines = (repository.root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.+!]+", line)] == []
    assert sorted((needed["runtime"] | needed["dev"]) - {_canonical(line) for line in pins}) == []
