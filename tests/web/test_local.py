import asyncio
import socket
import stat
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from warroom.services.app import App
from warroom.services.writing.journal import Journal
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import an_actor, an_incident, some_changes
from warroom.web.local import RunningOperations, local_app, serve_locally
from warroom.web.local_socket import ACTOR_HEADER, socket_path
from warroom.web.perform import perform


def through(path: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(path)), base_url="http://warroom", timeout=60)


async def test_operations_are_done_through_the_socket_in_the_name_of_who_asks(app: App) -> None:
    async with serve_locally(app) as path, through(path) as client:
        answer = await client.post("/operations/incident.create", json={"name": "One"}, headers={ACTOR_HEADER: "ben"})
    assert answer.status_code == 200
    assert answer.json()["result"]["owner"] == "ben"


async def test_only_the_owner_can_open_the_socket_and_it_goes_with_the_server(app: App) -> None:
    async with serve_locally(app) as path:
        assert path == app.home / "warroom.sock"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


async def test_it_can_be_connected_to_as_soon_as_it_says_so(app: App) -> None:
    async with serve_locally(app) as path:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))  # without a turn of the event loop in between


async def test_what_a_dead_server_left_is_replaced(app: App) -> None:
    (app.home / "warroom.sock").touch()
    async with serve_locally(app) as path, through(path) as client:
        assert (await client.post("/operations/incident.list", json={})).json() == {"result": []}


@pytest.mark.parametrize(
    ("operation", "asked", "status", "sentence"),
    [
        ("incident.show", {"id": "99"}, 404, "99"),
        ("incident.show", {}, 422, "incident.show needs 'id'"),
        ("nope", {}, 404, "Use a warroom of the same version"),
        ("incident.create", {"name": ""}, 422, "needs a name"),
    ],
)
async def test_a_refusal_is_a_status_and_a_sentence(
    app: App, operation: str, asked: dict[str, str], status: int, sentence: str
) -> None:
    transport = httpx.ASGITransport(local_app(app, RunningOperations()))
    async with httpx.AsyncClient(transport=transport, base_url="http://warroom", timeout=60) as client:
        answer = await client.post(f"/operations/{operation}", json=asked)
    assert answer.status_code == status
    assert sentence in answer.json()["error"]["message"]


async def test_a_database_that_is_away_is_said_and_is_nobodys_mistake(app: App) -> None:
    store = UnsteadyStore(1)
    await store.commit(some_changes(incidents=[an_incident()]))
    store.rate = 1.0
    war_room = replace(app.war_room, store=store, journal=Journal(store))
    transport = httpx.ASGITransport(local_app(replace(app, war_room=war_room), RunningOperations()))
    async with httpx.AsyncClient(transport=transport, base_url="http://warroom", timeout=60) as client:
        answer = await client.post("/operations/say", json={"incident": "1", "text": "hello"})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (503, "UnavailableError")


async def test_a_server_that_ends_does_not_wait_for_who_waits(app: App) -> None:
    asked = {"after": await perform(app, "events.last", {}, an_actor()), "seconds": 600}
    async with asyncio.timeout(60), through(socket_path(app.home)) as client:
        async with serve_locally(app):
            waiting = asyncio.create_task(client.post("/operations/events", json=asked, timeout=600))
            await client.post("/operations/incident.list", json={})  # the question above has arrived before this one
        answer = await waiting
    assert answer.status_code == 503
    assert "The server is ending" in answer.json()["error"]["message"]
