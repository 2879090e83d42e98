from collections.abc import Mapping
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import Field

from tests.web.clients import Clients
from tests.web.routes import filled
from tests.web.test_permissions import ROUTES
from warroom.doors.table import OPERATIONS
from warroom.model.errors import WarroomError
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.answers import Problem
from warroom.web.api import API
from warroom.web.api.rows import ROWS
from warroom.web.errors import problem
from warroom.web.rest import Rest, rest_router
from warroom.web.security import acting

LIST = Rest(operation="incident.list", method="GET", path="/all", id="list_all", tag="all", fixed={"sort": "severity"})
CLOSE = Rest(
    operation="incident.close", method="POST", path="/one/{incident_id}", id="close_one", tag="all", status=204
)


@pytest.fixture
def served(app: App) -> FastAPI:
    server = FastAPI()
    server.state.warroom = app
    server.dependency_overrides[acting] = an_actor
    few = {"limit": Annotated[int, Field(ge=1, le=2)]}
    one = Rest(
        operation="incident.list", method="GET", path="/one", id="one", tag="all", narrowed=few, defaults={"limit": 1}
    )
    rows = [LIST, CLOSE, Rest(operation="incident.list", method="GET", path="/few", id="few", tag="all", narrowed=few)]
    server.include_router(rest_router([*rows, one]))

    async def refused(_: Any, error: Exception) -> Problem:
        assert isinstance(error, WarroomError)
        return Problem(problem(error), status_code=422)

    server.add_exception_handler(WarroomError, refused)
    return server


def _told(document: Mapping[str, Any], path: str, method: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document["paths"][path][method]
    return found


def test_what_is_fixed_is_not_asked_for_and_what_is_narrowed_says_so(served: FastAPI) -> None:
    document = served.openapi()
    named = {one["name"]: one["schema"] for one in _told(document, "/all", "get")["parameters"]}
    assert "sort" not in named
    assert "text" in named
    few = {one["name"]: one["schema"] for one in _told(document, "/few", "get")["parameters"]}
    assert (few["limit"]["maximum"], few["limit"]["default"]) == (2, 100)


def test_an_operation_is_described_with_its_answer_its_errors_and_its_help(served: FastAPI) -> None:
    document = served.openapi()
    told = _told(document, "/all", "get")
    assert told["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("Page_IncidentLine_")
    assert told["description"].startswith("List incidents.")
    closed = _told(document, "/one/{incident_id}", "post")["responses"]
    assert set(closed) == {"204", "400", "401", "403", "404", "409", "422", "503"}
    assert "detail" in closed["409"]["content"]["application/problem+json"]["schema"]["required"]


async def test_words_of_the_path_the_query_and_the_body_are_one_request(served: FastAPI, app: App) -> None:
    made, _ = await app.incidents.create("One", an_actor())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://api") as client:
        assert (await client.get("/all", params={"text": "one"})).json()["items"][0]["id"] == made.id
        assert (await client.get("/few", params={"limit": 3})).status_code == 422
        answer = await client.post(f"/one/{made.id}", json={"reason": "Resolved"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert (await app.incidents.get(made.id, an_actor())).close_reason == "Resolved"


async def test_a_change_refuses_what_its_address_says_beside_the_path(clients: Clients) -> None:
    wrong = []
    for row in ROWS:
        if not OPERATIONS[row.operation].is_read:
            name = f"{row.method} {row.path}"
            answer = await clients.admin.request(
                row.method, API + filled(row.path), params={"instance": "acme"}, json=ROUTES[name].body
            )
            if answer.status_code != 422 or "takes no 'instance' in its address" not in answer.text:
                wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    assert (await clients.admin.get(f"{API}/halts")).json() == {"items": []}


async def test_a_field_may_have_a_default_of_its_own_here(served: FastAPI, app: App) -> None:
    for name in ("One", "Two", "Three"):
        await app.incidents.create(name, an_actor())
    named = {one["name"]: one["schema"] for one in _told(served.openapi(), "/one", "get")["parameters"]}
    assert named["limit"]["default"] == 1
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://api") as client:
        assert len((await client.get("/one")).json()["items"]) == 1
        assert len((await client.get("/one", params={"limit": 2})).json()["items"]) == 2


def test_what_has_another_default_here_says_so_in_the_description() -> None:
    assert [row.id for row in ROWS if not set(row.defaults) <= set(row.narrowed)] == []


def test_no_two_rows_have_the_same_place_or_id() -> None:
    assert len({(row.method, row.path) for row in ROWS}) == len(ROWS)
    assert len({row.id for row in ROWS}) == len(ROWS)
