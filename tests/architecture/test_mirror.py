"""A source file has its test file at the same place under tests/, or a reason here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.repository import Repository

NAMES_WITHOUT_TEST = {
    "__init__.py": "a docstring and re-exports",
    "__main__.py": "one call of main",
}
FOLDERS_WITHOUT_TEST = {
    "src/warroom/services/ports": "Protocols; the tests of each adapter hold it against them",
    "src/warroom/store/migrations": "run as a whole by the store's tests of upgrades",
}
FILES_WITHOUT_TEST = {
    f"src/warroom/{name}.py": "values without a method; whoever makes or reads them tests them"
    for name in (
        "content/incident_type",
        "content/value",
        "model/context",
        "model/event",
        "model/instance",
        "model/json",
        "model/mirror",
        "services/app",
        "services/drive/session_state",
        "services/drive/performed",
        "services/drive/tools",
    )
} | {"src/warroom/store/tables.py": "the tables; the migrations' test compares them with a database made from scratch"}


def _test_of(source: Path) -> Path:
    package, *rest = source.parts[1:]
    place = Path("tests", *rest) if package == "warroom" else Path("tests", package, *rest)
    return place.with_name(f"test_{place.name}")


def _is_exempt(source: Path) -> bool:
    return (
        source.name in NAMES_WITHOUT_TEST
        or str(source) in FILES_WITHOUT_TEST
        or any(str(folder) in FOLDERS_WITHOUT_TEST for folder in source.parents)
    )


def _sources_without_test(repository: Repository) -> Iterator[str]:
    for source in repository.under("src"):
        if not _is_exempt(source) and _test_of(source) not in repository.files:
            yield f"{source}: write {_test_of(source)}"


def test_every_source_file_has_its_test_file(repository: Repository) -> None:
    assert list(_sources_without_test(repository)) == []


def test_no_exemption_outlives_its_file_or_its_need(repository: Repository) -> None:
    stale = [
        name
        for name in FILES_WITHOUT_TEST
        if Path(name) not in repository.files or _test_of(Path(name)) in repository.files
    ]
    assert stale == []


def test_a_file_without_a_test_holds_no_function(repository: Repository) -> None:
    found = [
        f"{name}:{node.lineno} {node.name}"
        for name in FILES_WITHOUT_TEST
        for node in ast.walk(repository.tree(Path(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert found == [], "What can be called can be tested."


def test_the_mirror_keeps_the_place() -> None:
    assert _test_of(Path("src/warroom/store/plans.py")) == Path("tests/store/test_plans.py")
    assert _test_of(Path("src/warroom/bootstrap/wiring.py")) == Path("tests/bootstrap/test_wiring.py")
    assert _test_of(Path("src/visionone_sim/services/response.py")) == Path(
        "tests/visionone_sim/services/test_response.py"
    )
