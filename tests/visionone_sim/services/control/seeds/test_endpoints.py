import base64
import hashlib
from typing import Any

import httpx
import pytest

from visionone_sim.services.control.seeds.endpoints import read_endpoint
from visionone_sim.testing import RunningTwin

DUMP = r"C:\Temp\lsass.dmp"


def test_an_endpoint_is_known_to_the_api_by_name_and_id(client: httpx.Client, control: httpx.Client) -> None:
    control.put("/endpoints/ABC-1", json={"name": "HR-1", "loginAccounts": [r"LAB\anna"], "osName": "Linux"})
    query = {"TMV1-Query": "endpointName eq 'HR-1'"}
    (found,) = client.get("/eiqs/endpoints", headers=query).json()["items"]
    assert (found["agentGuid"], found["loginAccount"]["value"]) == ("abc-1", [r"LAB\anna"])
    assert "Linux" in found["osDescription"]
    answers = client.post("/response/endpoints/isolate", json=[{"agentGuid": "ABC-1"}]).json()
    assert [answer["status"] for answer in answers] == [202]


def test_what_is_read_back_makes_the_same_endpoint(twin: RunningTwin, control: httpx.Client) -> None:
    order = {
        "processes": [{"pid": 7, "name": "a.exe"}],
        "files": [{"path": DUMP, "text": "secret"}, {"path": r"C:\big", "size": 5_000_000, "seed": 3}],
        "sensorPolicy": {"riskTelemetry": "disabled"},
        "isolated": True,
    }
    shown = control.put("/endpoints/g1", json=order).json()
    assert control.put("/endpoints/g1", json=shown).json() == shown
    endpoint = twin.tenant.endpoints["g1"]
    assert read_endpoint("g1", shown) == endpoint
    file = endpoint.file(DUMP)
    assert file is not None
    assert file.content.digest().sha256 == hashlib.sha256(b"secret").hexdigest()


def test_an_agent_that_is_put_on_line_begins_what_waited_for_it(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    control.put("/endpoints/g1", json={"connected": False})
    client.post("/response/endpoints/isolate", json=[{"agentGuid": "g1"}])
    twin.clock.advance(60)
    assert client.get("/response/tasks/00000001").json()["status"] == "queued"
    control.put("/endpoints/g1", json={"connected": True})
    twin.clock.advance(5)
    assert control.get("/endpoints/g1").json()["isolated"] is True


def test_a_process_is_found_by_the_hash_that_was_given(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    control.put("/endpoints/g1", json={"name": "HR-1"})
    assert control.put("/processes/HR-1/77", json={"sha1": "b" * 40}).json()["pid"] == 77
    client.post("/response/endpoints/terminateProcess", json=[{"agentGuid": "g1", "fileSha1": "b" * 40}])
    twin.clock.advance(5)
    assert control.get("/processes/g1/77").status_code == 404


def test_a_file_has_the_bytes_that_were_given(twin: RunningTwin, control: httpx.Client) -> None:
    control.put("/endpoints/g1", json={"osName": "Linux"})
    data = bytes(range(256))
    control.put("/files/g1//etc/data", json={"base64": base64.b64encode(data).decode()})
    assert control.get("/files/g1/%2Fetc%2Fdata").json()["size"] == 256
    file = twin.tenant.endpoints["g1"].file("/etc/data")
    assert file is not None
    assert b"".join(file.content.pieces()) == data


def test_an_alert_may_happen_where_nobody_is_logged_on(control: httpx.Client) -> None:
    control.put("/endpoints/g1", json={"loginAccounts": []})
    (alert,) = control.post("/alerts", json={"endpoints": ["g1"]}).json()["ids"]
    assert r"LAB\SYSTEM" in str(control.get(f"/alerts/{alert}").json()).replace("\\\\", "\\")


def test_who_is_logged_on_can_change_alone(control: httpx.Client) -> None:
    before = control.put("/endpoints/g1", json={"name": "HR-1"}).json()
    control.post("/endpoints/HR-1", json={"loginAccounts": [r"LAB\bert"]})
    assert control.get("/endpoints/g1").json() == {**before, "loginAccounts": [r"LAB\bert"]}


@pytest.mark.parametrize(
    ("path", "order", "status", "word"),
    [
        ("/endpoints/g1", {"osName": "BeOS"}, 400, "osName"),
        ("/endpoints/g1", {"agentGuid": "g2"}, 400, "by its path"),
        ("/endpoints/g1", {"ips": []}, 400, "ips"),
        ("/endpoints/g1", {"processes": [{"name": "a"}]}, 400, "pid"),
        ("/endpoints/g1", {"processes": 3}, 400, "processes"),
        ("/endpoints/g1", {"files": [{"text": "a"}]}, 400, "path"),
        ("/endpoints/g1", {"files": [{"path": "a", "text": "a", "base64": "YQ=="}]}, 400, "not both"),
        ("/files/host/a", {"base64": "?"}, 400, "base64"),
        ("/files/host/a", {"path": "b"}, 400, "by its path"),
        ("/files/nobody/a", {}, 404, "nobody"),
        ("/files/host", {}, 404, "the path of a file"),
        ("/processes/host/x", {}, 400, "pid"),
        ("/processes/nobody/1", {}, 404, "PUT /_twin/endpoints"),
    ],
)
def test_wrong_orders_are_refused(
    shared: httpx.Client, path: str, order: dict[str, Any], status: int, word: str
) -> None:
    refused = shared.put(path, json=order)
    assert (refused.status_code, word in refused.json()["error"]["message"]) == (status, True), refused.text


def test_two_endpoints_of_one_name_are_told_apart_by_guid(control: httpx.Client) -> None:
    for guid in ("g1", "g2"):
        control.put(f"/endpoints/{guid}", json={"name": "HR-1"})
    refused = control.put("/processes/HR-1/7")
    assert (refused.status_code, "2 endpoints are named" in refused.json()["error"]["message"]) == (400, True)
    assert control.put("/processes/g2/7").status_code == 201
