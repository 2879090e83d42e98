"""A gate before the twin: it holds back a request, or the answer to one that took effect, until the asker is dead."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

PIECE = 1 << 16
REQUEST = re.compile(rb"(?:GET|POST|PUT|PATCH|DELETE) \S+(?= HTTP/1)")


class Moment(StrEnum):
    """When a request can be held: before the twin has it, or when it has had its effect and nobody knows."""

    BEFORE = "before"
    AFTER = "after"


Chooser = Callable[[str, Moment], bool]


def _nothing(_request: str, _moment: Moment) -> bool:
    return False


@dataclass(slots=True, kw_only=True)
class Gate:
    """Passes everything on, except the one request that it was told to hold."""

    upstream: int
    url: str = ""
    held: threading.Event = field(default_factory=threading.Event)
    _chooses: Chooser = _nothing
    _closes: bool = False
    _is_closed: bool = False

    def hold(self, start: str) -> None:
        """Hold the answer to the next request that begins so, such as "POST /v3.0/"; `held` says when it came.

        With " HTTP" at its end, `start` names the whole address.
        """
        self.choose(
            lambda request, moment: moment is Moment.AFTER and f"{request} HTTP/1.1".startswith(start), closes=False
        )

    def choose(self, chooses: Chooser, *, closes: bool = True) -> None:
        """Hold the first request, such as "GET /v3.0/eiqs/endpoints?top=5", that is chosen, at the moment chosen.

        From then on it is closed: what else is asked does not arrive, until something is to be held again.
        """
        self.held.clear()
        self._chooses, self._closes, self._is_closed = chooses, closes, False

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
            if request := REQUEST.match(data):
                is_shut = self._is_closed
                if not is_shut and self._is_chosen(request[0], Moment.BEFORE):
                    is_shut = True
                    self.held.set()
                if is_shut:
                    await reader.read()  # until the asker's end closes
                    return
                if self._is_chosen(request[0], Moment.AFTER):
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

    def _is_chosen(self, request: bytes, moment: Moment) -> bool:
        if not self._chooses(request.decode(), moment):
            return False
        self._chooses, self._is_closed = _nothing, self._closes
        return True


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
        thread.join(60)
