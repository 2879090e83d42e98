"""`make` is the one door: what a page or CI asks of it exists."""

import re

from tests.architecture.repository import Repository

TARGET = re.compile(r"^(?P<name>[a-z-]+):.*## (?P<help>\S.*)$", re.MULTILINE)
ASKED = re.compile(r"(?:^|`)make (?P<name>[a-z-]+)", re.MULTILINE)
# Describe what is to come, and other projects, beside what is here.
NOT_YET = ("docs/explanation", "docs/reference")


def _targets(repository: Repository) -> set[str]:
    makefile = (repository.root / "Makefile").read_text(encoding="utf-8")
    return {match["name"] for match in TARGET.finditer(makefile)}


def _asked(repository: Repository) -> set[str]:
    pages = (path for path in repository.files if path.suffix == ".md" and not str(path).startswith(NOT_YET))
    hooks = (path for path in repository.files if str(path) in {".ci/run", ".pre-commit-config.yaml"})
    return {match["name"] for path in (*pages, *hooks) for match in ASKED.finditer(repository.text(path))}


def test_every_target_that_is_asked_for_exists(repository: Repository) -> None:
    asked = _asked(repository)
    assert {"demo", "test", "check"} <= asked
    assert sorted(asked - _targets(repository)) == []


def test_ci_runs_the_tests_that_the_readme_names(repository: Repository) -> None:
    readme = (repository.root / "README.md").read_text(encoding="utf-8")
    ci, check = (repository.root.joinpath(name).read_text(encoding="utf-8") for name in (".ci/run", "scripts/check"))
    assert "make test" in readme
    assert "make check" in ci
    assert "make test" in check
