from typing import Any

import httpx
import pytest

from visionone_sim.testing import RunningTwin

HEALTH = "/healthcheck/connectivity"


def part(control: httpx.Client, name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = control.get("/state", params={"part": name}).json()[name]
    return items


def test_the_state_shows_everything(control: httpx.Client) -> None:
    state = control.get("/state").json()
    assert state.keys() == {"now", "endpoints", "alerts", "notes", "tasks", "files"}
    assert state["now"] == "2031-02-03T04:05:06.000Z"
    assert (len(state["alerts"]), state["alerts"][0]["visibleSince"]) == (12, state["now"])
    assert [file["sha256"] is not None for file in state["files"] if file["path"].endswith("lsass.DMP")] == [True]


def test_one_part_can_be_asked_for(control: httpx.Client) -> None:
    assert control.get("/state", params={"part": "tasks"}).json().keys() == {"now", "tasks"}
    assert control.get("/state", params={"part": "moods"}).status_code == 400


def test_isolation_notes_and_tasks_show(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    alert_id, endpoint = next(iter(twin.tenant.alerts)), next(iter(twin.tenant.endpoints.values()))
    client.post(f"/workbench/alerts/{alert_id}/notes", json={"content": "Hello."})
    client.post("/response/endpoints/isolate", json=[{"endpointName": endpoint.name}])
    control.post("/clock", json={"advance": 5})
    assert part(control, "notes")[0]["alertId"] == alert_id
    assert part(control, "tasks")[0]["status"] == "succeeded"
    assert [each["name"] for each in part(control, "endpoints") if each["isolated"]] == [endpoint.name]


def test_requests_can_be_read_and_forgotten(client: httpx.Client, control: httpx.Client) -> None:
    client.get(HEALTH)
    seen = control.get("/requests").json()
    assert (seen["total"], seen["items"][0]["path"], seen["items"][0]["status"]) == (1, "/v3.0" + HEALTH, 200)
    assert control.delete("/requests").status_code == 204
    assert control.get("/requests").json() == {"total": 0, "items": []}


def test_the_clock_can_be_moved_forward_only(control: httpx.Client) -> None:
    assert control.post("/clock", json={"advance": 60}).json() == {"now": "2031-02-03T04:06:06.000Z"}
    assert control.get("/clock").json() == {"now": "2031-02-03T04:06:06.000Z"}
    for advance in ("-1", "1e300", "Infinity", "null"):
        assert control.post("/clock", content=f'{{"advance": {advance}}}').status_code == 400


def test_an_alert_of_a_model_happens_on_the_named_endpoints(twin: RunningTwin, control: httpx.Client) -> None:
    endpoints = list(twin.tenant.endpoints.values())[:2]
    names = [endpoints[0].name, endpoints[1].agent_guid]
    (alert_id,) = control.post("/alerts", json={"model": "credential-dumping", "endpoints": names}).json()["ids"]
    alert = next(alert for alert in part(control, "alerts") if alert["id"] == alert_id)
    assert alert["impactScope"]["desktopCount"] == 2
    assert all(twin.tenant.endpoints[endpoint.agent_guid].files for endpoint in endpoints)


def test_many_alerts_with_fields_of_ones_own_may_appear_later(client: httpx.Client, control: httpx.Client) -> None:
    order = {"model": "beacon", "count": 3, "after": 30, "alert": {"severity": "odd", "ownerIds": None}}
    assert len(control.post("/alerts", json=order).json()["ids"]) == 3
    query = {"TMV1-Filter": "severity eq 'odd'"}
    assert client.get("/workbench/alerts", headers=query).json()["totalCount"] == 0
    control.post("/clock", json={"advance": 30})
    page = client.get("/workbench/alerts", headers=query).json()
    assert (page["totalCount"], "ownerIds" in page["items"][0]) == (3, False)


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("/alerts", {"model": "nothing"}),
        ("/alerts", {"endpoints": ["nobody"]}),
        ("/alerts", {"alert": {"createdDateTime": "soon"}}),
        ("/alerts", {"colour": "red"}),
        ("/faults", {"status": 500}),
        ("/faults", [{"path": "("}]),
        ("/faults", [{"colour": "red"}]),
        ("/faults", [{"when": "after"}]),
        ("/outcomes", {"action": "isolate", "timeline": []}),
        ("/outcomes", {"action": "explode", "timeline": [[0, "failed"]]}),
        ("/endpoints/nobody", {"connected": True}),
    ],
)
def test_wrong_orders_are_refused(control: httpx.Client, path: str, order: object) -> None:
    response = control.post(path, json=order)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "BadRequest")


def test_faults_are_set_in_the_apis_spelling_and_cleared(client: httpx.Client, control: httpx.Client) -> None:
    rows = [{"path": ".*/connectivity", "status": 503, "count": None, "delaySeconds": 0.01}]
    assert control.post("/faults", json=rows).json() == {"faults": 1}
    assert [client.get(HEALTH).status_code for _ in range(2)] == [503, 503]
    control.delete("/faults")
    assert client.get(HEALTH).status_code == 200


def start_isolation(twin: RunningTwin, client: httpx.Client) -> str:
    name = next(iter(twin.tenant.endpoints.values())).name
    (answer,) = client.post("/response/endpoints/isolate", json=[{"endpointName": name}]).json()
    return str(answer["headers"][0]["value"].rsplit("/", 1)[1])


def test_the_next_task_can_be_made_to_fail(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    error = {"code": "Denied", "message": "The user said no."}
    outcome = {"action": "isolate", "timeline": [[0, "queued"], [1, "failed"]], "error": error}
    assert control.post("/outcomes", json=outcome).status_code == 201
    task_id = start_isolation(twin, client)
    twin.clock.advance(1)
    task = client.get(f"/response/tasks/{task_id}").json()
    assert (task["status"], task["error"]) == ("failed", error)


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"decision": "reject"}, "rejected"),
        ({"status": "canceled"}, "canceled"),
        ({"status": "pendingApproval"}, "pendingApproval"),
        ({"decision": "approve"}, "queued"),
    ],
)
def test_a_person_decides_about_a_task(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client, order: dict[str, str], status: str
) -> None:
    task_id = start_isolation(twin, client)
    assert control.post(f"/tasks/{task_id}", json=order).json()["status"] == status


def test_what_has_ended_cannot_be_decided(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    task_id = start_isolation(twin, client)
    twin.clock.advance(5)
    assert control.post(f"/tasks/{task_id}", json={"decision": "approve"}).status_code == 400
    assert control.post("/tasks/00000099", json={"decision": "approve"}).status_code == 404


def test_endpoints_go_off_line_and_lose_files(twin: RunningTwin, control: httpx.Client) -> None:
    endpoint = next(endpoint for endpoint in twin.tenant.endpoints.values() if endpoint.files)
    path = next(iter(endpoint.files.values())).path
    order = {"connected": False, "removeFile": path}
    assert control.post(f"/endpoints/{endpoint.name}", json=order).json()["connected"] is False
    assert twin.tenant.endpoints[endpoint.agent_guid].file(path) is None


def test_who_comes_by_another_name_finds_no_control_room(control: httpx.Client) -> None:
    for host in ("evil.example", "192.0.2.1:80"):
        assert control.get("/state", headers={"Host": host}).status_code == 404
    assert control.get("/state", headers={"Host": "localhost:1"}).status_code == 200
