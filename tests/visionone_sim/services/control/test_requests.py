from dataclasses import replace
from typing import Any

import httpx
import pytest

from visionone_sim.faults import Fault
from visionone_sim.recorder import KEPT_REQUESTS
from visionone_sim.scenarios.catalog import Wish, begin
from visionone_sim.testing import RunningTwin

HEALTH = "/healthcheck/connectivity"
ISOLATE = "POST /v3.0/response/endpoints/isolate"


def log(control: httpx.Client, **wanted: Any) -> dict[str, Any]:
    answer: dict[str, Any] = control.get("/requests", params=wanted).raise_for_status().json()
    return answer


def isolate(client: httpx.Client, *names: str) -> None:
    client.post("/response/endpoints/isolate", json=[{"endpointName": name} for name in names])


def test_requests_can_be_read_and_forgotten(client: httpx.Client, control: httpx.Client) -> None:
    client.get(HEALTH)
    seen = control.get("/requests").json()
    assert (seen["total"], seen["items"][0]["path"], seen["items"][0]["status"]) == (1, "/v3.0" + HEALTH, 200)
    assert control.delete("/requests").status_code == 204
    assert control.get("/requests").json() == {"total": 0, "matched": 0, "dropped": 0, "items": []}


def test_a_request_is_found_by_its_operation_with_what_each_target_was_answered(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    host = next(iter(twin.tenant.endpoints.values())).name
    isolate(client, host, "nobody")
    client.get("/response/tasks/00000001")
    (seen,) = log(control, operation=ISOLATE)["items"]
    assert seen["targets"] == [{"endpointName": host}, {"endpointName": "nobody"}]
    assert seen["results"] == [
        {"status": 202, "task": "00000001"},
        {"status": 400, "code": "BadRequest", "message": "Target not found."},
    ]
    assert (seen["operation"], seen["status"], seen["key"]) == (ISOLATE, 207, "soc-bot")
    assert [each["number"] for each in log(control, operation="tasks/{id}")["items"]] == [2]


@pytest.mark.parametrize(
    ("body", "targets"),
    [
        ("[" * 15_000, []),
        ('[{"a":' * 2_500, []),
        ('[{"endpointName": NaN}]', []),
        ('[{"endpointName": -1e999}]', []),
        (f'[{{"endpointName": {"9" * 6_000}}}]', []),
        ('[{"endpointName": "\\ud800"}, 1.5]', [{"endpointName": "\ud800"}]),
    ],
)
def test_no_body_keeps_the_log_from_being_read(
    client: httpx.Client, control: httpx.Client, body: str, targets: list[Any]
) -> None:
    client.post("/response/endpoints/isolate", content=body)
    (seen,) = log(control)["items"]
    assert (seen["body"], seen["targets"]) == (body, targets)


def test_parameters_narrow_what_is_found(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    isolate(client, "first")
    twin.clock.advance(60)
    isolate(client, "second")
    client.get("/workbench/nothing")
    twin.fail(Fault(drop=True))
    with pytest.raises(httpx.HTTPError):
        client.get(HEALTH)

    def numbers(**wanted: Any) -> list[int]:
        return [seen["number"] for seen in log(control, **wanted)["items"]]

    assert numbers(contains="SECOND") == [2]
    assert numbers(status="404") == [3]
    assert numbers(status=["none", "404"]) == [3, 4]
    assert numbers(since="2031-02-03T04:06:06Z", operation="isolate") == [2]
    assert numbers(after=2) == [3, 4]
    assert [seen["operation"] for seen in log(control, after=2)["items"]] == [None, f"GET /v3.0{HEALTH}"]


def test_a_long_log_is_read_in_pages(client: httpx.Client, control: httpx.Client) -> None:
    for number in range(5):
        isolate(client, str(number))
    read: list[int] = []
    after = 0
    while True:
        page = log(control, limit=2, after=after)
        read += [seen["number"] for seen in page["items"]]
        if "next" not in page:
            break
        after = page["next"]
    assert read == [1, 2, 3, 4, 5]


def test_the_operations_are_counted(client: httpx.Client, control: httpx.Client) -> None:
    isolate(client, "a")
    isolate(client, "b")
    client.get(HEALTH)
    counts = control.get("/requests/counts").json()
    assert counts == {"total": 3, "dropped": 0, "operations": {f"GET /v3.0{HEALTH}": 1, ISOLATE: 2}}
    assert control.get("/requests/counts", params={"operation": "isolate"}).json()["total"] == 2


def test_the_log_says_what_it_no_longer_holds(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    isolate(client, "a")
    client.get(HEALTH)
    newest = replace(next(iter(twin.requests)), operation=None)
    for _ in range(KEPT_REQUESTS - 1):
        twin.requests.add(newest)
    assert {name: log(control, limit=1)[name] for name in ("total", "dropped")} == {
        "total": KEPT_REQUESTS + 1,
        "dropped": 1,
    }
    assert [log(control, operation=name)["dropped"] for name in ("isolate", "connectivity")] == [1, 0]
    counts = control.get("/requests/counts").json()
    assert (counts["dropped"], counts["operations"]) == (1, {f"GET /v3.0{HEALTH}": 1, ISOLATE: 1})


def test_a_refused_request_names_the_key_that_was_refused(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    control.post("/keys", json={"token": "reader", "name": "an-auditor", "role": "read-only"})
    for token in ("reader", "nobody"):
        url = f"{twin.url}/v3.0/response/endpoints/isolate"
        httpx.post(url, json=[{"endpointName": "x"}], headers={"Authorization": f"Bearer {token}"}, timeout=60)
    items = log(control, operation=ISOLATE)["items"]
    assert [(seen["status"], seen["key"]) for seen in items] == [(403, "an-auditor"), (401, None)]


def test_each_tenant_of_one_twin_has_its_own_log(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    neighbour = begin("empty", Wish(seed=8), clock=twin.clock, api_key="neighbour")
    twin.twin.neighbours.append(neighbour)
    client.get(HEALTH)
    for _ in range(2):
        httpx.get(f"{twin.url}/v3.0{HEALTH}", headers={"Authorization": "Bearer neighbour"}, timeout=60)
    assert [log(control, key=key)["total"] for key in (twin.api_key, "neighbour")] == [1, 2]
    control.delete("/requests", params={"key": "neighbour"})
    isolate(client, "a")
    assert [seen["number"] for seen in log(control)["items"]] == [1, 4]
    assert log(control, key="neighbour")["total"] == 0


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/requests", {"operation": "POST /v3.0/response/endpoints/isolat"}),
        ("/requests", {"operation": ""}),
        ("/requests", {"operations": "isolate"}),
        ("/requests", {"status": "ok"}),
        ("/requests", {"since": "yesterday"}),
        ("/requests", {"limit": "-1"}),
        ("/requests", {"key": "unknown"}),
        ("/requests/counts", {"status": "207"}),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_and_not_answered_by_nothing(
    control: httpx.Client, path: str, wanted: dict[str, str]
) -> None:
    answer = control.get(path, params=wanted)
    assert answer.status_code == (404 if "key" in wanted else 400)
    assert answer.json()["error"]["message"]
