"""Knows the open connections, so that a fault can break one without an answer."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connections:
    """Open connections by the client's address."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        self._open[transport.get_extra_info("peername")[:2]] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        self._open.pop(transport.get_extra_info("peername")[:2], None)

    def abort(self, client: tuple[str, int] | None) -> None:
        """Break a client's connection at once."""
        transport = self._open.get(client) if client is not None else None
        if transport is not None:
            transport.abort()

    def protocol(self) -> type[H11Protocol]:
        """Return uvicorn's protocol, telling this object what opens and closes."""
        connections = self

        class KnownConnection(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                connections.opened(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.closed(self.transport)
                super().connection_lost(exc)

        return KnownConnection
