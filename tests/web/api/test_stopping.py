import pytest

from tests.web.api.test_instances import NEW
from tests.web.desk import Desk
from warroom.web.api import API


async def test_an_admin_pauses_one_instance_and_resumes_it(desk: Desk) -> None:
    assert (await desk.admin.post(f"{API}/instances", json=NEW)).status_code == 201
    assert (await desk.admin.post(f"{API}/halts", json={"instance": "v2"})).status_code == 404
    paused = (await desk.admin.post(f"{API}/halts", json={"instance": "v1", "reason": "Drill."})).json()
    assert (paused["instance"], paused["reason"], paused["by"]) == ("v1", "Drill.", "admin")
    (listed,) = (await desk.reader.get(f"{API}/halts")).json()["items"]
    assert listed["said"].startswith("admin paused instance 'v1' at ")
    assert (await desk.admin.post(f"{API}/halts/end", json={})).status_code == 409
    assert (await desk.admin.post(f"{API}/halts/end", json={"instance": "v1"})).json()["still"] == []
    assert (await desk.reader.get(f"{API}/halts")).json()["items"] == []


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
    desk: Desk, path: str, wish: dict[str, str]
) -> None:
    await desk.admin.post(f"{API}/halts", json={"reason": "Drill."})
    refused = await desk.admin.post(f"{API}/{path}", json=wish)
    assert refused.status_code in {400, 422}, refused.text
    assert len((await desk.reader.get(f"{API}/halts")).json()["items"]) == 1


async def test_a_typed_action_is_refused_while_it_is_paused(desk: Desk) -> None:
    assert (await desk.admin.post(f"{API}/instances", json=NEW)).status_code == 201
    await desk.admin.post(f"{API}/halts", json={"reason": "Drill."})
    text = {"text": '!trendmicro-visionone-isolate-endpoint endpoint_identifiers=[{"endpoint":"WIN-7"}]'}
    refused = await desk.responder.post(f"{API}/incidents/{await desk.incident()}/commands", json=text)
    assert refused.status_code == 409
    assert "was not sent: admin paused every instance" in refused.json()["detail"]


async def test_plans_are_cancelled_by_incident_and_a_role_that_may_not_is_told(desk: Desk) -> None:
    incident = await desk.incident()
    made = await desk.responder.post(f"{API}/incidents/{incident}/playbooks", json={"name": "Ask"})
    await desk.done(made)
    wish = {"incident": incident, "reason": "False alarm."}
    refused = await desk.analyst.post(f"{API}/plans/cancel", json=wish)
    assert (refused.status_code, "may not cancel work plans" in refused.json()["detail"]) == (403, True)
    cancelled = (await desk.responder.post(f"{API}/plans/cancel", json=wish)).json()
    assert [(plan["id"], plan["state"]) for plan in cancelled["plans"]] == [(made.json()["plan"], "cancelled")]
    assert (await desk.reader.get(f"{API}/tasks")).json()["items"] == []
