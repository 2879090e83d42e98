from typing import Any

import httpx
import pytest

from visionone_sim.testing import RunningTwin


def part(control: httpx.Client, name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = control.get("/state", params={"part": name}).json()[name]
    return items


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
