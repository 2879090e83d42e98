"""Connections of the console's port, counted by address before a request is read."""

import asyncio
import resource
from contextlib import suppress
from typing import TypeAlias

import h11
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from warroom.web.entrance import Entrance
from warroom.web.open_connections import OpenConnections, Refusal
from warroom.web.slow import TimedConnection

LINGER_SECONDS = 1.0  # for a refused client to read why; closing at once would reset the connection before
MOST_LINGERING = 100
MOST_PIECES = 100  # of a WebSocket's message
FILES_WANTED = 16_384  # that this process may have open
OTHER_FILES = 512  # than connections, such as those of workers and of the database

Protocols: TypeAlias = "tuple[type[CountedConnection], type[CountedSocket]]"


class CountedConnection(TimedConnection):
    """A connection that counts as long as it is open, or is refused with a sentence."""

    open_connections: OpenConnections
    entrance: Entrance
    lingering: set[asyncio.Transport]
    _counted: str = ""  # the address under which it is counted
    _is_refused: bool = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not address or self.entrance.is_proxy(address):
            return  # the proxy's clients are counted by the address that it names
        if refusal := self.open_connections.enter(address):
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
        self._leave()  # the WebSocket is counted in its place

    def _leave(self) -> None:
        if self._counted:
            self.open_connections.leave(self._counted)
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
    """A WebSocket: takes over the count of its connection, and has to open in time."""

    open_connections: OpenConnections
    entrance: Entrance
    _counted: str = ""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._timer = self.loop.call_later(self.entrance.timeouts.head_seconds, self._give_up)
        address = self.client[0] if self.client else ""
        if address and not self.entrance.is_proxy(address):
            self.open_connections.stay(address)
            self._counted = address

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._counted:
            self.open_connections.leave(self._counted)
        super().connection_lost(exc)

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_PIECES:  # empty ones would add up beside the limit of a message
            self.transport.close()
            return
        super().handle_cont(event)

    def _give_up(self) -> None:
        if not self.handshake_complete:
            self.transport.close()


def counted_connections(entrance: Entrance, open_connections: OpenConnections) -> Protocols:
    """Return uvicorn's protocols, which share one count of connections and the entrance's time limits."""
    facts = {"open_connections": open_connections, "entrance": entrance}
    own = {**facts, "seconds": entrance.timeouts.head_seconds, "lingering": set()}
    return type("Counted", (CountedConnection,), own), type("Socket", (CountedSocket,), facts)


def open_connections_of(entrance: Entrance) -> OpenConnections:
    """Return an empty count; one address may have half of this process's open connections at most."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(2, min(entrance.connections_in_all, files - OTHER_FILES))
    return OpenConnections(each=min(entrance.connections_per_address, most // 2), all=most)


def allow_open_files() -> None:
    """Raise this process's limit of open files to what connections need, if the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
