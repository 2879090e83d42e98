"""Who has too many requests open behind a proxy; and that others have room meanwhile."""

import asyncio
import json
from http import HTTPStatus

import pytest
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from warroom.web.open_connections import SAID_EACH, CountedRequests, OpenConnections

HERE, THERE = "192.0.2.7", "198.51.100.9"


class Clock:
    """Seconds that a test lets pass."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_address_has_so_many_and_others_have_room_meanwhile() -> None:
    open_connections = OpenConnections(each=2, all=10)
    assert [open_connections.enter(HERE) for _ in range(2)] == [None, None]
    refusal = open_connections.enter(HERE)
    assert refusal is not None
    assert refusal.status is HTTPStatus.TOO_MANY_REQUESTS
    assert "2. Close some pages" in refusal.said
    assert open_connections.enter(THERE) is None
    open_connections.leave(HERE)
    assert open_connections.enter(HERE) is None


def test_all_together_have_so_many_and_the_sentence_is_another_one() -> None:
    open_connections = OpenConnections(each=2, all=3)
    for number in range(3):
        assert open_connections.enter(f"203.0.113.{number}") is None
    refusal = open_connections.enter(HERE)
    assert refusal is not None
    assert (refusal.status, refusal.said[:4]) == (HTTPStatus.SERVICE_UNAVAILABLE, "All ")
    assert b"\r\nRetry-After: 5\r\n" in refusal.raw


def test_addresses_of_one_household_count_together() -> None:
    open_connections = OpenConnections(each=2, all=10)
    assert [open_connections.enter(f"2001:db8::{number}") is None for number in range(3)] == [True, True, False]


def test_who_is_refused_is_not_counted_and_who_left_is_forgotten() -> None:
    open_connections = OpenConnections(each=1, all=10)
    open_connections.enter(HERE)
    for _ in range(5):
        open_connections.enter(HERE)
    open_connections.leave(HERE)
    assert not open_connections._open


def test_the_log_says_it_once_a_minute() -> None:
    clock = Clock()
    open_connections = OpenConnections(each=1, all=10, clock=clock)
    open_connections.enter(HERE)
    with capture_logs() as logs:
        for _ in range(50):
            open_connections.enter(HERE)
        clock.now += SAID_EACH
        open_connections.enter(HERE)
    assert [(line["origin"], line["open"]) for line in logs] == [(HERE, 1)] * 2


def a_scope(kind: str, address: str) -> Scope:
    return {"type": kind, "client": (address, 1), "headers": [], "extensions": {"websocket.http.response": {}}}


async def nothing() -> Message:
    return {"type": "http.request"}


@pytest.mark.parametrize(
    ("kind", "begins"), [("http", "http.response.start"), ("websocket", "websocket.http.response.start")]
)
async def test_requests_and_websockets_count_by_the_clients_address_until_they_end(kind: str, begins: str) -> None:
    go_on, sent = asyncio.Event(), []

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        await go_on.wait()

    async def send(message: Message) -> None:
        sent.append(message)

    counted = CountedRequests(held, OpenConnections(each=2, all=10))
    under_way = [asyncio.create_task(counted(a_scope(kind, HERE), nothing, send)) for _ in range(2)]
    await asyncio.sleep(0)
    await counted(a_scope(kind, HERE), nothing, send)
    assert (sent[0]["type"], sent[0]["status"]) == (begins, 429)
    assert dict(sent[0]["headers"])[b"retry-after"] == b"5"
    assert "Close some pages" in json.loads(sent[1]["body"])["detail"]
    other = asyncio.create_task(counted(a_scope(kind, THERE), nothing, send))
    go_on.set()
    await asyncio.gather(*under_way, other)
    await counted(a_scope(kind, HERE), nothing, send)
    assert len(sent) == 2
