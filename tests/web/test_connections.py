"""Connections by address, over real sockets: of people, of WebSockets, and of those behind a proxy of ours."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.web.clients import PASSWORD, NoSimulator
from tests.web.test_slow import opened
from warroom.model.user import SYSTEM, Role
from warroom.services.app import App
from warroom.web.connections import MOST_LINGERING, allow_open_files, open_connections_of
from warroom.web.entrance import CONNECTIONS_PER_ADDRESS, USUAL, Entrance
from warroom.web.security import COOKIE
from warroom.web.serving import serve_console

EACH = 4
FEW = Entrance(connections_per_address=EACH, connections_in_all=2 * EACH)
PROXIED = Entrance(public_url="http://console.example", proxies=("127.0.0.1/32",), connections_per_address=EACH)
ASK = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
TIMEOUT = 60


@asynccontextmanager
async def served(app: App, entrance: Entrance) -> AsyncIterator[tuple[str, int]]:
    async with serve_console(app, "127.0.0.1", 0, NoSimulator(), entrance) as console:
        at = urlsplit(console.address)
        assert at.hostname is not None
        assert at.port is not None
        yield at.hostname, at.port


async def answered(at: tuple[str, int]) -> int:
    """Ask on a connection of its own; gives the status."""
    async with httpx.AsyncClient(base_url=f"http://{at[0]}:{at[1]}", timeout=60) as client:
        return (await client.get("/healthz")).status_code


async def comes_to(at: tuple[str, int], status: int) -> None:
    """Ask until the answer has this status: the server hears of a closed connection a moment later."""
    async with asyncio.timeout(TIMEOUT):
        while await answered(at) != status:
            pass


async def test_one_too_many_is_told_why_and_what_now_and_the_others_go_on(app: App) -> None:
    async with served(app, FEW) as at, AsyncExitStack() as stack:
        inside = [await stack.enter_async_context(opened(at)) for _ in range(EACH)]
        async with opened(at) as one_more:
            said = await one_more.heard()
        assert said.startswith(b"HTTP/1.1 429 Too Many Requests\r\n")
        assert b"\r\nRetry-After: 5\r\n" in said
        assert b"Cache-Control: no-store" in said
        assert said.endswith(b"connections_per_address allows more.")
        await inside[0].send(ASK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
        assert (await inside[0].heard()).startswith(b"HTTP/1.1 200")
        await comes_to(at, 200)


async def test_who_asks_in_one_go_reads_the_refusal_as_an_answer(app: App) -> None:
    async with served(app, FEW) as at, AsyncExitStack() as stack:
        for _ in range(EACH):
            await stack.enter_async_context(opened(at))
        for _ in range(20):
            assert await answered(at) == 429


async def test_a_flood_of_refused_connections_leaves_none_behind(app: App) -> None:
    async with served(app, FEW) as at, AsyncExitStack() as stack:
        for _ in range(EACH):
            await stack.enter_async_context(opened(at))
        flood = [await stack.enter_async_context(opened(at)) for _ in range(2 * MOST_LINGERING)]
        assert len(await asyncio.gather(*(client.heard() for client in flood))) == 2 * MOST_LINGERING
        assert await answered(at) == 429
    async with served(app, FEW) as at:
        assert await answered(at) == 200


@asynccontextmanager
async def tab(at: tuple[str, int], session: str, **headers: str) -> AsyncIterator[ClientConnection]:
    own = {"Cookie": f"{COOKIE}={session}", "Origin": f"http://{at[0]}:{at[1]}", **headers}
    async with connect(f"ws://{at[0]}:{at[1]}/live", additional_headers=own) as socket:
        yield socket


@pytest.fixture
async def session(app: App) -> str:
    await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
    return (await app.users.sign_in("ana", PASSWORD))[0]


async def test_a_websocket_counts_as_long_as_it_is_open(app: App, session: str) -> None:
    async with served(app, FEW) as at:
        async with AsyncExitStack() as stack:
            for _ in range(EACH):
                await stack.enter_async_context(tab(at, session))
            assert await answered(at) == 429
            with pytest.raises(InvalidStatus) as refusal:
                await stack.enter_async_context(tab(at, session))
            assert refusal.value.response.status_code == 429
        await comes_to(at, 200)


async def test_behind_a_proxy_of_ours_each_one_counts_by_the_own_address(app: App, session: str) -> None:
    async with served(app, PROXIED) as at, AsyncExitStack() as stack:
        forwarded = {"X-Forwarded-For": "203.0.113.5"}
        for _ in range(EACH):
            await stack.enter_async_context(tab(at, session, **forwarded))
        with pytest.raises(InvalidStatus) as refusal:
            await stack.enter_async_context(tab(at, session, **forwarded))
        assert refusal.value.response.status_code == 429
        assert b"Close some pages" in (refusal.value.response.body or b"")
        for number in range(2 * EACH):
            await stack.enter_async_context(tab(at, session, **{"X-Forwarded-For": f"198.51.100.{number}"}))
        assert await answered(at) == 200


def test_a_soc_behind_one_address_has_room_by_default() -> None:
    open_connections = open_connections_of(USUAL)
    assert open_connections.each == min(CONNECTIONS_PER_ADDRESS, open_connections.all // 2)
    assert [open_connections.enter("192.0.2.7") for _ in range(open_connections.each)] == [None] * open_connections.each


def test_no_address_may_have_more_than_half_of_what_the_system_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        assert (open_connections_of(USUAL).each, open_connections_of(USUAL).all) == (256, 512)
        allow_open_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 1024
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
