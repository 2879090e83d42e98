import pytest

from tests.web.clients import Clients
from warroom.model.errors import NotFoundError
from warroom.model.ids import PlanId
from warroom.model.user import SYSTEM, Role
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform


async def typed(clients: Clients) -> PlanId:
    incident = await clients.incident()
    body = {"text": "!Print value=hello"}
    answer = await clients.done(await clients.analyst.post(f"{API}/incidents/{incident}/commands", json=body))
    return PlanId(answer.json()["plan"])


async def test_a_task_shows_its_own_entries_and_timings(clients: Clients) -> None:
    first, second = await typed(clients), await typed(clients)
    shown = await perform(clients.app, "task.show", {"plan": second, "task": "1"}, SYSTEM)
    assert [entry["contents"] for entry in shown["entries"]] == ["hello"]
    assert shown["plan"] != first
    assert (shown["state"], shown["attempts"], shown["waits_for"]) == ("Completed", 1, None)
    assert shown["finished"] >= shown["started"]


async def test_a_task_that_is_not_there_is_said(clients: Clients) -> None:
    with pytest.raises(NotFoundError, match="task 9"):
        await perform(clients.app, "task.show", {"plan": await typed(clients), "task": "9"}, SYSTEM)


async def test_whoever_looks_is_told_whether_they_may_answer_at_both_doors(clients: Clients) -> None:
    incident = await clients.incident()
    await clients.done(await clients.responder.post(f"{API}/incidents/{incident}/playbooks", json={"name": "Ask"}))
    (over_the_api,) = (await clients.reader.get(f"{API}/tasks")).json()["items"]
    (on_the_machine,) = await perform(clients.app, "task.list", {}, an_actor(role=Role.READER))
    assert over_the_api == on_the_machine
    assert over_the_api["refused"] == ""


async def test_an_answer_over_the_api_does_not_wait_and_one_on_the_machine_does(clients: Clients) -> None:
    for is_waited_for in (False, True):
        incident = await clients.incident()
        made = await clients.responder.post(f"{API}/incidents/{incident}/playbooks", json={"name": "Ask"})
        plan = (await clients.done(made)).json()["plan"]
        if is_waited_for:
            asked = {"plan": plan, "task": "1", "choice": "yes"}
            said = await perform(clients.app, "task.answer", asked, an_actor())
        else:
            said = (await clients.responder.post(f"{API}/plans/{plan}/tasks/1/answer", json={"choice": "yes"})).json()
        assert (said["plan"], said["task"], said["incident"]) == (plan, "1", incident)
        assert said["under_way"] is not is_waited_for
        assert (said["state"] == "completed") is is_waited_for
        await clients.app.conductor.see_through(PlanId(plan))
