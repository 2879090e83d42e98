from typing import Any

import httpx
import pytest

from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.testing import RunningTwin

COLLECT = "/response/endpoints/collectFile"
ISOLATE = "/response/endpoints/isolate"


@pytest.fixture
def host(twin: RunningTwin) -> Endpoint:
    """The endpoint that the dump lies on."""
    return next(
        endpoint
        for endpoint in twin.tenant.endpoints.values()
        if any(file.path.endswith("lsass.DMP") for file in endpoint.files.values())
    )


@pytest.fixture
def dump(host: Endpoint) -> str:
    return next(file.path for file in host.files.values() if file.path.endswith("lsass.DMP"))


def location(answer: dict[str, Any]) -> str:
    ((name, value),) = [(header["name"], header["value"]) for header in answer["headers"]]
    assert name == "Operation-Location"
    return str(value)


def test_a_collected_file_can_be_fetched_once_its_task_has_succeeded(
    twin: RunningTwin, client: httpx.Client, host: Endpoint, dump: str
) -> None:
    response = client.post(COLLECT, json=[{"agentGuid": host.agent_guid, "filePath": dump, "description": "IR-88"}])
    (answer,) = response.json()
    assert (response.status_code, answer["status"]) == (207, 202)
    task = client.get(location(answer)).json()
    assert (task["id"], task["status"], task["action"]) == ("00000001", "queued", "collectFile")
    assert (task["description"], task["account"], task["filePath"]) == ("IR-88", "soc-bot", dump)
    assert "resourceLocation" not in task
    twin.clock.advance(5)
    done = client.get(location(answer)).json()
    assert (done["status"], done["lastActionDateTime"]) == ("succeeded", "2031-02-03T04:05:11Z")
    file = host.file(dump)
    assert file is not None
    digest = file.content.digest()
    assert (done["fileSha256"], done["fileSha1"], done["fileSize"]) == (digest.sha256, digest.sha1, digest.size)
    assert done["expiredDateTime"] == "2031-02-03T04:06:11Z"


def test_each_look_at_the_task_gives_a_fresh_link(
    twin: RunningTwin, client: httpx.Client, host: Endpoint, dump: str
) -> None:
    url = location(client.post(COLLECT, json=[{"endpointName": host.name, "filePath": dump}]).json()[0])
    twin.clock.advance(5)
    first = client.get(url).json()
    twin.clock.advance(1)
    second = client.get(url).json()
    assert first["resourceLocation"] != second["resourceLocation"]
    assert first["password"] == second["password"]


def test_every_target_has_an_answer_of_its_own(client: httpx.Client, twin: RunningTwin, host: Endpoint) -> None:
    unable = next(endpoint for endpoint in twin.tenant.endpoints.values() if endpoint.product_code == "sds")
    answers = client.post(
        COLLECT,
        json=[
            {"endpointName": "nobody", "filePath": "x"},
            {"endpointName": unable.name, "filePath": "x"},
            {"endpointName": host.name},
            {"filePath": "x"},
            {"endpointName": 7, "filePath": "x"},
            {"endpointName": host.name, "filePath": "x", "description": "x" * 257},
            {"endpointName": host.name, "filePath": "x", "unknown": 1},
        ],
    ).json()
    codes = [answer["body"]["error"]["code"] for answer in answers[:-1]]
    assert codes == ["BadRequest", "NotSupported", *["BadRequest"] * 4]
    assert answers[0]["body"]["error"]["message"] == "Target not found."
    assert answers[-1]["status"] == 202


def test_a_duplicate_leads_to_the_running_task(client: httpx.Client, host: Endpoint) -> None:
    first, second = client.post(ISOLATE, json=[{"endpointName": host.name}] * 2).json()
    assert (second["status"], second["body"]["error"]["code"]) == (400, "TaskError")
    assert second["body"]["error"]["message"] == "Task duplication."
    assert location(second) == location(first)


def test_too_many_targets_are_refused_as_a_whole(twin: RunningTwin, client: httpx.Client, host: Endpoint) -> None:
    response = client.post(ISOLATE, json=[{"endpointName": host.name}] * 11)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "BadRequest")
    assert len(twin.tenant.tasks) == 0


def test_isolate_and_restore_follow_each_other(twin: RunningTwin, client: httpx.Client, host: Endpoint) -> None:
    seen = []
    for path in (ISOLATE, "/response/endpoints/restore"):
        client.post(path, json=[{"endpointName": host.name}])
        twin.clock.advance(5)
        seen.append(twin.tenant.endpoints[host.agent_guid].isolated)
    assert seen == [True, False]
    actions = [task["action"] for task in client.get("/response/tasks").json()["items"]]
    assert actions == ["restoreIsolate", "isolate"]


def test_a_failed_task_says_why(twin: RunningTwin, client: httpx.Client, host: Endpoint) -> None:
    url = location(client.post(COLLECT, json=[{"endpointName": host.name, "filePath": r"C:\no"}]).json()[0])
    assert "error" not in client.get(url).json()
    twin.clock.advance(5)
    task = client.get(url).json()
    assert (task["status"], task["error"]["code"]) == ("failed", "FileNotFound")


def test_an_unknown_task_is_not_found(client: httpx.Client) -> None:
    assert client.get("/response/tasks/00000001").status_code == 404


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ({}, ["00000003", "00000002", "00000001"]),
        ({"filter": "action eq 'collectFile'"}, ["00000003", "00000002"]),
        ({"filter": "status eq 'succeeded'"}, ["00000001"]),
        ({"filter": "not id eq '00000002' and account eq 'soc-bot'"}, ["00000003", "00000001"]),
        ({"startDateTime": "2031-02-03T04:05:16Z"}, ["00000003", "00000002"]),
        ({"endDateTime": "2031-02-03T04:05:06Z"}, ["00000001"]),
        (
            {"startDateTime": "2031-02-03T04:05:11Z", "dateTimeTarget": "lastActionDateTime"},
            ["00000003", "00000002", "00000001"],
        ),
    ],
)
def test_tasks_are_found_again(
    twin: RunningTwin, client: httpx.Client, host: Endpoint, dump: str, parameters: dict[str, str], ids: list[str]
) -> None:
    client.post(ISOLATE, json=[{"endpointName": host.name}])
    twin.clock.advance(10)
    client.post(COLLECT, json=[{"endpointName": host.name, "filePath": path} for path in (dump, "other")])
    items = client.get("/response/tasks", params=parameters).json()["items"]
    assert [item["id"] for item in items] == ids


def test_a_long_list_of_tasks_is_paged_without_gaps(twin: RunningTwin, client: httpx.Client, host: Endpoint) -> None:
    for _ in range(12):
        targets = [{"endpointName": host.name, "filePath": f"{len(twin.tenant.tasks)}-{n}"} for n in range(10)]
        client.post(COLLECT, json=targets)
    url: str | None = "/response/tasks?filter=action eq 'collectFile'"
    pages = []
    while url:
        page = client.get(url).json()
        pages.append([item["id"] for item in page["items"]])
        url = page.get("nextLink")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({task_id for page in pages for task_id in page}) == 120


@pytest.mark.parametrize("parameters", [{"filter": "colour eq 'red'"}, {"top": "10"}, {"startDateTime": "now"}])
def test_wrong_questions_are_refused(client: httpx.Client, parameters: dict[str, str]) -> None:
    assert client.get("/response/tasks", params=parameters).status_code == 400
