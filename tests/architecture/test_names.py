from pathlib import Path

from tests.architecture.repository import Repository

DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "common", "misc", "base"}


def _nameless(paths: list[Path]) -> list[str]:
    return [str(path) for path in paths if DUMPING_GROUNDS & {path.stem.removeprefix("test_"), *path.parts[:-1]}]


def test_no_module_is_named_after_nothing(repository: Repository) -> None:
    found = _nameless(repository.under("src", "tests", "bench", "scripts"))
    assert found == [], "Name a module after what it knows."


def test_a_dumping_ground_is_found_as_a_file_and_as_a_folder() -> None:
    bad = [Path("src/warroom/utils/times.py"), Path("src/warroom/base.py"), Path("tests/test_helpers.py")]
    assert _nameless([*bad, Path("src/warroom/plan.py")]) == [str(path) for path in bad]
