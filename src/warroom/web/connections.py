"""Connections of the console's port: counted by address from the first byte on, before anybody reads a request."""

import asyncio
import resource
from contextlib import suppress
from typing import TypeAlias

import h11
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from warroom.web.crowd import Crowd, Refusal
from warroom.web.entrance import Entrance
from warroom.web.slow import TimedConnection

LINGER_SECONDS = 1.0  # in which who is refused reads why; to close at once would break the connection before
MOST_LINGERING = 100
MOST_PIECES = 100  # of a WebSocket's message
FILES_WANTED = 16_384  # that this process may have open
OTHER_FILES = 512  # than connections, such as those of workers and of the database

Protocols: TypeAlias = "tuple[type[CountedConnection], type[CountedSocket]]"


class CountedConnection(TimedConnection):
    """A connection that is in the crowd as long as it is open, or is refused with a sentence."""

    crowd: Crowd
    entrance: Entrance
    lingering: set[asyncio.Transport]
    _counted: str = ""  # the address under which it is in the crowd
    _is_refused: bool = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not address or self.entrance.is_proxy(address):
            return  # whom the proxy speaks for is counted by the address that it names
        if refusal := self.crowd.enter(address):
            self._refuse(refusal)
        else:
            self._counted = address

    def data_received(self, data: bytes) -> None:
        if not self._is_refused:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        self.lingering.discard(self.transport)
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        super().handle_websocket_upgrade(event)
        self._leave()  # the WebSocket has come into the crowd in its place

    def _leave(self) -> None:
        if self._counted:
            self.crowd.leave(self._counted)
            self._counted = ""

    def _refuse(self, refusal: Refusal) -> None:
        self._is_refused = True
        self._unwatch()
        self.transport.write(refusal.raw)
        if len(self.lingering) >= MOST_LINGERING:
            self.transport.close()
            return
        self.lingering.add(self.transport)
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


class CountedSocket(WebSocketsSansIOProtocol):
    """A WebSocket, which takes the place of the connection that it came by, and has to open in time."""

    crowd: Crowd
    entrance: Entrance
    _counted: str = ""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._timer = self.loop.call_later(self.entrance.patience.head_seconds, self._give_up)
        address = self.client[0] if self.client else ""
        if address and not self.entrance.is_proxy(address):
            self.crowd.stay(address)
            self._counted = address

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._counted:
            self.crowd.leave(self._counted)
        super().connection_lost(exc)

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_PIECES:  # empty ones would add up beside the limit of a message
            self.transport.close()
            return
        super().handle_cont(event)

    def _give_up(self) -> None:
        if not self.handshake_complete:
            self.transport.close()


def counted_connections(entrance: Entrance) -> Protocols:
    """Give uvicorn its protocols, of one crowd and with the patience of an entrance."""
    facts = {"crowd": crowd_of(entrance), "entrance": entrance}
    own = {**facts, "seconds": entrance.patience.head_seconds, "lingering": set()}
    return type("Counted", (CountedConnection,), own), type("Socket", (CountedSocket,), facts)


def crowd_of(entrance: Entrance) -> Crowd:
    """Give an empty crowd; no address may have more than half of all that this process may have open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(2, min(entrance.connections_in_all, files - OTHER_FILES))
    return Crowd(each=min(entrance.connections_per_address, most // 2), all=most)


def allow_open_files() -> None:
    """Let this process have as many files open as connections need, where the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
