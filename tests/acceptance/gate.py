"""A gate before the twin: it holds back an answer whose request has had its effect, until the asker is dead."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

PIECE = 1 << 16


@dataclass(slots=True, kw_only=True)
class Gate:
    """Passes everything on, except answers to requests that begin with a text it was told to hold."""

    upstream: int
    url: str = ""
    held: threading.Event = field(default_factory=threading.Event)
    _start: bytes = b""

    def hold(self, start: str) -> None:
        """Hold the answer to the next request that begins so, such as "POST /v3.0/"; `held` says when it came."""
        self.held.clear()
        self._start = start.encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        with suppress(ConnectionError), closing(writer):
            back, forth = await asyncio.open_connection("127.0.0.1", self.upstream)
            with closing(forth):
                is_held = asyncio.Event()
                ways = (
                    asyncio.create_task(self._carry_requests(reader, forth, is_held)),
                    asyncio.create_task(self._carry_answers(back, writer, is_held)),
                )
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    async def _carry_requests(
        self, reader: asyncio.StreamReader, forth: asyncio.StreamWriter, is_held: asyncio.Event
    ) -> None:
        while data := await reader.read(PIECE):
            if self._start and data.startswith(self._start):
                self._start = b""
                is_held.set()
            forth.write(data)
            await forth.drain()

    async def _carry_answers(
        self, back: asyncio.StreamReader, writer: asyncio.StreamWriter, is_held: asyncio.Event
    ) -> None:
        while data := await back.read(PIECE):
            if is_held.is_set():
                self.held.set()
                await asyncio.Event().wait()  # until the asker's end closes
            writer.write(data)
            await writer.drain()


async def _end_connections() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.sleep(0)  # lets what was closed go


@contextmanager
def open_gate(upstream: int) -> Iterator[Gate]:
    """Stand before a port of this machine until the end of the block."""
    gate = Gate(upstream=upstream)
    is_open = threading.Event()
    loop = asyncio.new_event_loop()

    async def listen() -> None:
        server = await asyncio.start_server(gate.serve, "127.0.0.1", 0)
        gate.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        is_open.set()
        async with server:
            await server.serve_forever()

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(main)
        loop.run_until_complete(_end_connections())
        loop.close()

    main = loop.create_task(listen())
    thread = threading.Thread(target=run, name="gate", daemon=True)
    thread.start()
    try:
        assert is_open.wait(60), "The gate did not open."
        yield gate
    finally:
        loop.call_soon_threadsafe(main.cancel)
        thread.join(10)
