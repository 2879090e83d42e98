"""The console behind nginx, Caddy and HAProxy, each run from the how-to's own file, over TLS."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.acceptance.waiting import until
from tests.web.clients import PASSWORD, WRITE, NoSimulator
from tests.web.foreign_proxy import NAME, PROXIES, Proxy, free_port, run_proxy
from tests.web.test_slow import TIMEOUT, Client, head
from warroom.model.user import SYSTEM, Role
from warroom.services.app import App
from warroom.web.api import API
from warroom.web.entrance import Entrance, RequestTimeouts
from warroom.web.push import REFUSED
from warroom.web.security import COOKIE
from warroom.web.serving import serve_console

EACH = 6
ANA, EVE = "127.0.0.2", "127.0.0.3"
MEGABYTE = bytes(range(256)) * (1 << 12)
PIECES = 24  # more than a body that is no file may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """A console behind a proxy of another maker."""

    kind: str
    app: App
    proxy: Proxy

    @asynccontextmanager
    async def client(self, address: str = ANA, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """Come from an address, as a browser on the public page does."""
        host = f"{NAME}:{self.proxy.port}"
        transport = httpx.AsyncHTTPTransport(verify=self.proxy.trusted, local_address=address)
        async with httpx.AsyncClient(
            transport=_Named(transport),
            base_url=f"https://127.0.0.1:{self.proxy.port}",
            headers={"Host": host, "Origin": self.proxy.url, **WRITE, **headers},
            timeout=TIMEOUT,
        ) as client:
            yield client

    @asynccontextmanager
    async def tab(self, session: str, address: str = ANA, **headers: str) -> AsyncIterator[ClientConnection]:
        own = {"Cookie": f"{COOKIE}={session}", "Origin": self.proxy.url, **headers}
        async with connect(
            f"wss://{NAME}:{self.proxy.port}/live",
            additional_headers=own,
            host="127.0.0.1",
            port=self.proxy.port,
            local_addr=(address, 0),
            ssl=self.proxy.trusted,
        ) as socket:
            yield socket

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Client]:
        """Open a connection on which the test says what it likes."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.proxy.port, ssl=self.proxy.trusted, server_hostname=NAME
        )
        try:
            yield Client(reader, writer)
        finally:
            writer.close()

    async def session(self) -> str:
        return (await self.app.users.sign_in("ana", PASSWORD))[0]


