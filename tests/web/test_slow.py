"""Requests that never end, over real sockets; and bodies that take their time and go on."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from starlette.types import Message
from websockets.asyncio.client import connect

from tests.web.clients import PASSWORD, NoSimulator
from tests.web.routes import filled, routes
from warroom.model.user import SYSTEM, Role
from warroom.services.app import App
from warroom.web.api import API
from warroom.web.app import make_app
from warroom.web.entrance import Entrance, RequestTimeouts
from warroom.web.security import COOKIE
from warroom.web.serving import serve_console
from warroom.web.slow import MOST_DRAINED, BodyTooSlowError, Paced

SOON = RequestTimeouts(head_seconds=0.3, idle_seconds=0.3)
A_RATE = RequestTimeouts(head_seconds=30, idle_seconds=30, grace_seconds=0.2, least_rate=1000)
PIECE = 0.02  # seconds between two bytes of who sends them now and then
TIMEOUT = 60  # of a test, on a busy machine
MEGABYTE = bytes(1 << 20)


class Client:
    """One connection; what it sends is up to the test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self._said = bytearray()
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        """Read until the server ends the connection, also one that it breaks because more was still coming."""
        with suppress(ConnectionError):
            while piece := await reader.read(1 << 16):
                self._said += piece
                self._news.set()
        return bytes(self._said)

    async def send(self, text: str | bytes) -> None:
        self.writer.write(text.encode() if isinstance(text, str) else text)
        await self.writer.drain()

    async def trickle(self, piece: bytes = b"x") -> bytes:
        """Send a piece now and then until the server ends the connection; gives all that it said."""
        async with asyncio.timeout(TIMEOUT):
            while not self._reading.done():
                self.writer.write(piece)
                await asyncio.wait({self._reading}, timeout=PIECE)
        return await self.heard()

    @property
    def has_heard(self) -> bool:
        return bool(self._said)

    async def heard_of(self, piece: bytes) -> bytes:
        """Wait until the server has said this; gives all that it said."""
        async with asyncio.timeout(TIMEOUT):
            while piece not in self._said:
                self._news.clear()
                await self._news.wait()
        return bytes(self._said)

    async def heard(self) -> bytes:
        async with asyncio.timeout(TIMEOUT):
            return await self._reading


@asynccontextmanager
async def served(app: App, timeouts: RequestTimeouts) -> AsyncIterator[tuple[str, int]]:
    async with serve_console(app, "127.0.0.1", 0, NoSimulator(), Entrance(timeouts=timeouts)) as console:
        at = urlsplit(console.address)
        assert at.hostname is not None
        assert at.port is not None
        yield at.hostname, at.port


@asynccontextmanager
async def opened(at: tuple[str, int]) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection(*at)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


def head(method: str, path: str, length: int, *more: str) -> str:
    kind = "application/x-www-form-urlencoded" if path == "/login" else "application/json"
    fields = ["Host: localhost", f"Content-Length: {length}", f"Content-Type: {kind}", *more]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *fields, "", ""])


async def test_a_head_that_never_ends_is_given_up_with_a_sentence(app: App) -> None:
    async with served(app, SOON) as at, opened(at) as client:
        await client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        said = await client.trickle()
    assert said.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert said.endswith(b"The request came too slowly and was given up. Send it again, in one go.")


async def test_a_connection_that_says_nothing_is_closed(app: App) -> None:
    async with served(app, SOON) as at, opened(at) as client:
        assert await client.heard() == b""


async def test_so_is_one_whose_second_request_never_ends(app: App) -> None:
    async with served(app, SOON) as at, opened(at) as client:
        await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nX-Slow: ")
        said = await client.trickle()
    assert said.startswith(b"HTTP/1.1 200 OK")
    assert b"HTTP/1.1 408 Request Timeout" in said


async def test_on_every_route_a_body_that_stops_is_given_up_and_the_connection_ends(app: App) -> None:
    """A route that reads a body says 408; one that reads none has answered, and waits for no rest of it."""
    doors = [(method, filled(path)) for method, path in routes(make_app(app).routes) if "%00" not in filled(path)]
    assert len(doors) > 80
    async with served(app, SOON) as at:

        async def asked(method: str, path: str) -> bytes:
            async with opened(at) as client:
                await client.send(head(method, path, 100) + '{"name": "')
                return await client.heard()

        answers = await asyncio.gather(*(asked(*route) for route in doors))
    said = dict(zip(doors, [int(answer.split(b" ", 2)[1]) for answer in answers], strict=True))
    assert said["POST", f"{API}/session"] == said["POST", "/login"] == said["POST", f"{API}/incidents"] == 408
    assert {method for (method, _), status in said.items() if status == 408} == {"POST", "PUT", "PATCH"}
    assert all(status < 500 for status in said.values())


