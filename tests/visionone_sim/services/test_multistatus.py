import httpx
import pytest

from tests.visionone_sim.answers import codes, statuses
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin

ISOLATE = "/response/endpoints/isolate"


def test_an_item_fault_refuses_one_element_and_leaves_the_others(twin: RunningTwin, client: httpx.Client) -> None:
    first, second = list(twin.tenant.endpoints.values())[:2]
    twin.fail(Fault(item=True, field="endpointName", value=first.name, status=403, code="AccessDenied"))
    answer = client.post(ISOLATE, json=[{"endpointName": first.name}, {"endpointName": second.name}])
    assert (statuses(answer), codes(answer)) == ([403, 202], ["AccessDenied", None])
    assert len(twin.tenant.tasks) == 1


@pytest.mark.parametrize("body", ["{}", "[]", "[1]", "null", "{", '["a"]', '[{"a": "\\ud800"}]'])
def test_a_body_that_is_no_array_of_objects_is_refused_as_a_whole(client: httpx.Client, body: str) -> None:
    answer = client.post(ISOLATE, content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


def test_the_description_has_a_limit(twin: RunningTwin, client: httpx.Client) -> None:
    name = next(iter(twin.tenant.endpoints.values())).name
    items = [{"endpointName": name, "description": "x" * length} for length in (257, 256)]
    assert statuses(client.post(ISOLATE, json=items)) == [400, 202]
