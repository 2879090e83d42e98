"""Which files pytest looks into: all that can be imported as they stand, with --fast what fits between two edits."""

import gc
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

ROOT = Path(__file__).parent
# New objects between two looks for garbage, where Python has 700 to 2,000: tests make much, and keep little of it.
LOOK_FOR_GARBAGE_AFTER = 10_000
PACKS = ROOT / "Packs"
# Alembic runs these files in a surrounding of its own.
MIGRATIONS = ROOT / "src/warroom/store/migrations"
# Rooms whose tests start processes, servers or browsers. They also come first in a whole run, so that none is left for
# its end, when there is nothing to do beside it.
SLOW = (
    ROOT / "tests/acceptance",
    ROOT / "tests/browser",
    ROOT / "tests/packs/visionone/playbooks",
    ROOT / "tests/durable",
    ROOT / "tests/cli",
    ROOT / "tests/host",
    ROOT / "tests/web",
    ROOT / "tests/doors",
    ROOT / "tests/packs",
    ROOT / "tests/visionone_sim",
)
SLOW_MARKS = ("acceptance", "postgres", "slow")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="Leave out what takes long; the end of the run says what.")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave alone what cannot be imported as it stands; pack code imports names that only a worker has."""
    if collection_path == MIGRATIONS:
        return True
    if config.getoption("--fast") and collection_path in SLOW and not _asked_for(collection_path, config):
        return True
    name = collection_path.name
    is_test = name.startswith(("test_", "conftest")) or name.endswith("_test.py")
    if PACKS in collection_path.parents and collection_path.suffix == ".py" and not is_test:
        return True
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for examples only where some are written: else each module is imported and searched through for nothing."""
    collectors = yield
    has_examples = file_path.suffix != ".py" or b">>>" in file_path.read_bytes()
    return [each for each in collectors if has_examples or not isinstance(each, DoctestModule)]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among thousands of tests and all modules, which stay: it is a quarter of collecting them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(LOOK_FOR_GARBAGE_AFTER)
        gc.enable()


def _asked_for(room: Path, config: pytest.Config) -> bool:
    """Whether the command line names the room, or something in it."""
    asked = [(config.invocation_params.dir / word.partition("::")[0]).resolve() for word in config.args]
    return any(path == room or room in path.parents for path in asked)


@pytest.hookimpl(trylast=True)  # after the shuffling
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.path))
    if config.getoption("--fast"):
        quick = [item for item in items if not any(map(item.get_closest_marker, SLOW_MARKS))]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(quick)])
        items[:] = quick


@cache
def _turn(path: Path) -> int:
    """Slow rooms first, in their order."""
    return next((turn for turn, room in enumerate(SLOW) if room in path.parents), len(SLOW))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--fast"):
        rooms = ", ".join(str(room.relative_to(ROOT)) for room in SLOW if not _asked_for(room, config))
        marks = ", ".join(SLOW_MARKS)
        terminalreporter.write_line(f"--fast left out {rooms}, and what is marked {marks}; all: make test")
