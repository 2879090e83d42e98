"""The doors over a PostgreSQL: it takes less than SQLite does (no U+0000), so they are asked the same once more.

The tests that are imported here run on the data folder of this file.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.content import install_pack
from tests.hostile import TEXTS
from tests.store.conftest import empty_postgres_url, postgres_server  # noqa: F401  # the fixtures, for this folder too
from tests.web.clients import Clients, with_cheap_passwords
from tests.web.test_doors import (  # noqa: F401  # pytest finds them here
    hostile,
    test_every_route_that_is_read_answers,
    test_every_route_that_writes_takes_it_or_says_why_not,
    test_what_was_typed_is_stored_shown_and_found_as_the_same_text,
)
from tests.web.test_hostile import CORPUS
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.services.app import App
from warroom.web.api import API

pytestmark = pytest.mark.postgres


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_postgres_url: str) -> AsyncIterator[App]:  # noqa: F811
    for name in [name for name in os.environ if name.startswith("WARROOM_")]:
        monkeypatch.delenv(name)
    install_pack(tmp_path / "home")
    async with open_app(Settings(home=tmp_path / "home", database_url=empty_postgres_url)) as app:
        yield with_cheap_passwords(app)


async def test_it_is_a_postgresql(app: App) -> None:
    assert app.store.exclusive is False


async def test_it_comes_back_as_it_was_and_can_be_searched_for(clients: Clients) -> None:
    for text in [*CORPUS, *TEXTS.values()]:
        incident = await clients.incident(f"a {text}", details=text)
        assert (await clients.reader.get(f"{API}/incidents/{incident}")).json()["details"] == text
        entry = await clients.entry(text, incident)
        assert (await clients.reader.get(f"{API}/entries/{entry}")).json()["contents"] == text
        words = text.encode("utf-8", "replace").decode()[:200]
        answer = await clients.reader.get(f"{API}/incidents", params={"text": words})
        assert incident in [item["id"] for item in answer.json()["items"]], text
        for page in (f"/incidents/{incident}", f"/fragments/incidents/{incident}/entries"):
            assert (await clients.reader.get(page)).status_code == 200
