import pytest

from tests.web.clients import ORIGIN, PASSWORD, WRITE, Clients
from warroom.model.user import Role
from warroom.web.api import API
from warroom.web.security import COOKIE, HEADERS

ELSEWHERE = {"Origin": "http://elsewhere"}


@pytest.mark.parametrize(
    "path", ["/login", f"{API}/session", f"{API}/nowhere", "/nowhere", "/healthz", "/static/css/base.css", "/tasks"]
)
async def test_every_answer_carries_the_security_headers(clients: Clients, path: str) -> None:
    answer = await clients.reader.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_nothing_inline_and_nothing_from_elsewhere_may_run() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_a_write_with_a_session_needs_the_header_that_other_sites_cannot_send(clients: Clients) -> None:
    del clients.analyst.headers["X-Warroom-Request"]
    answer = await clients.analyst.post(f"{API}/incidents", json={"name": "New"})
    assert answer.status_code == 403
    assert "x-warroom-request" in answer.json()["detail"]


async def test_another_site_cannot_write_even_with_that_header(clients: Clients) -> None:
    answer = await clients.analyst.post(f"{API}/incidents", json={"name": "New"}, headers=ELSEWHERE)
    assert answer.status_code == 403
    own = await clients.analyst.post(f"{API}/incidents", json={"name": "New"}, headers={"Origin": ORIGIN})
    assert own.status_code == 201


async def test_another_site_cannot_sign_somebody_in(clients: Clients) -> None:
    body = {"name": "reader", "password": PASSWORD}
    assert (await clients.nobody.post(f"{API}/session", json=body, headers=ELSEWHERE)).status_code == 403
    assert (await clients.nobody.post("/login", data=body, headers=ELSEWHERE)).status_code == 403


async def test_a_program_with_a_key_needs_neither(clients: Clients) -> None:
    key = (await clients.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "analyst"})).json()["secret"]
    headers = {"Authorization": f"Bearer {key}", **ELSEWHERE, **dict.fromkeys(WRITE, "")}
    answer = await clients.nobody.post(f"{API}/incidents", json={"name": "New"}, headers=headers)
    assert (answer.status_code, answer.json()["owner"]) == (201, "key:ci")


async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(clients: Clients) -> None:
    answer = await clients.nobody.post(f"{API}/session", json={"name": "reader", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))
    assert "secure" not in cookie


async def test_over_https_the_cookie_stays_there(clients: Clients) -> None:
    clients.nobody.base_url = "https://console"
    answer = await clients.nobody.post(f"{API}/session", json={"name": "reader", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_a_changed_role_counts_from_the_next_request_on(clients: Clients) -> None:
    await clients.admin.patch(f"{API}/users/analyst", json={"role": "reader"})
    assert (await clients.analyst.post(f"{API}/incidents", json={"name": "New"})).status_code == 403


async def test_a_session_that_was_ended_opens_nothing(clients: Clients) -> None:
    (session,) = (await clients.reader.get(f"{API}/users/reader/sessions")).json()["items"]
    await clients.reader.delete(f"{API}/users/reader/sessions/{session['id']}")
    answer = await clients.reader.get(f"{API}/incidents")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer wrk_wrong", "Basic cm9vdA=="])
async def test_what_is_no_key_opens_nothing(clients: Clients, value: str) -> None:
    assert (await clients.nobody.get(f"{API}/incidents", headers={"Authorization": value})).status_code == 401


async def test_two_sessions_of_one_person_are_two(clients: Clients) -> None:
    token, _ = await clients.app.users.sign_in("reader", PASSWORD)
    assert len((await clients.reader.get(f"{API}/users/reader/sessions")).json()["items"]) == 2
    await clients.app.users.sign_out(token)
    assert (await clients.reader.get(f"{API}/session")).json()["name"] == Role.READER.label
