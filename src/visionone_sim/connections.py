"""Knows the open connections, so that a fault can break one without an answer."""

import asyncio
from typing import TypeAlias

from uvicorn.protocols.http.h11_impl import H11Protocol

Address: TypeAlias = tuple[str, int]


class Connections:
    """Open connections by the client's address."""

    def __init__(self) -> None:
        self._open: dict[Address, asyncio.Transport] = {}

    def __len__(self) -> int:
        return len(self._open)

    def opened(self, transport: asyncio.Transport) -> Address:
        host, port, *_ = transport.get_extra_info("peername")
        self._open[host, port] = transport
        return host, port

    def closed(self, client: Address) -> None:
        self._open.pop(client, None)

    def abort(self, client: Address | None) -> None:
        """Break a client's connection at once."""
        transport = self._open.get(client) if client is not None else None
        if transport is not None:
            transport.abort()

    def protocol(self) -> type[H11Protocol]:
        """Return uvicorn's protocol, telling this object what opens and closes."""
        connections = self

        class KnownConnection(H11Protocol):
            # Kept, because a closed transport has forgotten its address.
            _address: Address

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                self._address = connections.opened(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.closed(self._address)
                super().connection_lost(exc)

        return KnownConnection
