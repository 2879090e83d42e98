from typing import Any

import httpx

from visionone_sim.services.control.state import PARTS
from visionone_sim.testing import RunningTwin


def part(control: httpx.Client, name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = control.get("/state", params={"part": name}).json()[name]
    return items


def test_the_state_shows_everything(control: httpx.Client) -> None:
    state = control.get("/state").json()
    assert state.keys() == {"now", *PARTS}
    assert state["now"] == "2031-02-03T04:05:06.000Z"
    assert (len(state["alerts"]), state["alerts"][0]["visibleSince"]) == (12, state["now"])
    assert [file["sha256"] is not None for file in state["files"] if file["path"].endswith("lsass.DMP")] == [True]


def test_one_part_can_be_asked_for(control: httpx.Client) -> None:
    assert control.get("/state", params={"part": "tasks"}).json().keys() == {"now", "tasks"}
    assert control.get("/state", params={"part": "moods"}).status_code == 400


def test_isolation_notes_and_tasks_show(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    alert_id, endpoint = next(iter(twin.tenant.alerts)), next(iter(twin.tenant.endpoints.values()))
    client.post(f"/workbench/alerts/{alert_id}/notes", json={"content": "Hello."})
    client.post("/response/endpoints/isolate", json=[{"endpointName": endpoint.name}])
    control.post("/clock", json={"advance": 5})
    assert part(control, "notes")[0]["alertId"] == alert_id
    assert part(control, "tasks")[0]["status"] == "succeeded"
    assert [each["name"] for each in part(control, "endpoints") if each["isolated"]] == [endpoint.name]
