import httpx

from visionone_sim.testing import RunningTwin

ENDPOINTS = "/endpointSecurity/endpoints"


def test_it_knows_who_is_connected(twin: RunningTwin, client: httpx.Client) -> None:
    (offline,) = [endpoint for endpoint in twin.tenant.endpoints.values() if not endpoint.connected]
    page = client.get(ENDPOINTS, headers={"TMV1-Filter": "edrSensorConnectivity eq 'disconnected'"}).json()
    assert (page["totalCount"], page["items"][0]["agentGuid"]) == (1, offline.agent_guid)
    detail = client.get(f"{ENDPOINTS}/{offline.agent_guid}").json()
    assert (detail["edrSensor"]["connectivity"], detail["os"]["platform"]) == ("disconnected", "windows")


def test_isolation_shows_once_the_task_has_succeeded(twin: RunningTwin, client: httpx.Client) -> None:
    endpoint = next(iter(twin.tenant.endpoints.values()))
    client.post("/response/endpoints/isolate", json=[{"agentGuid": endpoint.agent_guid}])
    path = f"{ENDPOINTS}/{endpoint.agent_guid}"
    assert client.get(path).json()["isolationStatus"] == "off"
    twin.clock.advance(5)
    assert client.get(path).json()["isolationStatus"] == "on"
    assert client.get(ENDPOINTS, headers={"TMV1-Filter": "isolationStatus eq 'on'"}).json()["totalCount"] == 1


def test_fields_can_be_selected(client: httpx.Client) -> None:
    (first, *_) = client.get(ENDPOINTS, params={"select": "endpointName, isolationStatus"}).json()["items"]
    assert first.keys() == {"endpointName", "isolationStatus"}


def test_endpoints_come_in_the_order_of_their_guids(client: httpx.Client) -> None:
    guids = [item["agentGuid"] for item in client.get(ENDPOINTS).json()["items"]]
    backwards = client.get(ENDPOINTS, params={"orderBy": "agentGuid desc"}).json()["items"]
    assert guids == sorted(guids) == [item["agentGuid"] for item in reversed(backwards)]


def test_an_unknown_endpoint_and_a_wrong_question_are_refused(client: httpx.Client) -> None:
    assert client.get(f"{ENDPOINTS}/nobody").status_code == 404
    assert client.get(ENDPOINTS, params={"top": "20"}).status_code == 400
    assert client.get(ENDPOINTS, headers={"TMV1-Filter": "colour eq 'red'"}).status_code == 400
