from typing import Any

import httpx
import pytest

from tests.visionone_sim.answers import codes, statuses, task_ids
from visionone_sim.tenant.endpoints import Endpoint, Process
from visionone_sim.testing import RunningTwin

TERMINATE = "/response/endpoints/terminateProcess"


@pytest.fixture
def bad(twin: RunningTwin) -> tuple[Endpoint, Process]:
    """The endpoint and process of the masquerade."""
    return next(
        (endpoint, process)
        for endpoint in twin.tenant.endpoints.values()
        for process in endpoint.processes
        if process.path.endswith(r"AppData\Local\lsass.exe")
    )


@pytest.mark.parametrize("by", ["sha1", "pid", "all"])
def test_a_process_ends_when_the_task_succeeds(
    twin: RunningTwin, client: httpx.Client, bad: tuple[Endpoint, Process], by: str
) -> None:
    endpoint, process = bad
    wishes: dict[str, dict[str, Any]] = {
        "sha1": {"fileSha1": process.sha1.upper()},
        "pid": {"processId": process.pid, "fileName": "LSASS.exe"},
        "all": {"fileSha1": process.sha1, "fileName": process.name, "processId": process.pid},
    }
    (task_id,) = task_ids(client.post(TERMINATE, json=[{"agentGuid": endpoint.agent_guid, **wishes[by]}]))
    assert process in twin.tenant.endpoints[endpoint.agent_guid].processes
    twin.clock.advance(5)
    task = client.get(f"/response/tasks/{task_id}").json()
    assert (task["status"], task["action"]) == ("succeeded", "terminateProcess")
    left = twin.tenant.endpoints[endpoint.agent_guid].processes
    assert process not in left
    assert len(left) == len(endpoint.processes) - 1


def test_a_process_that_is_not_there_fails(
    twin: RunningTwin, client: httpx.Client, bad: tuple[Endpoint, Process]
) -> None:
    endpoint, _process = bad
    (task_id,) = task_ids(client.post(TERMINATE, json=[{"endpointName": endpoint.name, "fileSha1": "sha12345"}]))
    twin.clock.advance(5)
    task = client.get(f"/response/tasks/{task_id}").json()
    assert (task["status"], task["error"]["code"], task["fileSha1"]) == ("failed", "ProcessNotFound", "sha12345")


def test_who_names_no_process_or_no_windows_is_refused(twin: RunningTwin, client: httpx.Client) -> None:
    linux = next(endpoint for endpoint in twin.tenant.endpoints.values() if endpoint.os_name == "Linux")
    items = [
        {"endpointName": linux.name, "fileSha1": "a"},
        {"endpointName": linux.name},
        {"fileSha1": "a"},
        {"endpointName": linux.name, "processId": "one"},
    ]
    assert codes(client.post(TERMINATE, json=items)) == ["NotSupported", "BadRequest", "BadRequest", "BadRequest"]


def test_an_agent_that_comes_back_ends_the_process_then(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client, bad: tuple[Endpoint, Process]
) -> None:
    endpoint, process = bad
    control.post(f"/endpoints/{endpoint.name}", json={"connected": False})
    (task_id,) = task_ids(client.post(TERMINATE, json=[{"endpointName": endpoint.name, "fileSha1": process.sha1}]))
    twin.clock.advance(3600)
    assert client.get(f"/response/tasks/{task_id}").json()["status"] == "queued"
    control.post(f"/endpoints/{endpoint.name}", json={"connected": True})
    twin.clock.advance(5)
    assert client.get(f"/response/tasks/{task_id}").json()["status"] == "succeeded"
    assert process not in twin.tenant.endpoints[endpoint.agent_guid].processes


def test_questions_to_an_agent_are_answered_by_a_file(twin: RunningTwin, client: httpx.Client) -> None:
    host = next(endpoint for endpoint in twin.tenant.endpoints.values() if endpoint.connected)
    answers = [
        client.post("/response/endpoints/runOsquery", json=[{"endpointName": host.name, "statement": "select 1"}]),
        client.post(
            "/response/endpoints/runYaraRules",
            json=[{"endpointName": host.name, "target": "File", "yaraRuleFileContent": "rule x {}"}],
        ),
    ]
    twin.clock.advance(5)
    for answer in answers:
        (task_id,) = task_ids(answer)
        assert "resourceLocation" in client.get(f"/response/tasks/{task_id}").json()


def test_a_scan_for_malware_can_be_canceled_and_nothing_else_can(twin: RunningTwin, client: httpx.Client) -> None:
    host = next(endpoint for endpoint in twin.tenant.endpoints.values() if endpoint.connected)
    started = client.post("/response/endpoints/startMalwareScan", json={"endpoints": [{"endpointName": host.name}]})
    assert started.status_code == 202
    scan = started.headers["operation-location"].rsplit("/", 1)[1]
    (isolation,) = task_ids(client.post("/response/endpoints/isolate", json=[{"endpointName": host.name}]))
    cancel = [{"id": scan}, {"id": isolation}, {"id": "nothing"}]
    answer = client.post("/response/tasks/cancel", json=cancel)
    assert statuses(answer) == [204, 400, 404]
    assert client.get(f"/response/tasks/{scan}").json()["status"] == "canceled"
    assert client.post("/response/endpoints/startMalwareScan", json={"endpoints": []}).status_code == 400
