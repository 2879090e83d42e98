import httpx
import pytest

from tests.visionone_sim.answers import codes, statuses
from visionone_sim.testing import RunningTwin

EXCEPTIONS = "/response/endpointActionExceptions"


def test_an_excepted_endpoint_is_not_isolated_while_the_switch_is_on(twin: RunningTwin, client: httpx.Client) -> None:
    host = next(iter(twin.tenant.endpoints.values()))
    order = [{"action": "isolate", "endpoints": [{"endpointName": host.name}]}]
    assert statuses(client.post(f"{EXCEPTIONS}/register", json=order)) == [201]
    (row,) = client.get(EXCEPTIONS, headers={"TMV1-Filter": "action eq 'isolate'"}).json()["items"]
    assert row == {"action": "isolate", "endpointAgentGuid": host.agent_guid, "endpointName": host.name}
    assert client.patch("/response/settingStatus", json={"endpointActionException": "enabled"}).status_code == 204
    isolation = [{"endpointName": host.name}]
    assert codes(client.post("/response/endpoints/isolate", json=isolation)) == ["AccessDenied"]
    client.patch("/response/settingStatus", json={"endpointActionException": "disabled"})
    assert codes(client.post("/response/endpoints/isolate", json=isolation)) == [None]


def test_switches_are_read_and_wrong_ones_refused(client: httpx.Client) -> None:
    assert set(client.get("/response/settingStatus").json().values()) == {"disabled"}
    for body in ({}, {"endpointActionException": "maybe"}, {"other": "enabled"}):
        assert client.patch("/response/settingStatus", json=body).status_code == 400


@pytest.mark.parametrize(
    "item", [{}, {"action": "isolate"}, {"action": "isolate", "endpoints": ["x"]}, {"action": 1, "endpoints": []}]
)
def test_wrong_exceptions_are_refused(client: httpx.Client, item: dict[str, object]) -> None:
    assert codes(client.post(f"{EXCEPTIONS}/register", json=[item])) == ["BadRequest"]


def test_traffic_that_isolation_lets_through_is_kept(client: httpx.Client) -> None:
    path = "/response/isolatedTrafficExceptions"
    rule = {"inbound": [{"protocol": "tcp", "port": 443}], "outbound": []}
    assert client.post(f"{path}/register", json=rule).status_code == 204
    assert client.get(path).json() == rule
    assert client.post(f"{path}/register", json={"inbound": [{}] * 51}).status_code == 400


def test_stored_questions_are_lists_without_any(client: httpx.Client) -> None:
    for path in ("/response/osqueryStatements", "/response/yaraRuleFiles"):
        assert client.get(path).json() == {"items": []}
