import time
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from visionone_sim.faults import Fault
from visionone_sim.recorder import KEPT_BODY_BYTES
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.testing import RunningTwin

HEALTH = "/healthcheck/connectivity"


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic dGVzdC1rZXk=", "test-key", "Bearer"])
def test_without_the_key_nothing_is_told(twin: RunningTwin, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    for path in (HEALTH, "/no/such/thing"):
        response = httpx.get(f"{twin.url}/v3.0{path}", headers=headers, timeout=60)
        assert response.status_code == 401
        assert response.json()["error"]["innererror"]["code"] == "InvalidToken"


def test_a_key_that_may_only_read_changes_nothing(twin: RunningTwin) -> None:
    twin.tenant.keys = (*twin.tenant.keys, ApiKey(token="reader", role="read-only"))
    headers = {"Authorization": "Bearer reader"}
    url = f"{twin.url}/v3.0/response"
    refused = httpx.post(f"{url}/endpoints/isolate", json=[{"endpointName": "x"}], headers=headers, timeout=60)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AccessDenied")
    assert httpx.get(f"{url}/tasks", headers=headers, timeout=60).status_code == 200


def test_a_role_that_lacks_the_permission_is_told_which(twin: RunningTwin) -> None:
    twin.tenant.keys = (*twin.tenant.keys, ApiKey(token="r", role="responder"))
    refused = httpx.post(f"{twin.url}/v3.0/iam/apiKeys", json=[{}], headers={"Authorization": "Bearer r"}, timeout=60)
    assert refused.status_code == 403
    assert "API Keys: Manage" in refused.json()["error"]["message"]


def test_a_key_stops_working_when_it_expires(twin: RunningTwin) -> None:
    expires = twin.clock.now() + timedelta(hours=1)
    twin.tenant.keys = (*twin.tenant.keys, ApiKey(token="r", expires=expires))
    headers = {"Authorization": "Bearer r"}
    assert httpx.get(f"{twin.url}/v3.0{HEALTH}", headers=headers, timeout=60).status_code == 200
    twin.clock.advance(3600)
    refused = httpx.get(f"{twin.url}/v3.0{HEALTH}", headers=headers, timeout=60)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "InvalidCredentials")


def test_an_answer_can_be_half_a_document(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(malformed=True))
    response = client.get(HEALTH)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Unterminated"):
        response.json()


def test_what_takes_too_long_is_given_up_by_the_gateway(twin: RunningTwin, client: httpx.Client) -> None:
    twin.tenant.settings = replace(twin.tenant.settings, gateway_timeout_seconds=0.05)
    twin.fail(Fault(delay_seconds=30))
    response = client.get(HEALTH)
    assert (response.status_code, response.headers["content-type"]) == (504, "text/html; charset=utf-8")


def test_requests_are_recorded_with_body_filter_and_answer(twin: RunningTwin, client: httpx.Client) -> None:
    client.get("/workbench/alerts", params={"orderBy": "id asc"}, headers={"TMV1-Filter": "severity eq 'high'"})
    client.post("/response/endpoints/isolate", json=[{"endpointName": "nobody"}])
    first, second = list(twin.requests)
    assert (first.method, first.path, first.query) == ("GET", "/v3.0/workbench/alerts", "orderBy=id+asc")
    assert (first.filter, first.status, first.body) == ("severity eq 'high'", 200, None)
    assert (second.status, second.body) == (207, '[{"endpointName":"nobody"}]')
    assert second.time == twin.clock.now()


def test_of_a_long_body_the_beginning_is_recorded_and_that_it_was_longer(
    twin: RunningTwin, client: httpx.Client
) -> None:
    client.post("/response/endpoints/isolate", json=[{"description": "x" * KEPT_BODY_BYTES}])
    client.post("/response/endpoints/isolate", json=[{"description": "x"}])
    assert [(seen.body_cut, len(seen.body or ""), len(seen.targets)) for seen in twin.requests] == [
        (True, KEPT_BODY_BYTES, 0),
        (False, 21, 1),
    ]


def test_what_each_target_was_answered_is_recorded_also_when_the_answer_breaks_off(
    twin: RunningTwin, client: httpx.Client
) -> None:
    twin.fail(Fault(path=".*/isolate", cut_after_bytes=10))
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        client.post("/response/endpoints/isolate", json=[{"endpointName": "nobody"}])
    (seen,) = twin.requests
    assert (seen.status, [result.code for result in seen.results]) == (207, ["BadRequest"])


def test_a_body_over_a_megabyte_is_refused(twin: RunningTwin, client: httpx.Client) -> None:
    response = client.post("/response/endpoints/isolate", content=b"[" + b" " * 1_000_000 + b"]")
    assert (response.status_code, response.json()["error"]["code"]) == (413, "RequestEntityTooLarge")


def test_a_fault_answers_in_place_of_the_service(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(status=429, code="TooManyRequests", message="Slow down.", headers={"Retry-After": "7"}))
    response = client.get(HEALTH)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
    assert response.json() == {"error": {"code": "TooManyRequests", "message": "Slow down."}}
    assert client.get(HEALTH).status_code == 200


def test_a_fault_before_prevents_and_a_fault_after_hides(twin: RunningTwin, client: httpx.Client) -> None:
    host = next(iter(twin.tenant.endpoints.values())).name
    body = [{"endpointName": host}]
    twin.fail(Fault(method="POST", status=500))
    assert client.post("/response/endpoints/isolate", json=body).status_code == 500
    assert len(twin.tenant.tasks) == 0
    twin.fail(Fault(method="POST", status=504, when="after"))
    assert client.post("/response/endpoints/isolate", json=body).status_code == 504
    assert len(twin.tenant.tasks) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_connection_gives_no_answer(twin: RunningTwin, client: httpx.Client, when: str) -> None:
    twin.fail(Fault(path=".*/isolate", drop=True, when="after" if when == "after" else "before"))
    host = next(iter(twin.tenant.endpoints.values())).name
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        client.post("/response/endpoints/isolate", json=[{"endpointName": host}])
    assert len(twin.tenant.tasks) == (1 if when == "after" else 0)
    assert client.get(HEALTH).status_code == 200
    assert [seen.status for seen in twin.requests] == [None, 200]


def test_an_answer_can_break_off_in_the_middle(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(path=".*/alerts", cut_after_bytes=100))
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        client.get("/workbench/alerts")
    assert client.get("/workbench/alerts").status_code == 200


def test_a_fault_can_just_be_slow(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(delay_seconds=0.2))
    began = time.monotonic()
    assert client.get(HEALTH).status_code == 200
    assert time.monotonic() - began >= 0.2


def test_an_answer_says_what_time_it_is_at_the_tenant(twin: RunningTwin, client: httpx.Client) -> None:
    assert client.get(HEALTH).headers.get_list("Date") == ["Mon, 03 Feb 2031 04:05:06 GMT"]
    twin.fail(Fault(clock_skew_seconds=-3600))
    assert client.get(HEALTH).headers["Date"] == "Mon, 03 Feb 2031 03:05:06 GMT"
    twin.fail(Fault(status=500, clock_skew_seconds=60))
    assert client.get(HEALTH).headers["Date"] == "Mon, 03 Feb 2031 04:06:06 GMT"
