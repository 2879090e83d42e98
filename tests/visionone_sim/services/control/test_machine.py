import httpx
import pytest

from visionone_sim.testing import RunningTwin

HEALTH = "/healthcheck/connectivity"


def test_the_clock_can_be_moved_forward_only(control: httpx.Client) -> None:
    assert control.post("/clock", json={"advance": 60}).json() == {"now": "2031-02-03T04:06:06.000Z"}
    assert control.get("/clock").json() == {"now": "2031-02-03T04:06:06.000Z"}
    for advance in ("-1", "1e300", "Infinity", "null"):
        assert control.post("/clock", content=f'{{"advance": {advance}}}').status_code == 400


def test_faults_are_set_in_the_apis_spelling_and_cleared(client: httpx.Client, control: httpx.Client) -> None:
    rows = [{"path": ".*/connectivity", "status": 503, "count": None, "delaySeconds": 0.01}]
    assert control.post("/faults", json=rows).json() == {"faults": 1}
    assert [client.get(HEALTH).status_code for _ in range(2)] == [503, 503]
    control.delete("/faults")
    assert client.get(HEALTH).status_code == 200


def test_a_rule_of_the_tenant_can_be_changed_while_it_runs(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    shown = control.post("/settings", json={"approval_required": True, "suspicious_scan_action": "log"}).json()
    assert (shown["approval_required"], shown["suspicious_scan_action"]) == (True, "log")
    assert control.get("/settings").json() == shown
    name = next(iter(twin.tenant.endpoints.values())).name
    client.post("/response/endpoints/isolate", json=[{"endpointName": name}])
    assert client.get("/response/tasks/00000001").json()["status"] == "pendingApproval"


@pytest.mark.parametrize("order", [{"colour": "red"}, {"rate_limit": "many"}, {"suspicious_scan_action": "shout"}, []])
def test_a_rule_that_makes_no_sense_is_refused(control: httpx.Client, order: object) -> None:
    assert control.post("/settings", json=order).status_code == 400
