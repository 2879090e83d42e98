"""Records that are set aside, on this machine and over the API."""

from dataclasses import replace

import pytest

from tests.web.asides import ASIDE, DROPPED, RECORD, put_aside
from tests.web.clients import Clients
from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId
from warroom.services.app import App
from warroom.services.ports.fetches import FetchStep, LastRun, SetAside, Untaken
from warroom.testing.samples import an_actor, some_changes
from warroom.web.api import API
from warroom.web.perform import perform


async def test_a_record_is_listed_shown_and_becomes_an_incident(app: App) -> None:
    await put_aside(app)
    (listed,) = await perform(app, "fetch.list", {}, an_actor())
    assert (listed["id"], listed["instance"], listed["why"]) == (ASIDE.id, "lab", ASIDE.why)
    shown = await perform(app, "fetch.show", {"id": ASIDE.id}, an_actor())
    assert shown == {**listed, "record": RECORD}
    done = await perform(app, "fetch.replay", {"id": ASIDE.id}, an_actor())
    incident = await app.incidents.get(IncidentId(done["incidents"][0]), an_actor())
    assert (incident.name, incident.source_instance) == ("Dump", "lab")
    assert await perform(app, "fetch.list", {}, an_actor()) == []


async def test_a_record_is_dropped(app: App) -> None:
    await put_aside(app)
    assert await perform(app, "fetch.drop", {"id": ASIDE.id}, an_actor()) == {"dropped": ASIDE.id}
    with pytest.raises(NotFoundError):
        await perform(app, "fetch.show", {"id": ASIDE.id}, an_actor())


async def test_what_a_rule_dropped_is_listed_apart_and_becomes_an_incident(app: App) -> None:
    await put_aside(app, aside=DROPPED)
    assert await perform(app, "fetch.list", {}, an_actor()) == []
    (listed,) = await perform(app, "fetch.dropped", {}, an_actor())
    assert (listed["id"], listed["rule"], listed["instance"]) == (DROPPED.id, "Quiet", "lab")
    done = await perform(app, "fetch.replay", {"id": DROPPED.id}, an_actor())
    assert len(done["incidents"]) == 1
    assert await perform(app, "fetch.dropped", {}, an_actor()) == []


async def many_dropped(app: App, count: int) -> list[SetAside]:
    """Have so many dropped, the newest first, every second of another instance."""
    asides = [
        replace(DROPPED, id=f"{number:012x}", instance_name="lab" if number % 2 else "other") for number in range(count)
    ]
    untaken = [Untaken(aside=aside, record=RECORD) for aside in asides]
    await app.store.commit(some_changes(fetch=FetchStep(untaken=untaken)))
    return asides[::-1]


async def test_all_that_was_dropped_is_paged_through(clients: Clients) -> None:
    dropped = await many_dropped(clients.app, 1203)
    found: list[str] = []
    asked: dict[str, str] = {"limit": "500"}
    for _ in range(3):
        answer = (await clients.reader.get(f"{API}/dropped", params=asked)).json()
        found += [item["id"] for item in answer["items"]]
        asked["cursor"] = answer["cursor"]
    assert answer["cursor"] is None
    assert found == [aside.id for aside in dropped]
    of_one = (await clients.reader.get(f"{API}/dropped", params={"instance": "lab", "limit": 2})).json()["items"]
    assert [item["id"] for item in of_one] == [dropped[1].id, dropped[3].id]
    assert len(await perform(clients.app, "fetch.dropped", {"limit": 5000}, an_actor())) == 1203


@pytest.mark.parametrize("asked", [{"cursor": "x"}, {"cursor": "WyJ4IiwieSJd"}, {"limit": 0}, {"limit": 501}])
async def test_a_page_that_is_none_is_refused(clients: Clients, asked: dict[str, str]) -> None:
    answer = await clients.reader.get(f"{API}/dropped", params=asked)
    assert answer.status_code == 422
    assert next(iter(asked)) in answer.text


async def test_our_grouping_is_shown_beside_the_rules_and_is_off(app: App) -> None:
    (grouping,) = await perform(app, "fetch.rules", {}, an_actor())
    assert (grouping["name"], grouping["enabled"], grouping["pack"]) == ("Grouping of storms", False, "settings")


PATH = f"{API}/set-aside"


async def test_whoever_may_read_sees_them_and_an_admin_takes_or_drops_them(clients: Clients) -> None:
    await put_aside(clients.app)
    (item,) = (await clients.reader.get(PATH)).json()["items"]
    assert item == {
        "id": ASIDE.id,
        "what": ASIDE.what,
        "why": ASIDE.why,
        "at": item["at"],
        "size": ASIDE.size,
        "instance": "lab",
    }
    assert (await clients.reader.get(f"{PATH}/{ASIDE.id}")).json() == {**item, "record": RECORD}
    taken = await clients.admin.post(f"{PATH}/{ASIDE.id}/replay")
    assert len(taken.json()["incidents"]) == 1
    assert (await clients.admin.post(f"{PATH}/{ASIDE.id}/replay")).status_code == 404
    await put_aside(clients.app)
    assert (await clients.admin.delete(f"{PATH}/{ASIDE.id}")).status_code == 204
    assert (await clients.reader.get(PATH)).json() == {"items": []}


async def test_an_instance_fetches_anew_and_the_answer_says_from_when(clients: Clients) -> None:
    await put_aside(clients.app)
    last_run = LastRun(instance=ASIDE.instance, value={"cursor": "2099-01-01T00:00:00Z"})
    await clients.app.journal.commit(some_changes(last_run=last_run))
    where, why = f"{API}/instances/lab/fetch/reset", {"reason": "It is 2026."}
    assert (await clients.admin.post(where, json={"reason": ""})).status_code == 422
    assert (await clients.admin.post(f"{API}/instances/none/fetch/reset", json=why)).status_code == 404
    answer = (await clients.admin.post(where, json=why)).json()
    assert answer["was"] == "cursor is 2099-01-01T00:00:00Z"
    assert "Instance lab fetches from 20" in answer["says"]
    assert "(its setting first_fetch is '3 days')" in answer["says"]
    assert await clients.app.store.last_run(ASIDE.instance) == {}
    told = [event for event in await clients.app.store.events(0, 1000) if event.payload.get("change") == "reset"]
    assert [(event.kind, event.payload["reason"]) for event in told] == [("fetch", "It is 2026.")]
    again = await perform(clients.app, "fetch.reset", {"name": "lab", **why}, an_actor())
    assert again["was"] == ""
