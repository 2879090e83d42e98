import httpx
import pytest

from visionone_sim.testing import RunningTwin


def test_an_unknown_route_answers_in_the_envelope(client: httpx.Client) -> None:
    response = client.get("/workbench/nothing")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NotFound")


def test_a_wrong_method_answers_in_the_envelope(client: httpx.Client) -> None:
    response = client.delete("/workbench/alerts")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "MethodNotAllowed")


def test_outside_of_the_api_there_is_nothing(twin: RunningTwin) -> None:
    for path in ("/", "/docs", "/openapi.json", "/v3.0"):
        assert httpx.get(f"{twin.url}{path}", timeout=60).json()["error"]["code"] == "NotFound"


def test_the_twin_describes_itself(control: httpx.Client) -> None:
    paths = control.get("/openapi.json").json()["paths"]
    assert "post" in paths["/v3.0/response/endpoints/collectFile"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"content": "\\ud800"}', b"[" * 100_000, b"3", b"null"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_that_is_no_object_is_refused(
    twin: RunningTwin, client: httpx.Client, method: str, content: bytes
) -> None:
    alert_id = next(iter(twin.tenant.alerts))
    path = f"/workbench/alerts/{alert_id}" + ("/notes" if method == "POST" else "")
    response = client.request(method, path, content=content)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "BadRequest")
