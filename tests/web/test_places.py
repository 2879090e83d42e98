import httpx
import pytest

from tests.web.clients import ORIGIN, PASSWORD, WRITE, Clients
from warroom.web.api import API
from warroom.web.places import BROWSER_COOKIE
from warroom.web.security import COOKIE

RIGHT = {"name": "reader", "password": PASSWORD}
WRONG = {"name": "reader", "password": "not the password"}


async def guessed(client: httpx.AsyncClient) -> None:
    while (await client.post(f"{API}/session", json=WRONG)).status_code != 429:
        pass


async def sign_of(clients: Clients) -> str:
    await clients.nobody.post("/login", data=RIGHT)
    return clients.nobody.cookies[BROWSER_COOKIE]


async def test_a_browser_that_signed_in_before_gets_in_while_others_guess_from_its_address(clients: Clients) -> None:
    sign = await sign_of(clients)
    clients.nobody.cookies.clear()
    await guessed(clients.nobody)
    assert (await clients.nobody.post(f"{API}/session", json=RIGHT)).status_code == 429
    clients.nobody.cookies.set(BROWSER_COOKIE, sign)
    assert (await clients.nobody.post(f"{API}/session", json=RIGHT)).status_code == 204


async def test_its_sign_is_worth_nothing_for_another_name(clients: Clients) -> None:
    sign = await sign_of(clients)
    clients.nobody.cookies.clear()
    await guessed(clients.nobody)
    clients.nobody.cookies.set(BROWSER_COOKIE, sign)
    answer = await clients.nobody.post(f"{API}/session", json={"name": "admin", "password": PASSWORD})
    assert answer.status_code == 429


async def test_who_has_the_sign_and_guesses_waits_as_well(clients: Clients) -> None:
    sign = await sign_of(clients)
    clients.nobody.cookies.clear()
    clients.nobody.cookies.set(BROWSER_COOKIE, sign)
    await guessed(clients.nobody)
    clients.nobody.cookies.clear()
    assert (await clients.nobody.post(f"{API}/session", json=RIGHT)).status_code == 204


@pytest.mark.parametrize("sign", ["", "x", "a" * 5000, "gAAAAAB", "\u00e4", "{}", "stolen"])
async def test_a_sign_that_is_not_ours_counts_as_none(clients: Clients, sign: str) -> None:
    if sign == "stolen":  # sealed by us, for something else
        sign = clients.app.store.seal({"id": "1", "name": "reader"})
    transport = clients.transport
    headers = {**WRITE, "Cookie": f"{BROWSER_COOKIE}={sign}".encode("latin-1").decode("latin-1")}
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        for _ in range(5):
            assert (await client.post(f"{API}/session", json=WRONG, headers=raw)).status_code == 401
        assert (await client.post(f"{API}/session", json=RIGHT, headers=raw)).status_code == 429


async def test_the_sign_is_kept_from_scripts_and_other_sites_and_opens_nothing(clients: Clients) -> None:
    answer = await clients.nobody.post(f"{API}/session", json=RIGHT)
    (cookie,) = [value for value in answer.headers.get_list("set-cookie") if value.startswith(BROWSER_COOKIE)]
    assert all(word in cookie.lower() for word in ("httponly", "samesite=strict", "max-age="))
    del clients.nobody.cookies[COOKIE]
    assert (await clients.nobody.get(f"{API}/session")).status_code == 401


async def test_it_is_given_once(clients: Clients) -> None:
    await sign_of(clients)
    again = await clients.nobody.post("/login", data=RIGHT)
    assert not any(value.startswith(BROWSER_COOKIE) for value in again.headers.get_list("set-cookie"))
