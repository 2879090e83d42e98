from tests.web.desk import Desk
from warroom.web.api import API


async def waiting(desk: Desk) -> tuple[str, str]:
    """Run the playbook that asks; gives its incident and its plan."""
    incident = await desk.incident()
    made = await desk.responder.post(f"{API}/incidents/{incident}/playbooks", json={"name": "Ask"})
    await desk.done(made)
    return incident, made.json()["plan"]


async def test_a_task_that_waits_says_why_since_when_what_next_and_who(desk: Desk) -> None:
    _, plan = await waiting(desk)
    waits = (await desk.reader.get(f"{API}/plans/{plan}/tasks/1")).json()["waits_for"]
    assert waits["kind"] == "person"
    assert waits["options"] == ["yes", "no"]
    assert all(waits[key] for key in ("why", "since", "next"))
    assert "responder" in waits["who"]


async def test_the_inbox_lists_it_until_it_is_answered(desk: Desk) -> None:
    incident, plan = await waiting(desk)
    (item,) = (await desk.reader.get(f"{API}/tasks")).json()["items"]
    assert (item["plan"], item["task"], item["incident"]) == (plan, "1", incident)
    answer = {"choice": "yes", "comment": "it is ours"}
    await desk.done(await desk.responder.post(f"{API}/plans/{plan}/tasks/1/answer", json=answer))
    assert (await desk.reader.get(f"{API}/tasks")).json()["items"] == []
    done = (await desk.reader.get(f"{API}/plans/{plan}")).json()
    assert (done["state"], done["started_by"]) == ("completed", "responder")


async def test_the_inbox_comes_in_pages(desk: Desk) -> None:
    plans = [await waiting(desk) for _ in range(3)]
    first = (await desk.reader.get(f"{API}/tasks", params={"limit": 2})).json()
    rest = (await desk.reader.get(f"{API}/tasks", params={"limit": 2, "cursor": first["cursor"]})).json()
    assert [(item["incident"], item["plan"]) for item in first["items"] + rest["items"]] == plans
    assert rest["cursor"] is None
    (item,) = (await desk.reader.get(f"{API}/tasks", params={"incident": plans[1][0]})).json()["items"]
    assert item["plan"] == plans[1][1]
    assert (await desk.reader.get(f"{API}/tasks", params={"cursor": "x"})).status_code == 422


async def test_the_second_answer_is_refused(desk: Desk) -> None:
    _, plan = await waiting(desk)
    path = f"{API}/plans/{plan}/tasks/1/answer"
    first = await desk.responder.post(path, json={"choice": "no"})
    second = await desk.admin.post(path, json={"choice": "yes"})
    assert (first.status_code, second.status_code) == (200, 409)


async def test_a_choice_that_is_not_offered_is_refused(desk: Desk) -> None:
    _, plan = await waiting(desk)
    answer = await desk.responder.post(f"{API}/plans/{plan}/tasks/1/answer", json={"choice": "maybe"})
    assert answer.status_code == 422
    assert "yes, no" in answer.json()["detail"]


async def test_typed_commands_are_listed_only_when_asked_for(desk: Desk) -> None:
    incident, plan = await waiting(desk)
    await desk.done(await desk.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": "!Print value=a"}))
    path = f"{API}/incidents/{incident}/plans"
    assert [item["plan"] for item in (await desk.reader.get(path)).json()["items"]] == [plan]
    assert len((await desk.reader.get(path, params={"typed": True})).json()["items"]) == 2


async def test_a_task_that_the_plan_has_not_come_to_is_not_there(desk: Desk) -> None:
    _, plan = await waiting(desk)
    assert (await desk.reader.get(f"{API}/plans/{plan}/tasks/77")).status_code == 404
