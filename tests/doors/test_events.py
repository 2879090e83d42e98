"""The event log, at both doors."""

import asyncio
from typing import Any

import pytest

from tests.web.clients import Clients
from warroom.model.errors import InvalidInputError
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform


async def test_a_program_follows_from_the_last_event_on(clients: Clients) -> None:
    last = (await clients.reader.get(f"{API}/events/last")).json()["sequence"]
    assert await perform(clients.app, "events.last", {}, an_actor()) == last
    incident = await clients.incident("One")
    items = (await clients.reader.get(f"{API}/events", params={"after": last})).json()["items"]
    assert [(item["kind"], item["incident"], item["name"]) for item in items] == [("incident", incident, "One")]
    assert items == await perform(clients.app, "events", {"after": last}, an_actor())


async def test_what_users_did_is_for_admins_alone(clients: Clients) -> None:
    seen = {}
    for role, client in (("reader", clients.reader), ("admin", clients.admin)):
        items = (await client.get(f"{API}/events")).json()["items"]
        seen[role] = [item for item in items if item["kind"] == "user"]
    assert [item["sequence"] for item in seen["reader"]] == [item["sequence"] for item in seen["admin"]] != []
    assert {item["actor"] for item in seen["reader"]} == {""}
    assert all(set(item) == {"sequence", "incident", "kind", "actor"} for item in seen["reader"])


async def test_the_api_does_not_wait(clients: Clients) -> None:
    after = (await clients.reader.get(f"{API}/events/last")).json()["sequence"]
    async with asyncio.timeout(30):
        assert (await clients.reader.get(f"{API}/events", params={"after": after, "seconds": 600})).json()[
            "items"
        ] == []


@pytest.mark.parametrize("asked", [{"after": -1}, {"after": "x"}, {"seconds": "soon"}, {"seconds": -1}])
async def test_a_wrong_question_is_named(app: App, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=next(iter(asked))):
        await perform(app, "events", asked, an_actor())
