"""What a stranger may send, over real sockets: each is answered or given up, nothing breaks, no log fills with it."""

import json
import logging
import re
import sys

import pytest

from tests.web.clients import PASSWORD
from tests.web.test_connections import session, tab  # noqa: F401  # a fixture, and what it is for
from tests.web.test_slow import head, opened, served
from warroom.services.app import App
from warroom.web.api import API
from warroom.web.entrance import RequestTimeouts
from warroom.web.security import COOKIE

SOON = RequestTimeouts(head_seconds=1, idle_seconds=1)
HOST = "Host: localhost\r\n"
CLOSE = "Connection: close\r\n\r\n"
POST = f"POST {API}/incidents HTTP/1.1\r\n{HOST}Content-Type: application/json\r\n"
UPGRADE = (
    f"GET /live HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
LOGIN = f"{API}/session"
ATTACKS = {
    "two lengths": (f"{POST}Content-Length: 5\r\nContent-Length: 6\r\n{CLOSE}12345", 400),
    "a signed length": (f"{POST}Content-Length: +5\r\n{CLOSE}12345", 400),
    "a length of 50 digits": (f"{POST}Content-Length: {'9' * 50}\r\n{CLOSE}12345", 400),
    "an encoding that is none": (f"{POST}Transfer-Encoding: xchunked\r\n{CLOSE}0\r\n\r\n", 400),
    "an encoding after another": (f"{POST}Transfer-Encoding: chunked, identity\r\n{CLOSE}0\r\n\r\n", 400),
    "a blank before the colon": (f"GET /healthz HTTP/1.1\r\nHost : localhost\r\n{CLOSE}", 400),
    "two hosts": (f"GET /healthz HTTP/1.1\r\n{HOST}Host: evil.example\r\n{CLOSE}", 400),
    "no host": (f"GET /healthz HTTP/1.0\r\n{CLOSE}", 421),
    "a host of odd letters": (f"GET /healthz HTTP/1.1\r\nHost: \xff\r\n{CLOSE}", 421),
    "another host by address": (f"GET http://evil.example/healthz HTTP/1.1\r\n{HOST}{CLOSE}", 404),
    "NUL in a header": (f"GET /healthz HTTP/1.1\r\n{HOST}X: a\0b\r\n{CLOSE}", 400),
    "seven thousand cookies": (f"GET /users HTTP/1.1\r\n{HOST}Cookie: {'a=b; ' * 7000}c=d\r\n{CLOSE}", 303),
    "a cookie of odd letters": (f"GET /users HTTP/1.1\r\n{HOST}Cookie: {COOKIE}=\xff\xfe\r\n{CLOSE}", 303),
    "a key of odd letters": (f"GET {LOGIN} HTTP/1.1\r\n{HOST}Authorization: Bearer \xff\r\n{CLOSE}", 401),
    "out of the folder": (f"GET /static/../../../../etc/passwd HTTP/1.1\r\n{HOST}{CLOSE}", 404),
    "out of it, hidden": (f"GET /static/..%2f..%2fapp.py HTTP/1.1\r\n{HOST}{CLOSE}", 404),
    "a header in the address": (f"GET /tasks?x=%0d%0aX:y HTTP/1.1\r\n{HOST}Accept: text/html\r\n{CLOSE}", 303),
    "a site in the path": (f"GET //evil.example/tasks/ HTTP/1.1\r\n{HOST}{CLOSE}", 404),
    "a tunnel": (f"CONNECT evil.example:443 HTTP/1.1\r\n{HOST}{CLOSE}", 404),
    "an echo": (f"TRACE / HTTP/1.1\r\n{HOST}{CLOSE}", 405),
    "an origin that is none": (f"POST /login HTTP/1.1\r\n{HOST}Origin: http://[\r\nContent-Length: 0\r\n{CLOSE}", 403),
    "a chunk without end": (f"{POST}Transfer-Encoding: chunked\r\n{CLOSE}ffffffffff\r\nabc", 408),
    "a form of many fields": (head("POST", "/login", 60_000) + "a=b&" * 15_000, 400),
    "a WebSocket by POST": (UPGRADE.replace("GET", "POST") + "\r\n", 405),
    "a WebSocket without a key": (UPGRADE.replace("Sec-WebSocket-Key", "X") + "\r\n", 400),
    "a WebSocket elsewhere": (UPGRADE.replace("/live", "/healthz") + "\r\n", 403),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_what_is_wrong_is_answered_as_such_and_not_told_to_the_log(
    app: App, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent, status = ATTACKS[name]
    with caplog.at_level(logging.INFO):
        async with served(app, SOON) as at, opened(at) as client:
            await client.send(sent.encode("latin-1"))
            said = await client.heard()
    assert said.split(b" ", 2)[1] == str(status).encode(), said[:300]
    assert b"Traceback" not in said
    assert [line for line in caplog.messages if "Exception" in line or "Invalid" in line] == []


@pytest.mark.parametrize(
    "more", ["Content-Length: 10\r\n\r\n0123456789", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]
)
async def test_a_websocket_that_never_opens_is_closed(app: App, more: str) -> None:
    async with served(app, SOON) as at, opened(at) as client:
        await client.send(UPGRADE + more)
        assert b" 101 " not in await client.heard()


# Newer Pythons may read a deep body to its end, and find that it is no JSON.
DEEP = (b"400",) if sys.version_info < (3, 12) else (b"400", b"422")


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b"[" * 50_000, DEEP),
        (b'{"name": "\xff"}', (b"400",)),
        (b'{"name": "a", "severity": ' + b"9" * 5000 + b"}", (b"400",)),
        (b'{"name": ', (b"422",)),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_with_a_sentence(
    app: App, body: bytes, statuses: tuple[bytes, ...]
) -> None:
    async with served(app, SOON) as at, opened(at) as client:
        await client.send(head("POST", LOGIN, len(body), "Connection: close").encode() + body)
        said = await client.heard()
    assert said.split(b" ")[1] in statuses
    detail = json.loads(said.partition(b"\r\n\r\n")[2])["detail"]
    assert re.search(r"The body cannot be read: .* Correct it\.$|the body is not JSON, from character \d+ on\.", detail)


async def test_a_tab_that_says_what_is_no_text_is_heard_all_the_same(app: App, session: str) -> None:  # noqa: F811  # the fixture
    async with served(app, RequestTimeouts()) as at, tab(at, session) as socket:
        await socket.send(b"\x00\xff")
        await socket.send('{"subscribe": ["queue"], "after": null}')
        assert json.loads(await socket.recv())["kind"] == "alive"


async def test_a_message_of_endless_pieces_ends_its_tab(app: App, session: str) -> None:  # noqa: F811  # the fixture
    async with served(app, RequestTimeouts()) as at, tab(at, session) as socket:
        await socket.send(["{"] + [""] * 1000)
        await socket.wait_closed()
        async with tab(at, session) as other:
            await other.send('{"subscribe": [], "after": null}')
            assert json.loads(await other.recv())["kind"] == "alive"


async def test_signing_in_begins_another_session_whatever_cookie_came_along(app: App, session: str) -> None:  # noqa: F811  # the fixture
    body = json.dumps({"name": "ana", "password": PASSWORD})
    async with served(app, SOON) as at, opened(at) as client:
        cookie = f"Cookie: {COOKIE}={session}"
        await client.send(head("POST", LOGIN, len(body), cookie, "X-Warroom-Request: 1", "Connection: close") + body)
        said = (await client.heard()).decode()
    given = said.split(f"{COOKIE}=", 1)[1].split(";", 1)[0]
    assert given not in {"", session}
