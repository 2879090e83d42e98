"""Live push over real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.web.clients import session_of
from warroom.model.ids import IncidentId
from warroom.model.user import SYSTEM, Role
from warroom.services.app import App
from warroom.web import hub
from warroom.web.push import REFUSED, SIGNED_OUT
from warroom.web.security import COOKIE
from warroom.web.serving import serve_console


@dataclass(frozen=True, slots=True)
class Served:
    app: App
    address: str

    @property
    def url(self) -> str:
        return f"{self.address.replace('http:', 'ws:')}/live"

    @asynccontextmanager
    async def tab(self, token: str, *, origin: str = "") -> AsyncIterator[ClientConnection]:
        headers = {"Cookie": f"{COOKIE}={token}", "Origin": origin or self.address}
        async with connect(self.url, additional_headers=headers) as socket:
            yield socket

    async def incident(self, name: str = "One") -> IncidentId:
        made, _ = await self.app.incidents.create(name, SYSTEM)
        return made.id

    async def note(self, incident: IncidentId, text: str = "seen") -> None:
        await self.app.war_room.say(text, incident, SYSTEM)


@pytest.fixture
async def served(app: App) -> AsyncIterator[Served]:
    async with serve_console(app, "127.0.0.1", 0) as console:
        yield Served(app, console.address)


async def hear(socket: ClientConnection) -> dict[str, Any]:
    """Return the next message that is not a heartbeat."""
    while True:
        async with asyncio.timeout(60):
            said: dict[str, Any] = json.loads(await socket.recv())
        if said.get("kind") != "alive":
            return said


async def ask(socket: ClientConnection, *topics: str, after: int | None = None) -> dict[str, Any]:
    """Subscribe and wait until that is known; gives the sign of life."""
    await socket.send(json.dumps({"subscribe": topics, "after": after}))
    while True:
        async with asyncio.timeout(60):
            said: dict[str, Any] = json.loads(await socket.recv())
        if said.get("kind") == "alive":
            return said


async def test_an_event_reaches_those_who_asked_for_its_topic(served: Served) -> None:
    first, second = await served.incident("One"), await served.incident("Two")
    async with served.tab(await session_of(served.app, Role.READER)) as socket:
        await ask(socket, f"incident:{second}")
        await served.note(first)
        await served.note(second)
        said = await hear(socket)
    assert (said["kind"], said["incident"], said["actor"]) == ("entry", second, "DBot")
    assert said["epoch"]


async def test_the_queue_hears_of_incidents_and_not_of_entries(served: Served) -> None:
    async with served.tab(await session_of(served.app, Role.READER)) as socket:
        await ask(socket, "queue")
        incident = await served.incident("Dump")
        await served.note(incident)
        await served.incident("Next")
        said = [await hear(socket) for _ in range(2)]
    assert [item["name"] for item in said] == ["Dump", "Next"]


async def test_a_tab_that_was_away_is_told_what_it_missed_before_what_is_new(served: Served) -> None:
    token = await session_of(served.app, Role.READER)
    async with served.tab(token) as socket:
        known = (await ask(socket, "queue"))["sequence"]
    await served.incident("Missed")
    async with served.tab(token) as socket:
        await socket.send(json.dumps({"subscribe": ["queue"], "after": known}))
        missed = await hear(socket)
        await served.incident("New")
        new = await hear(socket)
    assert (missed["name"], new["name"]) == ("Missed", "New")


async def test_a_tab_that_is_too_far_behind_is_asked_to_read_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "REPLAY", 1)
    token = await session_of(served.app, Role.READER)
    await served.note(await served.incident())
    async with served.tab(token) as socket:
        await socket.send(json.dumps({"subscribe": ["queue"], "after": 0}))
        assert (await hear(socket))["resync"] is True
        await served.incident("New")
        assert (await hear(socket))["name"] == "New"


async def test_a_sequence_that_is_still_to_come_is_from_another_log(served: Served) -> None:
    async with served.tab(await session_of(served.app, Role.READER)) as socket:
        await socket.send(json.dumps({"subscribe": ["queue"], "after": 10**9}))
        assert (await hear(socket))["resync"] is True


@pytest.mark.parametrize(
    ("role", "topic", "is_heard"),
    [
        *[(role, topic, True) for role in Role for topic in ("queue", "tasks", "instances", "incident:1")],
        *[(role, "users", role is Role.ADMIN) for role in Role],
        *[(role, "incident:x", False) for role in Role],
        (Role.ADMIN, "weather", False),
    ],
)
def test_topics_are_for_their_least_role(role: Role, topic: str, is_heard: bool) -> None:
    assert (hub.is_topic(topic) and hub.may_hear(role, topic)) is is_heard


def test_every_topic_has_its_permission() -> None:
    assert set(hub.KINDS_OF_TOPIC) | {"incident"} == set(hub.PERMISSION_OF_TOPIC)


async def test_a_topic_that_is_not_for_the_role_is_refused_by_name(served: Served) -> None:
    async with served.tab(await session_of(served.app, Role.ANALYST)) as socket:
        await socket.send(json.dumps({"subscribe": ["users", "queue"], "after": None}))
        assert (await hear(socket))["refused"] == "users"
        await served.app.users.create("eve", "correct horse battery", Role.READER, SYSTEM)
        await served.incident("Dump")
        assert (await hear(socket))["name"] == "Dump"


@pytest.mark.parametrize(("token", "origin", "code"), [("wrong", "", SIGNED_OUT), ("", "http://elsewhere", REFUSED)])
async def test_strangers_and_other_sites_are_sent_away(served: Served, token: str, origin: str, code: int) -> None:
    own = await session_of(served.app, Role.READER)
    async with served.tab(token or own, origin=origin) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code


async def test_somebody_who_is_disabled_hears_nothing_more(served: Served) -> None:
    async with served.tab(await session_of(served.app, Role.READER)) as socket:
        await ask(socket, "queue")
        await session_of(served.app, Role.ADMIN)  # somebody must be left
        await served.app.users.disable("reader", SYSTEM)
        with pytest.raises(ConnectionClosed) as closed:
            await hear(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == SIGNED_OUT


@pytest.mark.parametrize("said", ["", "[]", "[" * 9000, '{"subscribe": 7}', '{"subscribe": [7], "after": "x"}'])
async def test_nonsense_changes_nothing(served: Served, said: str) -> None:
    async with served.tab(await session_of(served.app, Role.READER)) as socket:
        await ask(socket, "queue")
        await socket.send(said)
        await ask(socket, "queue")
        await served.incident("Dump")
        assert (await hear(socket))["name"] == "Dump"
