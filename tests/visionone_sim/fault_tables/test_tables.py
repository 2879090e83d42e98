from pathlib import Path

import httpx
import pytest

from tests.visionone_sim.answers import codes
from visionone_sim.fault_tables import FaultTableError, read_table
from visionone_sim.shipped import fault_table_names
from visionone_sim.testing import RunningTwin


def test_the_table_of_the_mockup_comes_along() -> None:
    assert fault_table_names() == ["mockup"]
    assert len(read_table("mockup")) > 30


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- {path: x, colour: red}", "row 0.colour"),
        ("[", "not YAML"),
        ("path: x", "no list of faults"),
        ("- {when: after}", "drop or a status"),
    ],
)
def test_a_file_that_is_no_table_says_why(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(text)
    with pytest.raises(FaultTableError, match=reason):
        read_table(str(file))


def test_an_empty_file_is_a_table_without_rows(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("")
    assert read_table(str(file)) == []
    with pytest.raises(FaultTableError, match="mockup"):
        read_table(str(tmp_path / "none.yaml"))


@pytest.fixture
def mockup(twin: RunningTwin) -> None:
    for fault in read_table("mockup"):
        twin.fail(fault)


def test_magic_elements_are_refused_alone(mockup: None, client: httpx.Client, twin: RunningTwin) -> None:
    host = next(iter(twin.tenant.endpoints.values())).name
    names = ("target_not_found", "access_denied_no_scope", "unsupported_response", host)
    answer = client.post("/response/endpoints/isolate", json=[{"endpointName": name} for name in names])
    assert codes(answer) == ["BadRequest", "AccessDenied", "NotSupported", None]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/response/emails/delete", [{"messageId": "server_error"}], 500),
        ("POST", "/sandbox/urls/analyze", [{"url": "too_large"}], 413),
        ("GET", "/response/tasks/internal_error", None, 500),
        ("GET", "/response/tasks/not_found", None, 404),
    ],
)
def test_magic_requests_are_refused_as_a_whole(
    mockup: None, client: httpx.Client, method: str, path: str, body: object, status: int
) -> None:
    assert client.request(method, path, json=body).status_code == status


def test_magic_names_of_files_headers_and_tokens_count(mockup: None, client: httpx.Client, twin: RunningTwin) -> None:
    assert client.post("/sandbox/files/analyze", files={"file": ("tooMany.txt", b"x")}).status_code == 429
    alert = next(iter(twin.tenant.alerts))
    change = {"json": {"status": "Closed"}, "headers": {"If-Match": '"not_found"'}}
    assert client.patch(f"/workbench/alerts/{alert}", **change).status_code == 404  # type: ignore[arg-type]
    headers = {"Authorization": "Bearer xxACCESS_DENIEDxx"}
    assert client.get("/workbench/alerts", headers=headers).status_code == 403
