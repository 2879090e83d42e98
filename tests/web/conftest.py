import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.content import install_pack
from tests.database import lay_database
from tests.web.clients import Clients, opened_clients, with_cheap_passwords
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.services.app import App


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    """A data folder that is open, with our own packs and a small one; no setting of the developer counts."""
    for name in [name for name in os.environ if name.startswith("WARROOM_")]:
        monkeypatch.delenv(name)
    install_pack(tmp_path / "home")
    lay_database(tmp_path / "home" / "warroom.db")
    async with open_app(Settings(home=tmp_path / "home")) as app:
        yield with_cheap_passwords(app)


@pytest.fixture
async def clients(app: App) -> AsyncIterator[Clients]:
    """The console over that folder, with a client for each role."""
    async with opened_clients(app) as clients:
        yield clients
