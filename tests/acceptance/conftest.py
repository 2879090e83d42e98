"""A folder for each test, and a look for what is left when it has ended."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.folder import Folder
from tests.acceptance.proc import adopting_orphans, children, is_alive
from tests.acceptance.results import pytest_terminal_summary  # noqa: F401  # pytest finds it here
from tests.acceptance.waiting import until
from tests.forked import FORK_SERVER


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """A data folder that nobody serves yet; when the test has ended, no process that it started may live."""
    FORK_SERVER.start()
    with adopting_orphans() as before:
        yield Folder(home=tmp_path / "home")
        until(lambda: not _alive(before), "every process that the test started ends")


def _alive(before: set[int]) -> list[int]:
    return [pid for pid in children(os.getpid()) if pid not in before and is_alive(pid)]
