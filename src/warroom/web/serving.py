"""The console on a TCP port, next to the socket of the local door."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from warroom.model.errors import InvalidInputError
from warroom.services.app import App
from warroom.web.app import make_app
from warroom.web.connections import counted_connections
from warroom.web.entrance import USUAL, Entrance
from warroom.web.local import QuietServer
from warroom.web.signin import OneTimeLinks
from warroom.web.simulator import Simulator

USUAL_PORT = 8765
BIGGEST_MESSAGE = 64 << 10  # of a WebSocket client, which only says what it subscribes to
PING_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """A console that is being served."""

    address: str
    links: OneTimeLinks

    def link(self, session: str) -> str:
        """Return an address that signs in to this session, once."""
        return self.address + self.links.offer(session)


@asynccontextmanager
async def serve_console(
    app: App, host: str, port: int | None, simulator: Simulator | None = None, entrance: Entrance = USUAL
) -> AsyncIterator[Console]:
    """Serve the console while the context lasts; port 0 takes a free one, None the usual one when it is free."""
    server = make_app(app, simulator, entrance.listening_on(host))
    listener = _listen(host, port)
    running = QuietServer(_config(server, entrance))
    serving = asyncio.create_task(running.serve(sockets=[listener]))
    try:
        links = server.state.once
        assert isinstance(links, OneTimeLinks)
        yield Console(address=f"http://{_shown(host)}:{listener.getsockname()[1]}", links=links)
    finally:
        running.should_exit = True
        await serving
        listener.close()


def _config(server: FastAPI, entrance: Entrance) -> uvicorn.Config:
    http, websocket = counted_connections(entrance, server.state.connections)
    return uvicorn.Config(
        server,
        http=http,
        proxy_headers=bool(entrance.proxies),  # by default uvicorn trusts every program on this machine
        forwarded_allow_ips=list(entrance.proxies),
        log_level="error",  # invalid HTTP is answered but not logged: anyone could fill the disk with it
        lifespan="off",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ws=websocket,
        ws_max_size=BIGGEST_MESSAGE,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
    )


def _listen(host: str, port: int | None) -> socket.socket:
    if port is None:
        try:
            return _listen(host, USUAL_PORT)
        except InvalidInputError:
            return _listen(host, 0)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio switches Nagle's delay off: 40 ms on every answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        now = "Name another one with --port" if error.errno == errno.EADDRINUSE else "Name another one with --host"
        raise InvalidInputError(f"The console cannot listen on {host}:{port} ({error.strerror}). {now}.") from error
    listener.setblocking(False)
    return listener


def _shown(host: str) -> str:
    """Write a host for a URL.

    >>> _shown("0.0.0.0"), _shown("::1")
    ('127.0.0.1', '[::1]')
    """
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # it is compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
