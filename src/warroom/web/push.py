"""Live push: one WebSocket for each tab, fed by the event log, so that a client that was away misses nothing."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from warroom.model.errors import WarroomError
from warroom.model.event import Event
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.web.security import acting, app_of

router = APIRouter()
EPOCH = secrets.token_hex(4)  # of this process; a client that knows another one starts anew
PAGE = 500
PATIENCE_SECONDS = 20.0  # between two signs of life
REFUSED = 4401


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Tell what happens. The client says `{"subscribe": [topics], "after": sequence or null}`, as often as it likes.

    Topics are `queue`, `tasks` and `incident:ID`. Each event comes as `{"sequence", "kind", "incident", …}` with the
    process's `epoch`; `{"resync": true}` asks to read the page's data again.
    """
    app = app_of(socket)
    try:
        actor = await acting(socket)
    except WarroomError as error:
        await socket.close(REFUSED, str(error)[:120])
        return
    await socket.accept()
    client = Client(app, actor, socket)
    reader = asyncio.create_task(client.listen())
    teller = asyncio.create_task(client.tell())
    with suppress(WebSocketDisconnect):
        done, _ = await asyncio.wait({reader, teller}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    for task in (reader, teller):
        task.cancel()
    await asyncio.gather(reader, teller, return_exceptions=True)


class Client:
    """One tab: what it wants to hear, and how far it has heard."""

    def __init__(self, app: App, actor: Actor, socket: WebSocket) -> None:
        self._app = app
        self._actor = actor
        self._socket = socket
        self._topics: frozenset[str] = frozenset()
        self._after: int | None = None
        self._changed = asyncio.Event()

    async def listen(self) -> None:
        """Take what the client subscribes to."""
        while True:
            wish = await self._socket.receive_json()
            if not isinstance(wish, dict):
                continue
            self._topics = frozenset(str(topic) for topic in wish.get("subscribe") or ())
            after = wish.get("after")
            self._after = after if isinstance(after, int) and after >= 0 else await self._app.audit.last(self._actor)
            self._changed.set()

    async def tell(self) -> None:
        """Send events as they are committed, and a sign of life in quiet times."""
        async for events in self._pages():
            for event in events:
                if self._wants(event):
                    await self._socket.send_json(as_json(event))
            if not events:
                await self._socket.send_json({"epoch": EPOCH, "sequence": self._after or 0, "kind": "alive"})

    async def _pages(self) -> AsyncIterator[list[Event]]:
        commits = self._app.journal.listen()
        try:
            while True:
                commits.clear()
                if self._after is not None:
                    events = list(await self._app.audit.events(self._after, self._actor, PAGE))
                    if events:
                        self._after = events[-1].sequence
                        yield events
                        continue
                if await self._quiet(commits):
                    yield []
        finally:
            self._app.journal.unlisten(commits)

    async def _quiet(self, commits: asyncio.Event) -> bool:
        """Wait for a commit or another wish; True when nothing came for a while."""
        waits = [asyncio.create_task(commits.wait()), asyncio.create_task(self._changed.wait())]
        try:
            done, _ = await asyncio.wait(waits, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._changed.clear()
        return not done

    def _wants(self, event: Event) -> bool:
        if event.incident and f"incident:{event.incident}" in self._topics:
            return True
        if "queue" in self._topics and event.kind in {"incident", "plan"}:
            return True
        return "tasks" in self._topics and event.kind in {"task", "answer", "plan"}


def as_json(event: Event) -> JsonObject:
    """Write an event for the wire."""
    return {
        **event.payload,
        "epoch": EPOCH,
        "sequence": event.sequence,
        "kind": event.kind,
        "incident": event.incident,
        "actor": event.actor,
        "at": event.at.isoformat(),
    }
