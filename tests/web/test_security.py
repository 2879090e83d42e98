import pytest

from tests.web.desk import ORIGIN, PASSWORD, WRITE, Desk
from warroom.model.user import Role
from warroom.web.api import API
from warroom.web.security import COOKIE, HEADERS

ELSEWHERE = {"Origin": "http://elsewhere"}


@pytest.mark.parametrize(
    "path", ["/login", f"{API}/session", f"{API}/nowhere", "/nowhere", "/healthz", "/static/css/base.css", "/tasks"]
)
async def test_every_answer_carries_the_security_headers(desk: Desk, path: str) -> None:
    answer = await desk.reader.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_nothing_inline_and_nothing_from_elsewhere_may_run() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_a_write_with_a_session_needs_the_header_that_other_sites_cannot_send(desk: Desk) -> None:
    del desk.analyst.headers["X-Warroom-Request"]
    answer = await desk.analyst.post(f"{API}/incidents", json={"name": "New"})
    assert answer.status_code == 403
    assert "x-warroom-request" in answer.json()["detail"]


async def test_another_site_cannot_write_even_with_that_header(desk: Desk) -> None:
    answer = await desk.analyst.post(f"{API}/incidents", json={"name": "New"}, headers=ELSEWHERE)
    assert answer.status_code == 403
    own = await desk.analyst.post(f"{API}/incidents", json={"name": "New"}, headers={"Origin": ORIGIN})
    assert own.status_code == 201


async def test_another_site_cannot_sign_somebody_in(desk: Desk) -> None:
    body = {"name": "reader", "password": PASSWORD}
    assert (await desk.nobody.post(f"{API}/session", json=body, headers=ELSEWHERE)).status_code == 403
    assert (await desk.nobody.post("/login", data=body, headers=ELSEWHERE)).status_code == 403


async def test_a_program_with_a_key_needs_neither(desk: Desk) -> None:
    key = (await desk.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "analyst"})).json()["secret"]
    headers = {"Authorization": f"Bearer {key}", **ELSEWHERE, **dict.fromkeys(WRITE, "")}
    answer = await desk.nobody.post(f"{API}/incidents", json={"name": "New"}, headers=headers)
    assert (answer.status_code, answer.json()["owner"]) == (201, "key:ci")


async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(desk: Desk) -> None:
    answer = await desk.nobody.post(f"{API}/session", json={"name": "reader", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))
    assert "secure" not in cookie


async def test_over_https_the_cookie_stays_there(desk: Desk) -> None:
    desk.nobody.base_url = "https://console"
    answer = await desk.nobody.post(f"{API}/session", json={"name": "reader", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_a_changed_role_counts_from_the_next_request_on(desk: Desk) -> None:
    await desk.admin.patch(f"{API}/users/analyst", json={"role": "reader"})
    assert (await desk.analyst.post(f"{API}/incidents", json={"name": "New"})).status_code == 403


async def test_a_session_that_was_ended_opens_nothing(desk: Desk) -> None:
    (session,) = (await desk.reader.get(f"{API}/users/reader/sessions")).json()["items"]
    await desk.reader.delete(f"{API}/users/reader/sessions/{session['id']}")
    answer = await desk.reader.get(f"{API}/incidents")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer wrk_wrong", "Basic cm9vdA=="])
async def test_what_is_no_key_opens_nothing(desk: Desk, value: str) -> None:
    assert (await desk.nobody.get(f"{API}/incidents", headers={"Authorization": value})).status_code == 401


async def test_two_sessions_of_one_person_are_two(desk: Desk) -> None:
    token, _ = await desk.app.users.sign_in("reader", PASSWORD)
    assert len((await desk.reader.get(f"{API}/users/reader/sessions")).json()["items"]) == 2
    await desk.app.users.sign_out(token)
    assert (await desk.reader.get(f"{API}/session")).json()["name"] == Role.READER.label
