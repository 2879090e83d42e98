import socket

import httpx
import pytest

from warroom.model.errors import InvalidInputError
from warroom.services.app import App
from warroom.web.serving import USUAL_PORT, _listen, serve_console
from warroom.web.signin import first_session


async def test_it_answers_as_soon_as_it_says_its_address_and_no_longer_than_it_lasts(app: App) -> None:
    async with serve_console(app, "127.0.0.1", 0) as console, httpx.AsyncClient(timeout=60) as client:
        answer = await client.get(f"{console.address}/healthz")
        assert (answer.status_code, "server" in answer.headers) == (200, False)
    async with httpx.AsyncClient(timeout=60) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{console.address}/healthz")


async def test_a_link_signs_the_browser_in_that_opens_it_first(app: App) -> None:
    async with serve_console(app, "127.0.0.1", 0) as console, httpx.AsyncClient(timeout=60) as client:
        link = console.link(await first_session(app))
        opened = await client.get(link)
        assert (opened.status_code, opened.headers["location"]) == (303, "/")
        assert (await client.get(f"{console.address}/api/v1/session")).json()["name"] == "demo"
        assert (await client.get(link)).headers["location"].startswith("/login")


async def test_a_port_that_is_taken_is_told_with_what_to_do(app: App) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InvalidInputError, match="--port"):
            async with serve_console(app, "127.0.0.1", taken.getsockname()[1]):
                pass


async def test_without_a_port_a_second_console_takes_another_one(app: App) -> None:
    async with serve_console(app, "127.0.0.1", None) as first, serve_console(app, "127.0.0.1", None) as second:
        assert first.address != second.address
        assert f":{USUAL_PORT}" not in second.address


async def test_a_host_that_is_not_ours_is_told(app: App) -> None:
    with pytest.raises(InvalidInputError, match="--host"):
        async with serve_console(app, "192.0.2.1", 0):
            pass


def test_an_answer_does_not_wait_for_the_next_one() -> None:
    """A listener without its protocol keeps Nagle's delay: 40 ms on every answer."""
    listener = _listen("127.0.0.1", 0)
    assert listener.proto == socket.IPPROTO_TCP
    listener.close()
