import httpx

from tests.web.clients import PASSWORD, WRITE, Clients
from warroom.services.app import App
from warroom.web.api import API
from warroom.web.app import make_app


async def test_one_is_told_who_one_is_and_what_one_may(clients: Clients) -> None:
    said = (await clients.analyst.get(f"{API}/session")).json()
    assert (said["name"], said["role"]) == ("analyst", "analyst")
    assert "run_reads" in said["may"]
    assert "run_actions" not in said["may"]


async def test_signing_out_is_the_end(clients: Clients) -> None:
    assert (await clients.reader.delete(f"{API}/session")).status_code == 204
    assert (await clients.reader.get(f"{API}/session")).status_code == 401


async def test_a_wrong_password_does_not_say_what_was_wrong(clients: Clients) -> None:
    wrong = await clients.nobody.post(f"{API}/session", json={"name": "reader", "password": "wrong"})
    unknown = await clients.nobody.post(f"{API}/session", json={"name": "nobody", "password": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, unknown.json())


async def test_after_five_wrong_passwords_the_next_one_waits_and_is_told_for_how_long(clients: Clients) -> None:
    for _ in range(5):
        await clients.nobody.post(f"{API}/session", json={"name": "reader", "password": "wrong"})
    right = await clients.nobody.post(f"{API}/session", json={"name": "reader", "password": PASSWORD})
    assert (right.status_code, right.headers["retry-after"]) == (429, "5")
    assert "Wait 5 s" in right.json()["detail"]
    assert (await clients.reader.get(f"{API}/session")).status_code == 200
    change = {"old": PASSWORD, "new": "another horse battery"}
    assert (await clients.reader.put(f"{API}/session/password", json=change)).status_code == 204


async def test_another_password_of_ones_own_keeps_this_browser_and_no_other(clients: Clients) -> None:
    other, _ = await clients.app.users.sign_in("reader", PASSWORD)
    body = {"old": PASSWORD, "new": "another horse battery"}
    assert (await clients.reader.put(f"{API}/session/password", json=body)).status_code == 204
    assert (await clients.reader.get(f"{API}/session")).status_code == 200
    clients.reader.cookies.clear()
    clients.reader.cookies.set("warroom_session", other)
    assert (await clients.reader.get(f"{API}/session")).status_code == 401


async def test_the_set_up_link_makes_one_admin_once(app: App) -> None:
    token = await app.users.offer_setup()
    transport = httpx.ASGITransport(app=make_app(app))
    body = {"name": "ana", "password": PASSWORD}
    async with httpx.AsyncClient(transport=transport, base_url="http://console", headers=WRITE) as client:
        assert (await client.post(f"{API}/setup/wrong", json=body)).status_code == 403
        assert (await client.post(f"{API}/setup/{token}", json=body)).status_code == 201
        assert (await client.get(f"{API}/session")).json()["role"] == "admin"
        again = await client.post(f"{API}/setup/{token}", json={**body, "name": "eve"})
    assert again.status_code in {403, 409}
