from pathlib import Path

from tests.architecture.repository import Repository

DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "common", "misc", "base"}


def _nameless(paths: list[Path]) -> list[str]:
    # Folders of tests may be named after a pack, and XSOAR calls its own Base.
    return [
        str(path)
        for path in paths
        if DUMPING_GROUNDS & {path.stem.removeprefix("test_"), *(path.parts[:-1] if path.parts[0] == "src" else ())}
    ]


def test_no_module_is_named_after_nothing(repository: Repository) -> None:
    found = _nameless(repository.under("src", "tests", "bench", "scripts", "scaffold"))
    assert found == [], "Name a module after what it knows."


def test_a_dumping_ground_is_found_as_a_file_and_as_a_folder() -> None:
    bad = [Path("src/warroom/utils/times.py"), Path("src/warroom/base.py"), Path("tests/test_helpers.py")]
    fine = [Path("src/warroom/plan.py"), Path("tests/packs/base/test_http.py")]
    assert _nameless([*bad, *fine]) == [str(path) for path in bad]
