import httpx

from tests.visionone_sim.answers import codes, statuses, task_ids
from visionone_sim.testing import RunningTwin

PATH = "/response/suspiciousObjects"


def blocked(twin: RunningTwin) -> list[str]:
    twin.tenant.settle()
    return [entry.item.value for entry in twin.tenant.objects.blocked()]


def test_an_object_is_blocked_and_released_when_the_task_succeeds(twin: RunningTwin, client: httpx.Client) -> None:
    (task_id,) = task_ids(client.post(PATH, json=[{"domain": "bad.example", "description": "IR-88"}]))
    assert blocked(twin) == []
    twin.clock.advance(5)
    assert blocked(twin) == ["bad.example"]
    task = client.get(f"/response/tasks/{task_id}").json()
    assert (task["action"], task["domain"], task["description"]) == ("block", "bad.example", "IR-88")
    task_ids(client.post(f"{PATH}/delete", json=[{"domain": "BAD.example"}]))
    twin.clock.advance(5)
    assert blocked(twin) == []


def test_only_what_was_blocked_can_be_released(twin: RunningTwin, client: httpx.Client) -> None:
    (task_id,) = task_ids(client.post(f"{PATH}/delete", json=[{"ip": "203.0.113.9"}]))
    twin.clock.advance(5)
    task = client.get(f"/response/tasks/{task_id}").json()
    assert (task["status"], task["error"]["code"]) == ("failed", "ObjectNotFound")


def test_wrong_objects_are_refused_one_by_one(client: httpx.Client) -> None:
    answer = client.post(PATH, json=[{"domain": "no"}, {"fileSha256": "b" * 64}, {}, {"description": 7, "ip": "::1"}])
    assert statuses(answer) == [400, 202, 400, 400]
    assert codes(answer) == ["BadRequest", None, "BadRequest", "BadRequest"]


def test_the_same_block_twice_leads_to_the_first_task(client: httpx.Client) -> None:
    answer = client.post(PATH, json=[{"domain": "bad.example"}, {"domain": "Bad.example"}])
    assert codes(answer) == [None, "TaskError"]
