"""Every route with every role, and without a session: who is refused, and that nobody else is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute

from tests.doors.asking import ONES_OWN, least
from tests.web.clients import Clients
from tests.web.routes import filled
from warroom.doors.table import OPERATIONS
from warroom.model.border import clean
from warroom.model.user import Role
from warroom.services.people.access import MINIMUM
from warroom.web import metrics, signin
from warroom.web.api import API, api_routers
from warroom.web.api.rows import ROWS
from warroom.web.app import all_routes
from warroom.web.pages import page_routers
from warroom.web.rest import WORD, Rest, field_of


@dataclass(frozen=True, slots=True)
class Allowed:
    """The least role (None: everybody, also without a session), and what to send."""

    role: Role | None
    body: Mapping[str, Any] | None = None


READER, ANALYST, RESPONDER, ADMIN = (Allowed(role) for role in Role)


def _allowed(row: Rest) -> Allowed:
    """Return the least role and a request of an operation; a request of `ONES_OWN` is about another user."""
    operation = OPERATIONS[row.operation]
    in_path = {field_of(word, operation.request) for word in WORD.findall(row.path)}
    body = {name: value for name, value in clean(least(operation)).items() if name not in {*row.fixed, *in_path}}
    role = Role.ADMIN if row.operation in ONES_OWN else MINIMUM[operation.permission]
    return Allowed(role, None if row.method in {"GET", "DELETE"} else body)


BY_HAND: Mapping[str, Allowed] = {  # routes that no operation of the table is behind
    "POST /session": Allowed(None, {"name": "nobody", "password": "wrong"}),
    "DELETE /session": READER,
    "PUT /session/password": Allowed(Role.READER, {"old": "wrong", "new": "wrong too"}),
    "POST /setup/{token}": Allowed(None, {"name": "ana", "password": "correct horse battery"}),
    "POST /incidents/{incident_id}/files": Allowed(Role.ANALYST, {}),
    "POST /simulator": ADMIN,
    "GET /entries/{entry_id}/file": RESPONDER,
    "GET /incidents/{incident_id}/export": RESPONDER,
}
OF_THE_TABLE = {f"{row.method} {row.path}": _allowed(row) for row in ROWS}
ROUTES = {**OF_THE_TABLE, **BY_HAND}
OUTSIDE: Mapping[str, Allowed] = {
    "POST /login": Allowed(None),
    "POST /logout": Allowed(None),
    "GET /enter/{token}": Allowed(None),
    "GET /healthz": Allowed(None),
    "HEAD /healthz": Allowed(None),
    "GET /metrics": READER,
    "HEAD /metrics": READER,
}
PAGES: Mapping[str, Allowed] = {  # every other page is for readers
    "GET /login": Allowed(None),
    "GET /setup/{token}": Allowed(None),
    "GET /start": ADMIN,
}


def _offered(prefix: str = "") -> Iterator[str]:
    all_routes()  # adds HEAD to the pages
    routers = api_routers() if prefix else (signin.router, metrics.router)
    for router in routers:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            yield from (f"{method} {route.path}" for method in route.methods or ())


def _pages() -> list[str]:
    routes = [route for router in page_routers() for route in router.routes]
    return [f"GET {route.path}" for route in routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())]


def test_every_route_says_who_may_ask_it() -> None:
    assert set(OF_THE_TABLE) & set(BY_HAND) == set()
    assert set(_offered(API)) == set(ROUTES), "Say in BY_HAND who may ask it, or make it an operation."
    assert set(_offered()) == set(OUTSIDE), "Say in OUTSIDE who may ask it."
    assert set(PAGES) <= set(_pages())


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_route_of_the_api_is_for_its_least_role_and_above(clients: Clients, role: Role | None) -> None:
    await clients.entry("a note", await clients.incident())
    wrong = []
    for name, allowed in ROUTES.items():
        if name in {"DELETE /session", "PUT /session/password"} and role is not None:
            continue  # they end what the others need
        method, path = name.split(" ", 1)
        answer = await clients.of(role).request(method, API + filled(path), json=allowed.body)
        if answer.status_code >= 500 or (answer.status_code in {401, 403}) is not _is_refused(role, allowed):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:120]}")
        if role is None and allowed.role is not None:
            assert answer.status_code == 401, name
    assert [line for line in wrong if not line.startswith(("POST /session:", "POST /setup"))] == []


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_page_is_for_readers_unless_it_says_otherwise(clients: Clients, role: Role | None) -> None:
    await clients.entry("a note", await clients.incident())
    wrong = []
    for name in (*_pages(), *(name for name in OUTSIDE if name.startswith(("GET", "HEAD")))):
        allowed = PAGES.get(name) or OUTSIDE.get(name) or READER
        method, path = name.split(" ", 1)
        answer = await clients.of(role).request(method, filled(path))
        is_sent_away = answer.status_code in {401, 403} or answer.headers.get("location", "").startswith("/login")
        if answer.status_code >= 500 or (
            is_sent_away is not _is_refused(role, allowed) and name != "GET /enter/{token}"
        ):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:120]}")
    assert wrong == []


async def test_nobody_may_read_the_war_room_with_a_key_that_was_revoked(clients: Clients) -> None:
    made = (await clients.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "reader"})).json()
    key = {"Authorization": f"Bearer {made['secret']}"}
    assert (await clients.nobody.get(f"{API}/incidents", headers=key)).status_code == 200
    await clients.admin.delete(f"{API}/api-keys/{made['id']}")
    assert (await clients.nobody.get(f"{API}/incidents", headers=key)).status_code == 401


def _is_refused(role: Role | None, allowed: Allowed) -> bool:
    if allowed.role is None:
        return False
    return role is None or role < allowed.role
