"""Runs a twin as a real HTTP server on a socket of this machine."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from visionone_sim.app import Twin, make_app


class PortInUseError(Exception):
    """The address cannot be listened on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files with what a TLS server needs."""

    chain: Path
    key: Path


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that clients can connect to already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only on sockets that name their protocol; with it an answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise PortInUseError(f"Cannot listen on {host}:{port} ({error.strerror}); choose another --port.") from error
    return listener


class TwinServer(uvicorn.Server):
    """uvicorn, except that it says when it is ready and that a signal is a normal end."""

    def __init__(self, twin: Twin, *, certificate: Certificate | None, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                make_app(twin),
                http=twin.connections.protocol(),
                ws="none",
                log_level="warning",
                access_log=False,
                server_header=False,
                date_header=False,  # the tenant's time is another one; the edge says it
                timeout_graceful_shutdown=1,
                ssl_certfile=certificate.chain if certificate else None,
                ssl_keyfile=certificate.key if certificate else None,
            )
        )
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._on_ready()

    async def main_loop(self) -> None:
        """Tick as uvicorn does, but end at once when told to."""
        tick = 0
        while not await self.on_tick(tick):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._stopped.wait()
            tick = (tick + 1) % 10

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on a signal without raising it again, so that the exit code is 0."""
        loop = asyncio.get_running_loop()
        watched = (signal.SIGINT, signal.SIGTERM)
        with contextlib.suppress(ValueError, RuntimeError):  # not the main thread, which gets no signals
            for number in watched:
                loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            with contextlib.suppress(ValueError, RuntimeError):
                for number in watched:
                    loop.remove_signal_handler(number)

    def stop(self) -> None:
        """Stop the server; any thread may call it."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stopped.set)
