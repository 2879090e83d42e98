from dataclasses import replace

import pytest

from tests.web.clients import Clients, opened_clients
from warroom.services.app import App
from warroom.services.writing.journal import Journal
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import an_incident, some_changes
from warroom.web.api import API


async def test_the_api_describes_itself(clients: Clients) -> None:
    document = (await clients.nobody.get(f"{API}/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 40
    assert all(path.startswith(API) for path in document["paths"])
    assert all("_api_v1_" not in name for name in names)  # each was named by hand


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{API}/nowhere", 404),
        ("PUT", f"{API}/incidents", 405),
        ("POST", f"{API}/incidents", 422),
        ("GET", f"{API}/incidents/x", 404),
    ],
)
async def test_every_refusal_of_the_api_is_a_problem(clients: Clients, method: str, path: str, status: int) -> None:
    answer = await clients.admin.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "says"),
    [("/incidents/9999", "There is no incident 9999."), ("/nowhere", "Not Found")],
)
async def test_who_follows_a_link_that_leads_nowhere_is_told_on_a_page(clients: Clients, path: str, says: str) -> None:
    answer = await clients.admin.get(path, headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert says in answer.text
    assert '<a href="/">' in answer.text


async def test_a_database_that_is_away_is_said_and_is_nobodys_mistake(app: App) -> None:
    store = UnsteadyStore(1)
    await store.commit(some_changes(incidents=[an_incident()]))
    store.rate = 1.0
    war_room = replace(app.war_room, store=store, journal=Journal(store))
    async with opened_clients(replace(app, war_room=war_room)) as clients:
        answer = await clients.admin.post(f"{API}/incidents/1/notes", json={"text": "hello"})
    assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")


async def test_what_was_misread_is_named(clients: Clients) -> None:
    answer = await clients.admin.post(f"{API}/incidents", json={"severity": "high"})
    assert answer.json()["detail"] == "create_incident needs 'name', which the request does not name."


async def test_static_files_lead_nowhere_else(clients: Clients) -> None:
    answer = await clients.admin.get("/static/..%2fapp.py")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/", "/login", "/healthz", "/incidents/9999", "/fragments/queue"])
async def test_what_a_page_would_answer_can_be_asked_without_its_body(clients: Clients, path: str) -> None:
    asked, looked = await clients.admin.get(path), await clients.admin.head(path)
    assert looked.status_code == asked.status_code
    assert looked.headers["content-type"] == asked.headers["content-type"]


async def test_looking_at_a_link_that_signs_in_once_does_not_use_it_up(clients: Clients) -> None:
    answer = await clients.nobody.head("/enter/token")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize(
    ("method", "path", "says"),
    [
        ("GET", f"{API}/nowhere", f"described at {API}/openapi.json."),
        ("GET", "/nowhere", "the console begins at /,"),
        ("GET", "/static/nowhere.css", "Nothing is served at this address."),
        ("PUT", f"{API}/incidents", "PUT is not taken at this address; it takes GET or POST."),
        ("DELETE", "/tasks", "DELETE is not taken at this address; it takes GET or HEAD."),
    ],
)
async def test_who_asks_at_the_wrong_address_or_in_the_wrong_way_is_told_what_now(
    clients: Clients, method: str, path: str, says: str
) -> None:
    assert says in (await clients.admin.request(method, path)).json()["detail"]
