"""The emergency stop on this machine and over the API: what each operation says."""

from typing import Any

import pytest

from tests.doors.test_instances import NEW
from tests.web.clients import Clients
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.plan import PlanState
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform


async def ask(app: App, operation: str, **asked: Any) -> Any:
    return await perform(app, operation, asked, an_actor())


async def test_pausing_says_what_is_paused_and_how_it_ends(app: App) -> None:
    paused = await ask(app, "pause", reason="Drill.")
    assert (paused["instance"], paused["by"], paused["reason"], paused["is_new"]) == (None, "ana", "Drill.", True)
    assert paused["on_the_way"] == []
    assert [halt["said"] for halt in await ask(app, "halt.list")] == [paused["said"]]
    ended = await ask(app, "resume")
    assert (ended["said"], ended["still"]) == (paused["said"].replace(" paused ", " had paused "), [])
    with pytest.raises(ConflictError, match="Nothing is paused"):
        await ask(app, "resume")


async def test_cancelling_says_which_plans_have_ended(app: App) -> None:
    incident, _ = await app.incidents.create("One", an_actor())
    plan = await app.plans.start(incident, app.library.catalogue.playbook("Ask"), {}, an_actor())
    await app.conductor.see_through(plan.id)
    cancelled = await ask(app, "plan.cancel", incident=incident.id, reason="False alarm.")
    assert cancelled == {
        "plans": [
            {"id": plan.id, "incident": incident.id, "playbook": "Ask", "state": "cancelled", "ended": True}
        ]
    }  # fmt: skip
    assert (await app.store.plan(plan.id)).state is PlanState.CANCELLED
    with pytest.raises(InvalidInputError, match="Say which plans are to be cancelled"):
        await ask(app, "plan.cancel")


async def test_an_admin_pauses_one_instance_and_resumes_it(clients: Clients) -> None:
    assert (await clients.admin.post(f"{API}/instances", json=NEW)).status_code == 201
    assert (await clients.admin.post(f"{API}/halts", json={"instance": "v2"})).status_code == 404
    paused = (await clients.admin.post(f"{API}/halts", json={"instance": "v1", "reason": "Drill."})).json()
    assert (paused["instance"], paused["reason"], paused["by"]) == ("v1", "Drill.", "admin")
    (listed,) = (await clients.reader.get(f"{API}/halts")).json()["items"]
    assert listed["said"].startswith("admin paused instance 'v1' at ")
    assert (await clients.admin.post(f"{API}/halts/end", json={})).status_code == 409
    assert (await clients.admin.post(f"{API}/halts/end", json={"instance": "v1"})).json()["still"] == []
    assert (await clients.reader.get(f"{API}/halts")).json()["items"] == []


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("halts", {"instnace": "v1"}),
        ("halts/end", {"instances": "v1"}),
        ("plans/cancel", {"all": True, "playbok": "Ask"}),
        ("plans/cancel", {"all": True, "playbook": "Ask"}),
        ("plans/cancel", {"all": True, "incident": "1"}),
    ],
)
async def test_a_wish_that_was_to_be_narrower_than_everything_is_refused(
    clients: Clients, path: str, wish: dict[str, str]
) -> None:
    await clients.admin.post(f"{API}/halts", json={"reason": "Drill."})
    refused = await clients.admin.post(f"{API}/{path}", json=wish)
    assert refused.status_code in {400, 422}, refused.text
    assert len((await clients.reader.get(f"{API}/halts")).json()["items"]) == 1


async def test_a_typed_action_is_refused_while_it_is_paused(clients: Clients) -> None:
    assert (await clients.admin.post(f"{API}/instances", json=NEW)).status_code == 201
    await clients.admin.post(f"{API}/halts", json={"reason": "Drill."})
    text = {"text": '!trendmicro-visionone-isolate-endpoint endpoint_identifiers=[{"endpoint":"WIN-7"}]'}
    refused = await clients.responder.post(f"{API}/incidents/{await clients.incident()}/commands", json=text)
    assert refused.status_code == 409
    assert "was not sent: admin paused every instance" in refused.json()["detail"]


async def test_plans_are_cancelled_by_incident_and_a_role_that_may_not_is_told(clients: Clients) -> None:
    incident = await clients.incident()
    made = await clients.responder.post(f"{API}/incidents/{incident}/playbooks", json={"name": "Ask"})
    await clients.done(made)
    wish = {"incident": incident, "reason": "False alarm."}
    refused = await clients.analyst.post(f"{API}/plans/cancel", json=wish)
    assert (refused.status_code, "may not cancel work plans" in refused.json()["detail"]) == (403, True)
    cancelled = (await clients.responder.post(f"{API}/plans/cancel", json=wish)).json()
    assert [(plan["id"], plan["state"]) for plan in cancelled["plans"]] == [(made.json()["plan"], "cancelled")]
    assert (await clients.reader.get(f"{API}/tasks")).json()["items"] == []
