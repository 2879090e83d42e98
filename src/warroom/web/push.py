"""Live push: one WebSocket for each tab, fed by the event log, so that a client misses nothing after a reconnect."""

import asyncio
import secrets
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from warroom.model.border import parsed, written
from warroom.model.errors import SignInError, WarroomError
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.people.access import Permission, may
from warroom.web.hub import Hub, Listener, is_topic, may_hear
from warroom.web.security import acting

router = APIRouter()
EPOCH = secrets.token_hex(4)  # of this process; a client that knows another one starts over
BEAT_SECONDS = 20.0  # between two heartbeats, and two checks of the session
MOST_TOPICS = 50
SIGNED_OUT, REFUSED, TRY_AGAIN = 4401, 4403, 1013


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Push events. The client sends `{"subscribe": [topics], "after": sequence or null}`, as often as it likes.

    Topics are `queue`, `tasks`, `instances`, `halts`, `users` and `incident:ID`. Each event comes as `{"epoch",
    "sequence", "kind", "incident", "actor", "at", …}`; one of the kind `alive` says how far the log has been told,
    `{"resync": true}` asks to read the page's data again, `{"refused": topic}` names one that is not there or not for
    this role.
    Closed with 4401 when nobody is signed in (any more), with 4403 when another site asks.
    """
    await socket.accept()  # a refusal before would reach the page without its code
    try:
        actor = await acting(socket)
    except WarroomError as error:
        await socket.close(SIGNED_OUT if isinstance(error, SignInError) else REFUSED, str(error)[:100])
        return
    hub = socket.app.state.hub
    assert isinstance(hub, Hub)
    tab = Tab(hub, socket, actor)
    await hub.join(tab.listener)
    try:
        with suppress(WebSocketDisconnect):
            await tab.serve()
    finally:
        await hub.leave(tab.listener)


class Tab:
    """One connection: its subscriptions, and the messages to it."""

    def __init__(self, hub: Hub, socket: WebSocket, actor: Actor) -> None:
        self.listener = Listener()
        self._hub = hub
        self._socket = socket
        self._actor = actor
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Receive and send until one of both ends."""
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect
            wish = _wish(message.get("text") or "")  # bytes are ignored
            if wish is None:
                continue
            topics = [topic for topic in _texts(wish.get("subscribe")) if is_topic(topic)]
            self.listener.topics = frozenset(topic for topic in topics if may_hear(self._actor.role, topic))
            for topic in _texts(wish.get("subscribe")):
                if topic not in self.listener.topics:
                    await self._send(written({"epoch": EPOCH, "refused": topic[:100]}))
            after = wish.get("after")
            if isinstance(after, int) and not isinstance(after, bool) and after >= 0:
                await self._hub.catch_up(self.listener, after)
            await self._say_alive()

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await self.listener.news.wait()
            if self.listener.has_ended:
                await self._socket.close(TRY_AGAIN)
                return
            is_quiet = not self.listener.news.is_set()
            self.listener.news.clear()
            if self.listener.is_doubtful or loop.time() - looked >= BEAT_SECONDS:
                self.listener.is_doubtful = False
                looked = loop.time()
                if not await self._is_still_signed_in():
                    return
            await self._tell_news()
            if is_quiet:
                await self._say_alive()

    async def _tell_news(self) -> None:
        if self.listener.is_behind:
            self.listener.is_behind = False
            await self._send(written({"epoch": EPOCH, "sequence": self._hub.sequence, "resync": True}))
        sees_all = may(self._actor.role, Permission.SEE_SECRETS)
        for message in self.listener.take():
            text = message.full if sees_all else message.discreet
            await self._send(f'{{"epoch": "{EPOCH}", {text[1:]}')

    async def _is_still_signed_in(self) -> bool:
        try:
            self._actor = await acting(self._socket)
        except WarroomError as error:
            await self._socket.close(SIGNED_OUT, str(error)[:100])
            return False
        topics = self.listener.topics
        self.listener.topics = frozenset(topic for topic in topics if may_hear(self._actor.role, topic))
        return True

    async def _say_alive(self) -> None:
        await self._send(written({"epoch": EPOCH, "sequence": self._hub.sequence, "kind": "alive"}))

    async def _send(self, text: str) -> None:
        async with self._sending:
            if self._socket.client_state is not WebSocketState.CONNECTED:
                raise WebSocketDisconnect
            await self._socket.send_text(text)


def _wish(text: str) -> JsonObject | None:
    """Read a client's message; None when it is no JSON object."""
    try:
        wish = parsed(text)
    except ValueError:
        return None
    return wish if isinstance(wish, dict) else None


def _texts(value: Json) -> list[str]:
    return [item for item in value[:MOST_TOPICS] if isinstance(item, str)] if isinstance(value, list) else []
