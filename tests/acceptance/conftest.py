"""A folder for each test, and a look for what is left when it has ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.folder import Folder
from tests.acceptance.proc import with_text
from tests.acceptance.waiting import until


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """A data folder that nobody serves yet; when the test has ended, no process of it may live."""
    home = tmp_path / "home"
    yield Folder(home=home)
    until(lambda: not with_text(str(home)), f"every process that works on {home} ends", seconds=10)