class _Named(httpx.AsyncBaseTransport):
    """Asks for the console's name within TLS, as a browser that found the address by it does."""

    def __init__(self, inner: httpx.AsyncHTTPTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = NAME
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.fixture(params=sorted(PROXIES))
async def front(request: pytest.FixtureRequest, app: App, tmp_path: Path) -> AsyncIterator[Front]:
    await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
    folder, port = tmp_path / "proxy", free_port()
    folder.mkdir()
    entrance = Entrance(
        public_url=f"https://{NAME}:{port}",
        proxies=("127.0.0.1/32",),
        connections_per_address=EACH,
        timeouts=RequestTimeouts(idle_seconds=2),
    )
    async with serve_console(app, "127.0.0.1", 0, NoSimulator(), entrance) as console:
        upstream = urlsplit(console.address).port
        assert upstream is not None
        with run_proxy(str(request.param), folder, port, upstream) as proxy:
            yield Front(kind=str(request.param), app=app, proxy=proxy)


async def _sign_in(client: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    return await client.post(f"{API}/session", json={"name": "ana", "password": password})


async def test_a_person_signs_in_over_tls_and_is_known_by_the_own_address(front: Front) -> None:
    async with front.client(**{"X-Forwarded-For": "192.0.2.99"}) as client:
        answer = await _sign_in(client)
        assert answer.status_code == 204
        assert all("; secure" in cookie.lower() for cookie in answer.headers.get_list("set-cookie"))
        assert (await client.post(f"{API}/incidents", json={"name": "Dump"})).status_code == 201
        page = await client.get("/users", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert "default-src 'self'" in page.headers["content-security-policy"]
    (told,) = [event.payload for event in await front.app.store.events() if event.kind == "sign-in"]
    assert told["address"] == ANA


async def test_who_guesses_waits_and_whoever_comes_from_elsewhere_does_not(front: Front) -> None:
    async with front.client(EVE) as eve, front.client(ANA) as ana:
        for number in range(5):
            spoofed = {"X-Forwarded-For": f"192.0.2.{number}"}
            body = {"name": "ana", "password": "wrong"}
            assert (await eve.post(f"{API}/session", json=body, headers=spoofed)).status_code == 401
        refused = await _sign_in(eve)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        assert (await _sign_in(ana)).status_code == 204


async def test_a_page_of_another_site_and_another_name_open_nothing(front: Front) -> None:
    async with front.client() as client:
        assert (await _sign_in(client)).status_code == 204
        evil = {"Origin": "https://evil.example"}
        refused = await client.post(f"{API}/incidents", json={"name": "x"}, headers=evil)
        assert (refused.status_code, "another site" in refused.json()["detail"]) == (403, True)
        misled = await client.get(f"{API}/session", headers={"Host": "evil.example"})
        assert misled.status_code == 421 or not misled.content  # Caddy says nothing for a name that it does not have
    async with front.tab(await front.session(), Origin="https://evil.example") as tab:
        await tab.wait_closed()
    assert tab.close_code == REFUSED


async def test_what_happens_is_pushed_through_it(front: Front) -> None:
    async with front.tab(await front.session()) as tab:
        await tab.send('{"subscribe": ["queue"], "after": null}')
        assert json.loads(await tab.recv())["kind"] == "alive"
        made, _ = await front.app.incidents.create("Dump on FIN-LT-543", SYSTEM)
        async with asyncio.timeout(TIMEOUT):
            while (told := json.loads(await tab.recv()))["kind"] != "incident":
                pass
        assert told["incident"] == made.id


async def test_open_pages_count_by_the_clients_address(front: Front) -> None:
    session = await front.session()
    async with AsyncExitStack() as stack:
        for _ in range(EACH):
            await stack.enter_async_context(front.tab(session, EVE))
        with pytest.raises(InvalidStatus) as refusal:
            await stack.enter_async_context(front.tab(session, EVE))
        assert refusal.value.response.status_code == 429
        assert refusal.value.response.headers["retry-after"] == "5"
        await stack.enter_async_context(front.tab(session, ANA))


async def test_a_large_file_goes_through_as_it_comes_and_comes_back_the_same(front: Front) -> None:
    made, _ = await front.app.incidents.create("Dump on FIN-LT-543", SYSTEM)
    scratch = front.app.home / "scratch"

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(PIECES):
            if number == PIECES // 2:  # what was sent has to be with warroom before the rest comes
                assert await asyncio.to_thread(
                    until, lambda: any(path.stat().st_size for path in scratch.rglob("arriving")), "half of it arrives"
                )
            yield MEGABYTE

    async with front.client() as client:
        assert (await _sign_in(client)).status_code == 204
        length = {"Content-Length": str(PIECES * len(MEGABYTE))}
        kept = await client.post(
            f"{API}/incidents/{made.id}/files", params={"name": "lsass.dmp"}, content=pieces(), headers=length
        )
        assert kept.status_code == 201, kept.text
        file = await client.get(f"{API}/entries/{kept.json()['id']}/file")
    assert file.headers["content-length"] == length["Content-Length"]
    assert hashlib.sha256(file.content).hexdigest() == hashlib.sha256(MEGABYTE * PIECES).hexdigest()


async def test_a_body_that_stops_is_given_up_with_the_reason(front: Front) -> None:
    async with front.opened() as client:
        asked = head("POST", f"{API}/session", 100).replace("localhost", f"{NAME}:{front.proxy.port}")
        await client.send(asked + '{"name": "')
        if front.kind == "caddy":  # it passes no answer on while it waits for the body itself
            async with front.client() as other:
                assert (await other.get("/healthz")).status_code == 200
            return
        said = await client.heard_of(b"came too slowly")
    assert said.split(b" ", 2)[1] == b"408"


async def test_a_body_that_is_too_large_is_refused_with_the_reason(front: Front) -> None:
    async with front.client() as client:
        assert (await _sign_in(client)).status_code == 204
        answer = await client.post(f"{API}/incidents", content=MEGABYTE * 17)
    assert answer.status_code == 413
    assert "larger than" in answer.json()["detail"]
