import httpx
import pytest

from tests.visionone_sim.answers import statuses
from visionone_sim.testing import RunningTwin


def test_an_endpoint_is_taken_out(twin: RunningTwin, client: httpx.Client) -> None:
    guid = next(iter(twin.tenant.endpoints))
    answer = client.post("/endpointSecurity/endpoints/delete", json=[{"agentGuid": guid}, {"agentGuid": "x"}, {}])
    assert statuses(answer) == [202, 400, 400]
    assert client.get(f"/endpointSecurity/endpoints/{guid}").status_code == 404
    task = client.get(answer.json()[0]["headers"][0]["value"]).json()
    assert (task["action"], task["status"], task["agentGuid"]) == ("delete", "succeeded", guid)


def test_exports_and_deletions_are_listed(client: httpx.Client) -> None:
    url = client.post("/endpointSecurity/endpoints/export").headers["operation-location"]
    assert client.get(url).json()["action"] == "export"
    listed = client.get("/endpointSecurity/tasks", headers={"TMV1-Filter": "action eq 'export'"}).json()
    assert (listed["totalCount"], listed["items"][0]["id"]) == (1, url.rsplit("/", 1)[1])
    assert client.get("/endpointSecurity/tasks/x").status_code == 404


def test_policies_can_be_read(client: httpx.Client) -> None:
    assert client.get("/endpointSecurity/versionControlPolicies").json()["totalCount"] == 2
    assert client.get("/endpointSecurity/versionControlPolicies/agentUpdatePolicies").json()["items"]


def test_a_sensor_is_set_against_its_policy_and_given_back(twin: RunningTwin, client: httpx.Client) -> None:
    guid, other = list(twin.tenant.endpoints)[:2]
    endpoints = "/endpointSecurity/endpoints"
    override = {"sensorDetectionAndResponse": "disabled"}
    answer = client.post(f"{endpoints}/applySensorPolicy", json={"agentGuids": [guid, "x"], **override})
    assert statuses(answer) == [204, 400]
    client.post(f"{endpoints}/applySensorPolicy", json={"agentGuids": [guid], "advancedRiskTelemetry": "enabled"})
    sensor = client.get(f"{endpoints}/{guid}").json()["edrSensor"]
    assert (sensor["status"], sensor["advancedRiskTelemetryStatus"]) == ("disabled", "enabled")
    found = client.get(endpoints, headers={"TMV1-Filter": "edrSensorStatus eq 'disabled'"}).json()
    assert [endpoint["agentGuid"] for endpoint in found["items"]] == [guid]
    back = client.post(f"{endpoints}/removeOverriddenSensorPolicy", json=[{"agentGuid": guid}, {"agentGuid": other}])
    assert statuses(back) == [204, 204]
    assert client.get(f"{endpoints}/{guid}").json()["edrSensor"]["status"] == "enabled"


@pytest.mark.parametrize(
    "body",
    [
        {"sensorDetectionAndResponse": "disabled"},
        {"agentGuids": [], "sensorDetectionAndResponse": "disabled"},
        {"agentGuids": ["x"]},
        {"agentGuids": ["x"], "sensorDetectionAndResponse": "asleep"},
        {"agentGuids": "x", "sensorDetectionAndResponse": "disabled"},
    ],
)
def test_a_sensor_policy_names_endpoints_and_what_to_set(client: httpx.Client, body: dict[str, object]) -> None:
    assert client.post("/endpointSecurity/endpoints/applySensorPolicy", json=body).status_code == 400
