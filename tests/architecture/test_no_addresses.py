"""Files work on every machine: no registry is named, and no path exists on one machine only."""

import re

import pytest

from tests.architecture.repository import Repository

# The brackets keep this file from finding itself.
REGISTRIES = re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org|proxy[.]golang")
MACHINES = re.compile(r"(^|[^a-zA-Z])/(wor[k]|far[m])/|[.][.]/share[d]")


def _lines_with(pattern: re.Pattern[str], repository: Repository) -> list[str]:
    return [
        f"{path}:{number} {line.strip()[:120]}"
        for path in repository.files
        if path.suffix not in {".png", ".zip"}
        for number, line in enumerate(repository.text(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry(repository: Repository) -> None:
    assert _lines_with(REGISTRIES, repository) == []


def test_no_file_holds_a_path_of_one_machine(repository: Repository) -> None:
    assert _lines_with(MACHINES, repository) == []


# The names are put in by the test, because this file is read like every other.
@pytest.mark.parametrize(
    ("line", "name"), [("cd /{}/main", "work"), ('open("/{}/x")', "farm"), ("[a](../{}/b)", "shared")]
)
def test_a_path_of_one_machine_is_found(line: str, name: str) -> None:
    assert MACHINES.search(line.format(name))


@pytest.mark.parametrize("line", ["GET /workbench/alerts", "GET /api/work/x", "a homework/exercise"])
def test_a_route_is_no_path_of_one_machine(line: str) -> None:
    assert not MACHINES.search(line)
