import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.content import install_pack
from warroom.bootstrap import Settings, open_app
from warroom.services.app import App


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    """A data folder that is open, with our own packs and a small one; no setting of the developer counts."""
    for name in [name for name in os.environ if name.startswith("WARROOM_")]:
        monkeypatch.delenv(name)
    install_pack(tmp_path / "home")
    async with open_app(Settings(home=tmp_path / "home")) as app:
        yield app