async def test_nor_does_an_idempotency_key_make_it_wait(app: App) -> None:
    async with served(app, SOON) as at, opened(at) as client:
        await client.send(head("POST", f"{API}/incidents", 100, "Idempotency-Key: k") + "{")
        said = await client.heard()
    assert said.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in said


async def test_a_body_that_drips_is_given_up_too(app: App) -> None:
    async with served(app, A_RATE) as at, opened(at) as client:
        await client.send(head("POST", f"{API}/session", 60_000) + '{"name": "')
        said = await client.trickle()
    assert said.startswith(b"HTTP/1.1 408")
    assert json.loads(said.partition(b"\r\n\r\n")[2])["detail"].startswith("The request came too slowly")


async def test_a_body_that_was_answered_unread_keeps_no_connection(app: App) -> None:
    async with served(app, SOON) as at, opened(at) as client:
        await client.send(head("GET", "/healthz", 60_000))
        said = await client.trickle()
    assert said.startswith(b"HTTP/1.1 200")


async def test_who_reads_nothing_while_sending_reads_the_answer_afterwards(app: App) -> None:
    """Proxies and most programs do so; the answer to a body that nobody reads waits until it is in."""
    async with served(app, RequestTimeouts()) as at, opened(at) as client:
        await client.send(head("POST", f"{API}/incidents/1/files", 20 << 20))
        for _ in range(20):
            assert not client.has_heard
            await client.send(MEGABYTE)
        assert (await client.heard_of(b"Sign in")).startswith(b"HTTP/1.1 401")


async def test_who_holds_the_body_back_until_we_ask_for_it_is_answered_at_once(app: App) -> None:
    async with served(app, RequestTimeouts()) as at, opened(at) as client:
        await client.send(head("POST", f"{API}/incidents/1/files", 20 << 20, "Expect: 100-continue"))
        assert (await client.heard_of(b"Sign in")).startswith(b"HTTP/1.1 401")


async def test_nobody_is_waited_for_without_end_before_an_answer() -> None:
    left = 3 * MOST_DRAINED // len(MEGABYTE)

    async def receive() -> Message:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": MEGABYTE, "more_body": left > 0}

    paced = Paced(receive, RequestTimeouts())
    await paced.drain()
    assert paced.seen == MOST_DRAINED


async def test_a_long_body_takes_as_long_as_it_takes_while_it_goes_on(app: App) -> None:
    await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
    session, _ = await app.users.sign_in("ana", PASSWORD)
    whole = json.dumps({"name": "Long", "details": "x" * 300_000}).encode()
    pieces = [whole[start : start + 10_000] for start in range(0, len(whole), 10_000)]
    keys = (f"Cookie: {COOKIE}={session}", "X-Warroom-Request: 1", "Connection: close")
    async with served(app, A_RATE) as at, opened(at) as client:
        await client.send(head("POST", f"{API}/incidents", len(whole), *keys))
        for piece in pieces:  # 31 of them: three times as long as the time of grace
            await client.send(piece)
            await asyncio.wait({asyncio.create_task(client.heard())}, timeout=PIECE)
        said = await client.heard()
    assert said.startswith(b"HTTP/1.1 201")


async def test_a_body_of_gigabytes_passes() -> None:
    pieces = 4096

    async def receive() -> Message:
        nonlocal pieces
        pieces -= 1
        return {"type": "http.request", "body": MEGABYTE, "more_body": pieces > 0}

    paced, seen = Paced(receive, RequestTimeouts()), 0
    while not paced.is_whole:
        seen += len((await paced())["body"])
    assert seen == 4 << 30


async def test_time_in_which_nobody_asked_for_more_does_not_count() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    paced = Paced(never, RequestTimeouts(idle_seconds=0.01, grace_seconds=10))
    with pytest.raises(BodyTooSlowError):
        await paced()
    assert 0 < paced.waited < 9


async def test_a_websocket_outlives_the_time_for_a_head(app: App) -> None:
    await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
    session, _ = await app.users.sign_in("ana", PASSWORD)
    async with served(app, SOON) as at:
        url, headers = f"ws://{at[0]}:{at[1]}/live", {"Cookie": f"{COOKIE}={session}"}
        origin = f"http://{at[0]}:{at[1]}"
        async with connect(url, additional_headers=headers | {"Origin": origin}) as socket:
            for _ in range(2):
                async with opened(at) as silent:
                    assert await silent.heard() == b""
            await socket.send('{"subscribe": ["queue"], "after": null}')
            assert json.loads(await socket.recv())["kind"] == "alive"
