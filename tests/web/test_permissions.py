"""Every route with every role, and without a session: who is refused, and that nobody else is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute

from tests.web.desk import Desk
from warroom.model.user import Role
from warroom.web import metrics, signin
from warroom.web.api import API, API_ROUTERS
from warroom.web.pages import page_routers


@dataclass(frozen=True, slots=True)
class Allowed:
    """The least role (None: everybody, also without a session), and what to send."""

    role: Role | None
    body: Mapping[str, Any] | None = None


READER, ANALYST, RESPONDER, ADMIN = (Allowed(role) for role in Role)
NEW_USER = {"name": "eve", "password": "correct horse battery", "role": "reader"}
ROUTES: Mapping[str, Allowed] = {
    "GET /session": READER,
    "POST /session": Allowed(None, {"name": "nobody", "password": "wrong"}),
    "DELETE /session": READER,
    "PUT /session/password": Allowed(Role.READER, {"old": "wrong", "new": "wrong too"}),
    "POST /setup/{token}": Allowed(None, {"name": "ana", "password": "correct horse battery"}),
    "GET /incidents": READER,
    "GET /incidents/facets": READER,
    "POST /incidents": Allowed(Role.ANALYST, {"name": "New"}),
    "GET /incidents/{incident_id}": READER,
    "PATCH /incidents/{incident_id}": Allowed(Role.ANALYST, {"owner": ""}),
    "POST /incidents/{incident_id}/close": Allowed(Role.ANALYST, {}),
    "POST /incidents/{incident_id}/reopen": ANALYST,
    "GET /incidents/{incident_id}/entries": READER,
    "GET /entries/{entry_id}": READER,
    "POST /incidents/{incident_id}/files": Allowed(Role.ANALYST, {}),
    "POST /incidents/{incident_id}/notes": Allowed(Role.ANALYST, {"text": "seen"}),
    "POST /incidents/{incident_id}/commands": Allowed(Role.ANALYST, {"text": "!NoSuchCommand"}),
    "GET /incidents/{incident_id}/context": READER,
    "GET /incidents/{incident_id}/plans": READER,
    "GET /plans/{plan_id}": READER,
    "GET /plans/{plan_id}/tasks/{key:path}": READER,
    "POST /plans/{plan_id}/tasks/{key:path}/answer": Allowed(Role.RESPONDER, {"choice": "yes"}),
    "GET /tasks": READER,
    "POST /plans/cancel": Allowed(Role.RESPONDER, {"incident": "none"}),
    "GET /halts": READER,
    "POST /halts": Allowed(Role.ADMIN, {"instance": "none"}),
    "POST /halts/end": Allowed(Role.ADMIN, {}),
    "GET /playbooks": READER,
    "GET /playbooks/{playbook_id:path}": READER,
    "POST /incidents/{incident_id}/playbooks": Allowed(Role.RESPONDER, {"name": "Ask"}),
    "GET /commands": READER,
    "GET /names": READER,
    "GET /integrations": READER,
    "GET /regions": READER,
    "GET /instances": READER,
    "POST /instances": Allowed(Role.ADMIN, {"name": "one", "integration": "none"}),
    "PATCH /instances/{name}": Allowed(Role.ADMIN, {"enabled": True}),
    "DELETE /instances/{name}": ADMIN,
    "POST /instances/{name}/test": ADMIN,
    "POST /instances/{name}/fetch": ADMIN,
    "POST /instances/{name}/mirror": ADMIN,
    "GET /set-aside": READER,
    "GET /set-aside/{aside}": READER,
    "POST /set-aside/{aside}/replay": ADMIN,
    "DELETE /set-aside/{aside}": ADMIN,
    "POST /simulator": ADMIN,
    "GET /evidence": READER,
    "POST /entries/{entry_id}/verify": READER,
    "GET /incidents/{incident_id}/custody": READER,
    "GET /incidents/{incident_id}/restriction": READER,
    "PUT /incidents/{incident_id}/restriction": Allowed(Role.ADMIN, {"people": [], "reason": "why"}),
    "POST /entries/{entry_id}/delete-file": Allowed(Role.ADMIN, {"reason": "why"}),
    "GET /entries/{entry_id}/file": RESPONDER,
    "GET /incidents/{incident_id}/export": RESPONDER,
    "GET /audit": READER,
    "GET /people": READER,
    "GET /users": ADMIN,
    "POST /users": Allowed(Role.ADMIN, NEW_USER),
    "PATCH /users/{name}": Allowed(Role.ADMIN, {"role": "reader"}),
    "GET /users/{name}/sessions": ADMIN,
    "DELETE /users/{name}/sessions/{session_id}": ADMIN,
    "GET /api-keys": ADMIN,
    "POST /api-keys": Allowed(Role.ADMIN, {"name": "ci", "role": "reader"}),
    "DELETE /api-keys/{key_id}": ADMIN,
}
OUTSIDE: Mapping[str, Allowed] = {
    "POST /login": Allowed(None),
    "POST /logout": Allowed(None),
    "GET /enter/{token}": Allowed(None),
    "GET /healthz": Allowed(None),
    "GET /metrics": READER,
}
PAGES: Mapping[str, Allowed] = {  # every other page is for readers
    "GET /login": Allowed(None),
    "GET /setup/{token}": Allowed(None),
    "GET /start": ADMIN,
}
WORDS = {
    "incident_id": "1",
    "entry_id": "1@1",
    "name": "nobody",
    "plan_id": "none",
    "key": "1",
    "token": "none",
    "aside": "none",
}


def _offered(prefix: str = "") -> Iterator[str]:
    routers = API_ROUTERS if prefix else (signin.router, metrics.router)
    for router in routers:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            yield from (f"{method} {route.path}" for method in route.methods or ())


def _pages() -> list[str]:
    routes = [route for router in page_routers() for route in router.routes]
    return [f"GET {route.path}" for route in routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())]


def test_every_route_says_who_may_ask_it() -> None:
    assert set(_offered(API)) == set(ROUTES)
    assert set(_offered()) == set(OUTSIDE)
    assert set(PAGES) <= set(_pages())


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_route_of_the_api_is_for_its_least_role_and_above(desk: Desk, role: Role | None) -> None:
    await desk.entry("a note", await desk.incident())
    wrong = []
    for name, allowed in ROUTES.items():
        if name in {"DELETE /session", "PUT /session/password"} and role is not None:
            continue  # they end what the others need
        method, path = name.split(" ", 1)
        answer = await desk.of(role).request(method, API + _filled(path), json=allowed.body)
        if answer.status_code >= 500 or (answer.status_code in {401, 403}) is not _is_refused(role, allowed):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:120]}")
        if role is None and allowed.role is not None:
            assert answer.status_code == 401, name
    assert [line for line in wrong if not line.startswith(("POST /session:", "POST /setup"))] == []


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_page_is_for_readers_unless_it_says_otherwise(desk: Desk, role: Role | None) -> None:
    await desk.entry("a note", await desk.incident())
    wrong = []
    for name in (*_pages(), *(name for name in OUTSIDE if name.startswith("GET"))):
        allowed = PAGES.get(name) or OUTSIDE.get(name) or READER
        path = _filled(name.split(" ", 1)[1])
        answer = await desk.of(role).get(path)
        is_sent_away = answer.status_code in {401, 403} or answer.headers.get("location", "").startswith("/login")
        if answer.status_code >= 500 or (
            is_sent_away is not _is_refused(role, allowed) and name != "GET /enter/{token}"
        ):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:120]}")
    assert wrong == []


async def test_nobody_may_read_the_war_room_with_a_key_that_was_revoked(desk: Desk) -> None:
    made = (await desk.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "reader"})).json()
    key = {"Authorization": f"Bearer {made['secret']}"}
    assert (await desk.nobody.get(f"{API}/incidents", headers=key)).status_code == 200
    await desk.admin.delete(f"{API}/api-keys/{made['id']}")
    assert (await desk.nobody.get(f"{API}/incidents", headers=key)).status_code == 401


def _is_refused(role: Role | None, allowed: Allowed) -> bool:
    if allowed.role is None:
        return False
    return role is None or role < allowed.role


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: WORDS.get(found[1], "none"), path)
