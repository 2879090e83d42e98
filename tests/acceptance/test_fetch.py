"""Every alert becomes one incident, whatever the tenant answers meanwhile and however often it is asked (design D5)."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.folder import INSTANCE, Folder, options_for
from tests.acceptance.twin import TwinProcess, started_twin
from tests.acceptance.waiting import until
from warroom.model.json import JsonObject

pytestmark = pytest.mark.acceptance

NOISE = 60  # more than one fetch takes
LIST = "/v3.0/workbench/alerts"
SEVERITIES = {"low": 1.0, "medium": 2.0, "high": 3.0, "critical": 4.0}
ONLY_THE_TWIN_SAYS = ("visibleSince", "etag")
# The first fetch meets a 429 and a 500 and goes on; the second one gives up on its third page.
UNRULY = (
    {"path": LIST, "skip": 1, "status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "1"}},
    {"path": LIST, "skip": 4, "status": 500},
    {"path": LIST, "skip": 14, "count": 4, "status": 503},
)


@pytest.mark.promise(2)
def test_alerts_over_pages_and_errors_become_one_incident_each(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, "--alerts", str(NOISE)) as twin:
        folder.add_instance(twin.url)
        twin.fail(*UNRULY)
        alerts = _alerts(twin)
        with folder.served(*options_for(twin.url)) as server:
            server.ready()
            until(lambda: len(folder.incidents()) >= len(alerts), "the first alerts become incidents")
            until(lambda: "fetch failed" in server.log.read_text(encoding="utf-8"), "a fetch fails")
            newest = max(alert["createdDateTime"] for alert in alerts.values())
            twin.raise_alerts(model="ransom-note", count=4, alert={"createdDateTime": newest})
            alerts |= {key: alert for key, alert in _alerts(twin).items() if key not in alerts}
            until(lambda: len(folder.incidents()) >= len(alerts), "alerts of a second that was seen become incidents")
            _fetch_some_more(folder, twin)
            _each_alert_is_one_incident(folder, alerts)


def test_fetches_at_the_same_time_store_each_alert_once(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path) as twin:
        twin.fail({"path": LIST, "count": None, "delaySeconds": 0.1})
        folder.add_instance(twin.url)
        alerts = _alerts(twin)
        with folder.served(*options_for(twin.url)) as server, ThreadPoolExecutor(4) as threads:
            server.ready()
            list(threads.map(lambda _: folder.call("instance.fetch", name=INSTANCE), range(8)))
            until(folder.all_ended(len(alerts)), "every plan ends")
            incidents = folder.incidents()
    assert sorted(incident["mirror_id"] for incident in incidents) == sorted(alerts)


def _alerts(twin: TwinProcess) -> dict[str, JsonObject]:
    """Return the alerts as the API shows them, by id."""
    shown = [{k: v for k, v in alert.items() if k not in ONLY_THE_TWIN_SAYS} for alert in twin.state("alerts")]
    return {alert["id"]: alert for alert in shown}


def _fetch_some_more(folder: Folder, twin: TwinProcess) -> None:
    """Let it fetch by itself and on demand, and wait until that has happened."""
    before = len(twin.requests(LIST))
    assert folder.call("instance.fetch", name=INSTANCE) == {"incidents": [], "error": ""}
    until(lambda: len(twin.requests(LIST)) >= before + 10, "it fetches again and again")


def _each_alert_is_one_incident(folder: Folder, alerts: dict[str, JsonObject]) -> None:
    incidents = {incident["mirror_id"]: incident for incident in folder.incidents()}
    assert len(folder.incidents()) == len(alerts)
    assert incidents.keys() == alerts.keys()
    for key, alert in alerts.items():
        incident = incidents[key]
        assert incident["severity"] == SEVERITIES[alert["severity"]]
        raw = json.loads(_raw_json(folder, incident["id"]))
        assert len(raw.pop("observables")) <= len(alert["indicators"])  # what the pack reads of them, and nothing else
        assert raw.pop("xsoarRespond") == "propose"  # the instance's parameter, for the mapper
        assert json.dumps(raw) == json.dumps(alert)
    assert {alert["severity"] for alert in alerts.values()} >= {"critical", "high", "medium", "low"}


def _raw_json(folder: Folder, incident: str) -> str:
    """Read an incident's raw JSON as a script does."""
    (entry,) = folder.call("run", text=f"!getIncidents id={incident}", incident=incident)["entries"]
    return str(entry["contents"]["data"][0]["rawJSON"])
