"""A page of a stranger whose name was made to lead to this machine (DNS rebinding), and proxies: over real sockets."""

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.web.clients import PASSWORD, WRITE
from warroom.model.user import SYSTEM, Role
from warroom.services.app import App
from warroom.web.api import API
from warroom.web.entrance import Entrance, read_entrance
from warroom.web.security import COOKIE
from warroom.web.serving import serve_console

EVERY_DOOR = [
    "/",
    "/login",
    "/healthz",
    "/metrics",
    f"{API}/session",
    f"{API}/openapi.json",
    "/static/css/base.css",
    "/x",
]
PROXIED = read_entrance([], "https://console.example", ["127.0.0.1"])


@pytest.mark.parametrize("path", EVERY_DOOR)
async def test_a_name_that_was_made_to_lead_here_opens_no_door(app: App, path: str) -> None:
    async with (
        serve_console(app, "127.0.0.1", 0) as console,
        httpx.AsyncClient(base_url=console.address, timeout=60) as client,
    ):
        port = console.address.rpartition(":")[2]
        refused = await client.get(path, headers={"Host": f"evil.example:{port}"})
        assert refused.status_code == 421
        assert "does not go by 'evil.example'" in refused.json()["detail"]
        assert "allowed_hosts" in refused.json()["detail"]
        assert refused.headers["cache-control"] == "no-store"
        assert (await client.get(path, headers={"Host": f"localhost:{port}"})).status_code != 421


async def test_nor_does_it_sign_anybody_in_or_change_anything(app: App) -> None:
    await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
    session, _ = await app.users.sign_in("ana", PASSWORD)
    async with (
        serve_console(app, "127.0.0.1", 0) as console,
        httpx.AsyncClient(base_url=console.address, timeout=60) as client,
    ):
        evil = {"Host": "evil.example", "Origin": "http://evil.example", **WRITE}
        signed = await client.post(f"{API}/session", json={"name": "ana", "password": PASSWORD}, headers=evil)
        form = await client.post("/login", data={"name": "ana", "password": PASSWORD}, headers=evil)
        made = await client.post(
            f"{API}/incidents", json={"name": "x"}, headers={**evil, "Cookie": f"{COOKIE}={session}"}
        )
    assert [signed.status_code, form.status_code, made.status_code] == [421] * 3
    assert [event.payload["outcome"] for event in await app.store.events() if event.kind == "sign-in"] == ["signed in"]


async def test_no_websocket_opens_by_another_name(app: App) -> None:
    async with serve_console(app, "127.0.0.1", 0) as console:
        port = int(console.address.rpartition(":")[2])
        with pytest.raises(InvalidStatus) as refusal:
            async with connect(f"ws://evil.example:{port}/live", host="127.0.0.1", port=port):
                pass
        assert refusal.value.response.status_code == 403


async def test_a_browser_reads_a_sentence_and_no_text_of_a_strangers(app: App) -> None:
    async with (
        serve_console(app, "127.0.0.1", 0) as console,
        httpx.AsyncClient(base_url=console.address, timeout=60) as client,
    ):
        page = await client.get("/", headers={"Host": "<script>", "Accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (421, "text/plain; charset=utf-8")
        assert "the name in this request" in page.text
        assert "script" not in page.text


async def test_names_of_the_settings_open(app: App) -> None:
    entrance = read_entrance(["soc.example"], "https://console.example", [])
    async with (
        serve_console(app, "127.0.0.1", 0, entrance=entrance) as console,
        httpx.AsyncClient(base_url=console.address, timeout=60) as client,
    ):
        for host in ("soc.example:8765", "console.example", "localhost"):
            assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


async def _sign_in(client: httpx.AsyncClient, password: str, **headers: str) -> httpx.Response:
    body = {"name": "ana", "password": password}
    return await client.post(f"{API}/session", json=body, headers={"Host": "console.example", **headers})


async def test_behind_a_trusted_proxy_each_one_counts_by_the_own_address(app: App) -> None:
    await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
    async with (
        serve_console(app, "127.0.0.1", 0, entrance=PROXIED) as console,
        httpx.AsyncClient(base_url=console.address, timeout=60) as client,
    ):
        for _ in range(5):
            await _sign_in(client, "wrong", **{"X-Forwarded-For": "203.0.113.5"})
        for pretended in ("203.0.113.5", "192.0.2.1, 203.0.113.5", "203.0.113.5:444"):
            answer = await _sign_in(client, PASSWORD, **{"X-Forwarded-For": pretended})
            assert answer.status_code == 429, pretended
        answer = await _sign_in(client, PASSWORD, **{"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"})
        assert answer.status_code == 204
        assert all("secure" in cookie.lower() for cookie in answer.headers.get_list("set-cookie"))
    refused = [event.payload for event in await app.store.events() if event.payload.get("outcome") == "refused"]
    assert {payload["address"] for payload in refused} == {"203.0.113.5"}


async def test_of_a_proxy_that_nobody_named_the_word_counts_for_nothing_and_the_log_says_so_once(app: App) -> None:
    await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
    entrance = Entrance(public_url="https://console.example")
    with capture_logs() as logs:
        async with (
            serve_console(app, "127.0.0.1", 0, entrance=entrance) as console,
            httpx.AsyncClient(base_url=console.address, timeout=60) as client,
        ):
            for number in range(5):
                await _sign_in(client, "wrong", **{"X-Forwarded-For": f"203.0.113.{number}"})
            assert (await _sign_in(client, PASSWORD, **{"X-Forwarded-For": "203.0.113.9"})).status_code == 429
    (warned,) = [line for line in logs if "trusted_proxies" in line["event"]]
    assert (warned["log_level"], warned["proxy"]) == ("warning", "127.0.0.1")


async def test_a_page_of_the_public_address_may_write_through_a_proxy_that_asks_by_another_name(app: App) -> None:
    async with (
        serve_console(app, "127.0.0.1", 0, entrance=PROXIED) as console,
        httpx.AsyncClient(base_url=console.address, timeout=60) as client,
    ):
        body = {"name": "nobody", "password": "wrong"}
        own = await client.post(f"{API}/session", json=body, headers={"Origin": "https://console.example"})
        other = await client.post(f"{API}/session", json=body, headers={"Origin": "https://evil.example"})
    assert (own.status_code, other.status_code) == (401, 403)
