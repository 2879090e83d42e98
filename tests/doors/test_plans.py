from datetime import timedelta

from tests.web.clients import Clients
from warroom.doors.answer import json_of
from warroom.doors.plans import plan_of, task_of
from warroom.model.plan import TaskState
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task
from warroom.web.api import API


async def waiting(clients: Clients) -> tuple[str, str]:
    """Run the playbook that asks; gives its incident and its plan."""
    incident = await clients.incident()
    made = await clients.responder.post(f"{API}/incidents/{incident}/playbooks", json={"name": "Ask"})
    await clients.done(made)
    return incident, made.json()["plan"]


async def test_a_task_that_waits_says_why_since_when_what_next_and_who(clients: Clients) -> None:
    _, plan = await waiting(clients)
    waits = (await clients.reader.get(f"{API}/plans/{plan}/tasks/1")).json()["waits_for"]
    assert waits["kind"] == "person"
    assert waits["options"] == ["yes", "no"]
    assert all(waits[key] for key in ("why", "since", "next"))
    assert "responder" in waits["who"]


async def test_the_inbox_lists_it_until_it_is_answered(clients: Clients) -> None:
    incident, plan = await waiting(clients)
    (item,) = (await clients.reader.get(f"{API}/tasks")).json()["items"]
    assert (item["plan"], item["task"], item["incident"]) == (plan, "1", incident)
    answer = {"choice": "yes", "comment": "it is ours"}
    await clients.done(await clients.responder.post(f"{API}/plans/{plan}/tasks/1/answer", json=answer))
    assert (await clients.reader.get(f"{API}/tasks")).json()["items"] == []
    done = (await clients.reader.get(f"{API}/plans/{plan}")).json()
    assert (done["state"], done["started_by"]) == ("completed", "responder")


async def test_the_inbox_comes_in_pages(clients: Clients) -> None:
    plans = [await waiting(clients) for _ in range(3)]
    first = (await clients.reader.get(f"{API}/tasks", params={"limit": 2})).json()
    rest = (await clients.reader.get(f"{API}/tasks", params={"limit": 2, "cursor": first["cursor"]})).json()
    assert [(item["incident"], item["plan"]) for item in first["items"] + rest["items"]] == plans
    assert rest["cursor"] is None
    (item,) = (await clients.reader.get(f"{API}/tasks", params={"incident": plans[1][0]})).json()["items"]
    assert item["plan"] == plans[1][1]
    assert (await clients.reader.get(f"{API}/tasks", params={"cursor": "x"})).status_code == 422


async def test_the_second_answer_is_refused(clients: Clients) -> None:
    _, plan = await waiting(clients)
    path = f"{API}/plans/{plan}/tasks/1/answer"
    first = await clients.responder.post(path, json={"choice": "no"})
    second = await clients.admin.post(path, json={"choice": "yes"})
    assert (first.status_code, second.status_code) == (200, 409)


async def test_a_choice_that_is_not_offered_is_refused(clients: Clients) -> None:
    _, plan = await waiting(clients)
    answer = await clients.responder.post(f"{API}/plans/{plan}/tasks/1/answer", json={"choice": "maybe"})
    assert answer.status_code == 422
    assert "yes, no" in answer.json()["detail"]


async def test_typed_commands_are_listed_only_when_asked_for(clients: Clients) -> None:
    incident, plan = await waiting(clients)
    await clients.done(
        await clients.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": "!Print value=a"})
    )
    path = f"{API}/incidents/{incident}/plans"
    assert [item["plan"] for item in (await clients.reader.get(path)).json()["items"]] == [plan]
    assert len((await clients.reader.get(path, params={"typed": True})).json()["items"]) == 2


async def test_a_task_that_the_plan_has_not_come_to_is_not_there(clients: Clients) -> None:
    _, plan = await waiting(clients)
    assert (await clients.reader.get(f"{API}/plans/{plan}/tasks/77")).status_code == 404


def test_a_task_counts_its_seconds_once_it_has_ended() -> None:
    done = a_task(started=START, ended=START + timedelta(seconds=1.5), state=TaskState.COMPLETED, branch="yes")
    assert json_of(task_of(done))["seconds"] == 1.5
    assert json_of(task_of(done))["branch"] == "yes"
    assert json_of(task_of(a_task(started=START)))["seconds"] is None


def test_tasks_stand_in_the_order_in_which_they_started() -> None:
    tasks = [a_task("9"), a_task("2", started=START + timedelta(seconds=1)), a_task("8", started=START), a_task("1")]
    assert [task.id for task in plan_of(a_plan(), tasks).tasks] == ["8", "2", "1", "9"]
