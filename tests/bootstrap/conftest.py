"""Settings as nobody has set them."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start with no setting of the developer, in an empty folder."""
    for name in [name for name in os.environ if name.startswith("WARROOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
