import httpx

from visionone_sim.testing import RunningTwin

HEALTH = "/healthcheck/connectivity"


def test_a_test_can_rewind_the_tenant(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    assert control.post("/snapshots", json={"name": "before"}).status_code == 201
    client.post("/threatintel/suspiciousObjects", json=[{"domain": "bad.example"}])
    control.post("/clock", json={"advance": 60})
    assert control.get("/snapshots").json() == {"names": ["before"]}
    assert control.post("/snapshots/before/restore").json() == {"now": "2031-02-03T04:05:06.000Z"}
    assert client.get("/threatintel/suspiciousObjects").json()["items"] == []
    assert control.post("/snapshots/after/restore").status_code == 404


def test_a_reset_tells_the_story_again_at_the_present_time(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    names = [endpoint.name for endpoint in twin.tenant.endpoints.values()]
    client.post("/response/endpoints/isolate", json=[{"endpointName": names[0]}])
    control.post("/faults", json=[{"status": 500, "count": None}])
    control.post("/clock", json={"advance": 3600})
    assert control.post("/reset").json() == {"now": "2031-02-03T05:05:06.000Z"}
    assert client.get(HEALTH).status_code == 200
    assert [endpoint.name for endpoint in twin.tenant.endpoints.values()] == names
    assert (len(twin.tenant.tasks), len(twin.tenant.alerts), len(twin.requests)) == (0, 12, 1)
    oldest = client.get("/workbench/alerts", params={"orderBy": "createdDateTime asc"}).json()["items"][0]
    assert oldest["createdDateTime"] == "2031-02-03T04:55:06Z"


def test_the_state_travels_as_bytes(client: httpx.Client, control: httpx.Client) -> None:
    state = control.get("/dump").content
    client.post("/threatintel/suspiciousObjects", json=[{"domain": "bad.example"}])
    assert control.post("/load", content=state).status_code == 200
    assert client.get("/threatintel/suspiciousObjects").json()["items"] == []
    assert control.post("/load", content=b"rubbish").status_code == 400
