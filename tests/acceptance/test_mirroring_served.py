"""`warroom serve` mirrors by itself, and a kill between a request and its answer repeats no effect."""

from pathlib import Path

import httpx
import pytest

from tests.acceptance.folder import Folder, options_for
from tests.acceptance.gate import open_gate
from tests.acceptance.kills import blame_no_task
from tests.acceptance.twin import API_KEY, TwinProcess, started_twin
from tests.acceptance.waiting import TIMEOUT, until
from warroom.model.json import JsonObject

pytestmark = pytest.mark.acceptance

BOTH_WAYS = {"mirror_direction": "Incoming And Outgoing"}
EACH_SECOND = ("--mirror-seconds", "20")  # of content time
MOMENTS = (
    "POST /v3.0/workbench/alerts/",
    "PATCH /v3.0/workbench/alerts/",
    "GET /v3.0/workbench/alerts/",
    "GET /v3.0/workbench/alerts?",
)


def test_a_server_mirrors_both_ways_by_itself(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, "--scenario", "empty") as twin:
        folder.add_instance(twin.url, **BOTH_WAYS)
        alert = _alert(twin)
        with folder.served(*options_for(twin.url), *EACH_SECOND) as server:
            server.ready()
            incident = _incident(folder)
            _edit_both(folder, twin, incident, alert, "1")
            until(lambda: _is_mirrored(folder, twin, incident, alert, ["1"]), "both sides are the same")
            twin.kill()
            until(lambda: "mirroring failed" in server.log.read_text(encoding="utf-8"), "a round fails, and says so")


def test_a_kill_between_a_request_and_its_answer_is_made_good(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, "--scenario", "empty") as twin, open_gate(twin.port) as gate:
        blame_no_task(folder)  # more kills than mirroring is tried after
        folder.add_instance(gate.url, **BOTH_WAYS)
        alert = _alert(twin)
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            incident = _incident(folder)
        for start in MOMENTS:
            with folder.served(*options_for(gate.url), *EACH_SECOND) as server:
                server.ready()
                gate.hold(start)
                _edit_both(folder, twin, incident, alert, start)
                assert gate.held.wait(TIMEOUT), f"It did not come to {start}."
                server.kill()
        with folder.served(*options_for(gate.url), *EACH_SECOND) as server:
            server.ready()
            until(lambda: _is_mirrored(folder, twin, incident, alert, list(MOMENTS)), "both sides are the same")


def _alert(twin: TwinProcess) -> str:
    (alert,) = twin.raise_alerts(model="ransom-note")
    return alert


def _incident(folder: Folder) -> str:
    until(folder.all_ended(1), "the alert is an incident, and its playbook has ended")
    (incident,) = folder.incidents()
    return str(incident["id"])


def _edit_both(folder: Folder, twin: TwinProcess, incident: str, alert: str, name: str) -> None:
    """Change a field, write a note and tag it here; change another field and write a note there."""
    status = "In Progress" if _fields(twin, alert)["status"] != "In Progress" else "Open"
    _typed(folder, incident, f"!setIncident visiononestatus=`{status}`")
    said = folder.call("say", text=f"here {name}", incident=incident)
    _typed(folder, incident, f"!setEntriesTags entryIDs={said['id']} entryTags=visionone")
    finding = "Noteworthy" if _fields(twin, alert)["investigationResult"] != "Noteworthy" else "True Positive"
    _ask(twin, "PATCH", f"/v3.0/workbench/alerts/{alert}", {"investigationResult": finding})
    _ask(twin, "POST", f"/v3.0/workbench/alerts/{alert}/notes", {"content": f"there {name}"})


def _typed(folder: Folder, incident: str, text: str) -> None:
    ran = folder.call("run", text=text, incident=incident)
    assert [entry["type"] for entry in ran["entries"]] == [1], ran


def _ask(twin: TwinProcess, method: str, path: str, body: JsonObject) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    httpx.request(method, twin.url + path, json=body, headers=headers, timeout=30, verify=False).raise_for_status()


def _fields(twin: TwinProcess, alert: str) -> JsonObject:
    found = next(item for item in twin.state("alerts") if item["id"] == alert)
    return {name: found[name] for name in ("status", "investigationResult")}


def _is_mirrored(folder: Folder, twin: TwinProcess, incident: str, alert: str, names: list[str]) -> bool:
    """Whether fields are the same, and each of these notes is on each side once."""
    fields = folder.call("incident.show", id=incident)["fields"]
    here = {"status": fields.get("visiononestatus"), "investigationResult": fields.get("visiononefindings")}
    notes = [str(note["content"]) for note in twin.state("notes") if "[ref xsoar/" in str(note["content"])]
    entries = [str(entry["contents"]) for entry in folder.call("entries", incident=incident)]
    came = [text for text in entries if "noted on the alert" in text and "there " in text]
    sent = sorted(text.split("\n\n")[1] for text in notes)
    received = sorted(text.rpartition("\n")[2] for text in came)
    wanted = sorted(names)
    return here == _fields(twin, alert) and (sent, received) == (
        [f"here {name}" for name in wanted],
        [f"there {name}" for name in wanted],
    )
