from dataclasses import replace

import pytest

from tests.web.desk import Desk, opened_desk
from warroom.services.app import App
from warroom.services.journal import Journal
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import an_incident, some_changes
from warroom.web.api import API


async def test_the_api_describes_itself(desk: Desk) -> None:
    document = (await desk.nobody.get(f"{API}/openapi.json")).json()
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
async def test_every_refusal_of_the_api_is_a_problem(desk: Desk, method: str, path: str, status: int) -> None:
    answer = await desk.admin.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "says"),
    [("/incidents/9999", "There is no incident 9999."), ("/nowhere", "Not Found")],
)
async def test_who_follows_a_link_that_leads_nowhere_is_told_on_a_page(desk: Desk, path: str, says: str) -> None:
    answer = await desk.admin.get(path, headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert says in answer.text
    assert '<a href="/">' in answer.text


async def test_a_database_that_is_away_is_said_and_is_nobodys_mistake(app: App) -> None:
    store = UnsteadyStore(1)
    await store.commit(some_changes(incidents=[an_incident()]))
    store.rate = 1.0
    war_room = replace(app.war_room, store=store, journal=Journal(store))
    async with opened_desk(replace(app, war_room=war_room)) as desk:
        answer = await desk.admin.post(f"{API}/incidents/1/notes", json={"text": "hello"})
    assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")


async def test_what_was_misread_is_named(desk: Desk) -> None:
    answer = await desk.admin.post(f"{API}/incidents", json={"severity": "high"})
    assert answer.json()["detail"].startswith("name: ")


async def test_static_files_lead_nowhere_else(desk: Desk) -> None:
    answer = await desk.admin.get("/static/..%2fapp.py")
    assert answer.status_code == 404
