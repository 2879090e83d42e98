from typing import Any

import httpx
import pytest

from visionone_sim.testing import RunningTwin


def test_an_alert_is_shown_by_its_id_and_concerns_who_was_named(client: httpx.Client, control: httpx.Client) -> None:
    control.put("/endpoints/g1", json={"name": "HR-1"})
    control.put("/alerts/WB-1", json={"model": "beacon", "endpoints": ["HR-1"], "alert": {"severity": "low"}})
    alert = client.get("/workbench/alerts/WB-1").json()
    assert (alert["id"], alert["severity"]) == ("WB-1", "low")
    hosts = [each["entityValue"] for each in alert["impactScope"]["entities"] if each["entityType"] == "host"]
    assert [(host["guid"], host["name"]) for host in hosts] == [("g1", "HR-1")]


def test_an_alert_concerns_nobody_and_leaves_nothing_by_itself(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    files = control.get("/state", params={"part": "files"}).json()
    control.put("/alerts/WB-1")
    assert client.get("/workbench/alerts/WB-1").json()["impactScope"]["entities"] == []
    assert control.get("/state", params={"part": "files"}).json() == files


def test_an_alert_can_appear_later(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    control.put("/alerts/WB-1", json={"after": 30})
    assert client.get("/workbench/alerts/WB-1").status_code == 404
    twin.clock.advance(30)
    assert client.get("/workbench/alerts/WB-1").status_code == 200


def test_an_alert_that_is_replaced_by_another_has_changed(client: httpx.Client, control: httpx.Client) -> None:
    etags = [control.put("/alerts/WB-1", json={"alert": {"score": score}}).json()["etag"] for score in (1, 1, 2)]
    assert (etags[0] == etags[1], etags[1] == etags[2]) == (True, False)


def test_the_notes_of_an_alert_go_with_it(client: httpx.Client, control: httpx.Client) -> None:
    control.put("/alerts/WB-1")
    client.post("/workbench/alerts/WB-1/notes", json={"content": "Hello."})
    control.delete("/alerts/WB-1")
    control.put("/alerts/WB-1")
    assert client.get("/workbench/alerts/WB-1/notes").json()["items"] == []
    assert [item["id"] for item in client.get("/workbench/alerts").json()["items"]].count("WB-1") == 1


def test_an_activity_is_found_by_what_was_said_of_it(client: httpx.Client, control: httpx.Client) -> None:
    control.put("/endpoints/g1", json={"name": "HR-1"})
    for command in ("first", "second"):
        control.put("/activities/activity-one", json={"endpoint": "HR-1", "record": {"processCmd": command}})
    items = client.get("/search/endpointActivities", headers={"TMV1-Query": 'uuid:"activity-one"'}).json()["items"]
    assert [(item["endpointGuid"], item["processCmd"]) for item in items] == [("g1", "second")]


def test_an_activity_may_change_its_kind(client: httpx.Client, control: httpx.Client) -> None:
    control.put("/activities/activity-one")
    control.put("/activities/activity-one", json={"kind": "networkActivities"})
    query = {"TMV1-Query": 'uuid:"activity-one"'}
    kinds = ("endpointActivities", "networkActivities")
    counts = [len(client.get(f"/search/{kind}", headers=query).json()["items"]) for kind in kinds]
    assert counts == [0, 1]


def test_a_script_is_run_by_its_name(client: httpx.Client, control: httpx.Client) -> None:
    control.put("/endpoints/g1")
    control.put("/scripts/s1", json={"fileName": "look.ps1", "text": "Get-Process"})
    assert client.get("/response/customScripts/s1").text == "Get-Process"
    demand = {"agentGuid": "g1", "fileName": "look.ps1"}
    assert [each["status"] for each in client.post("/response/endpoints/runScript", json=[demand]).json()] == [202]


@pytest.mark.parametrize(
    ("path", "order", "word"),
    [
        ("/alerts/WB-1", {"model": "nothing"}, "credential-dumping"),
        ("/alerts/WB-1", {"alert": {"id": "WB-2"}}, "by its path"),
        ("/alerts/WB-1", {"alert": {"createdDateTime": "soon"}}, "soon"),
        ("/activities/activity-one", {"kind": "moods"}, "kind"),
        ("/activities/activity-one", {"record": {"uuid": "a2"}}, "by its path"),
        ("/activities/activity-one", {"record": {"eventTime": "soon"}}, "eventTime"),
        ("/activities/activity-one", {"record": {"eventTime": 10**30}}, "eventTime"),
        ("/scripts/s1", {"fileName": "a.txt"}, "fileType"),
        ("/scripts/s1", {"fileName": "taken.ps1"}, "'s0'"),
    ],
)
def test_wrong_orders_are_refused(shared: httpx.Client, path: str, order: dict[str, Any], word: str) -> None:
    shared.put("/scripts/s0", json={"fileName": "taken.ps1"})
    refused = shared.put(path, json=order)
    assert (refused.status_code, word in refused.json()["error"]["message"]) == (400, True), refused.text
    assert shared.get(path).status_code == 404
