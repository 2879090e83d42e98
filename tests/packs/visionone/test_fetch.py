"""Fetching: every alert once, whatever happens."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.scenarios.catalog import scenario_settings
from visionone_sim.testing import RunningTwin, start_twin
from visionone_sim.wire import wire_time


def ids(incidents: list[dict[str, Any]]) -> list[str]:
    return [incident["dbotMirrorId"] for incident in incidents]


def fetch_all(xsoar: Any, most: int = 100) -> list[dict[str, Any]]:
    """Fetch until nothing comes any more."""
    incidents: list[dict[str, Any]] = []
    for _ in range(most):
        some = xsoar.fetch()
        if not some:
            return incidents
        incidents += some
    raise AssertionError(f"after {most} fetches there is still more")


def behind(xsoar: Any) -> bool:
    return bool(xsoar.demisto.last_run["behind"])


def show(twin: RunningTwin, alert_id: str, *, ago: float = 0, after: float = 0, **fields: Any) -> None:
    """Let one more alert appear, created some time ago, visible after some time."""
    some = next(iter(twin.tenant.alerts.values())).document
    created = wire_time(twin.clock.now() - timedelta(seconds=ago))
    twin.tenant.show_alert({**some, "id": alert_id, "createdDateTime": created, **fields}, after_seconds=after)


def test_every_alert_becomes_one_incident_oldest_first(xsoar: Any, twin: RunningTwin) -> None:
    incidents = xsoar.fetch()

    assert sorted(ids(incidents)) == sorted(twin.tenant.alerts)
    assert [one["occurred"] for one in incidents] == sorted(one["occurred"] for one in incidents)
    assert xsoar.fetch() == []


@pytest.mark.parametrize("max_fetch", ["1", "3", "5", "7", "50"])
def test_a_limit_only_spreads_them_over_more_fetches(xsoar: Any, twin: RunningTwin, max_fetch: str) -> None:
    xsoar.params["max_fetch"] = max_fetch

    assert sorted(ids(fetch_all(xsoar))) == sorted(twin.tenant.alerts)


def test_alerts_of_the_same_second_are_not_lost_at_the_limit(xsoar: Any, twin: RunningTwin) -> None:
    for number in range(9):
        show(twin, f"WB-same-{number}", ago=30)
    xsoar.params |= {"max_fetch": "2", "look_back": "0"}

    assert sorted(ids(fetch_all(xsoar))) == sorted(twin.tenant.alerts)


def test_busy_and_failing_answers_in_between_lose_and_repeat_nothing(xsoar: Any, twin: RunningTwin) -> None:
    alerts = ".*/workbench/alerts"
    twin.fail(Fault(path=alerts, skip=1, status=429, code="TooManyRequests", headers={"Retry-After": "0"}))
    twin.fail(Fault(path=alerts, skip=1, status=500, headers={"Retry-After": "0"}))
    xsoar.params["max_fetch"] = "4"

    incidents = fetch_all(xsoar)

    assert sorted(ids(incidents)) == sorted(twin.tenant.alerts)
    assert {seen.status for seen in twin.requests.to("/workbench/alerts")} == {200, 429, 500}


def test_a_page_that_cannot_be_had_fails_the_fetch_and_moves_nothing(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/workbench/alerts", skip=1, count=None, status=400, code="BadRequest", message="No."))

    ran_error = ""
    try:
        xsoar.run("fetch-incidents")
    except Exception as error:  # noqa: BLE001  # a fetch that fails raises whatever return_error raises
        ran_error = str(error)

    assert "Vision One answered 400 BadRequest: No." in ran_error
    assert xsoar.demisto.last_run == {}
    twin.twin.faults.clear()
    assert len(xsoar.fetch()) == len(twin.tenant.alerts)


def test_an_alert_that_shows_late_is_fetched_within_the_look_back(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.fetch()
    show(twin, "WB-late", ago=600)
    show(twin, "WB-new")

    assert sorted(ids(xsoar.fetch())) == ["WB-late", "WB-new"]
    assert xsoar.fetch() == []


def test_while_there_is_an_old_backlog_nothing_is_read_again_and_afterwards_the_look_back_is(
    xsoar: Any, twin: RunningTwin
) -> None:
    for number in range(12):
        show(twin, f"WB-old-{number}", ago=7200 + number)
    xsoar.params["max_fetch"] = "5"
    xsoar.fetch()
    assert behind(xsoar)
    twin.requests.clear()
    xsoar.fetch()
    assert len(twin.requests.to("/workbench/alerts")) <= 2

    fetch_all(xsoar)
    assert not behind(xsoar)
    show(twin, "WB-late", ago=600)
    assert ids(xsoar.fetch()) == ["WB-late"]


def test_an_alert_that_shows_late_in_a_flood_is_fetched_although_every_fetch_is_full(
    xsoar: Any, twin: RunningTwin
) -> None:
    fetch_all(xsoar)
    xsoar.params["max_fetch"] = "5"
    show(twin, "WB-late", after=300)
    found: list[str] = []
    for minute in range(40):
        for number in range(5):
            show(twin, f"WB-{minute}-{number}", ago=number)
        twin.clock.advance(60)
        found += ids(xsoar.fetch())

    found += ids(fetch_all(xsoar))

    assert "WB-late" in found
    assert len(found) == len(set(found)) == 201


def test_what_is_remembered_stays_small(xsoar: Any, twin: RunningTwin) -> None:
    for round_ in range(5):
        twin.clock.advance(3600)
        for number in range(10):
            show(twin, f"WB-{round_}-{number}")
        xsoar.fetch()

    assert len(xsoar.demisto.last_run["seen"]) == 10


def test_the_first_fetch_goes_back_as_far_as_asked(xsoar: Any, twin: RunningTwin) -> None:
    show(twin, "WB-old", ago=86_400 * 2)
    xsoar.params |= {"first_fetch": "1 day", "look_back": "0"}
    assert "WB-old" not in ids(xsoar.fetch())

    xsoar.demisto.last_run = {}
    xsoar.params["first_fetch"] = "3 days"
    assert "WB-old" in ids(xsoar.fetch())


def test_a_first_fetch_time_that_nobody_understands_is_one_sentence(xsoar: Any) -> None:
    xsoar.params["first_fetch"] = "a while"

    ran = xsoar.run("test-module")

    assert "The first fetch time is 'a while'; use a span such as 3 days" in ran.errors[0]


def test_critical_stays_critical(xsoar: Any, twin: RunningTwin) -> None:
    severities = {one["dbotMirrorId"]: one["severity"] for one in xsoar.fetch()}

    expected = {"critical": 4, "high": 3, "medium": 2, "low": 1}
    assert severities == {alert.id: expected[str(alert.document["severity"])] for alert in twin.tenant.alerts.values()}
    assert 4 in severities.values()


def test_the_raw_json_is_the_apis_own(xsoar: Any, twin: RunningTwin) -> None:
    show(twin, "WB-odd", severity="catastrophic", newField={"a": [1, None]})

    raw = {one["dbotMirrorId"]: json.loads(one["rawJSON"]) for one in xsoar.fetch()}

    observables = {key: one.pop("observables") for key, one in raw.items() if one.get("indicators") is not None}
    assert raw == {alert.id: alert.document for alert in twin.tenant.alerts.values()}
    assert any(observables.values())


def test_the_server_chooses_by_severity_and_status(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.params |= {"severities": ["critical", "low"], "statuses": "Open,In Progress"}

    incidents = xsoar.fetch()

    wanted = [alert.id for alert in twin.tenant.alerts.values() if alert.document["severity"] in {"critical", "low"}]
    assert sorted(ids(incidents)) == sorted(wanted)
    filters = {seen.filter for seen in twin.requests.to("/workbench/alerts")}
    assert filters == {
        "(severity eq 'critical' or severity eq 'low') and (status eq 'Open' or status eq 'In Progress')"
    }


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (["high and above"], {"critical", "high"}),
        ("medium and above", {"critical", "high", "medium"}),
        (["low", "high and above"], {"critical", "high", "low"}),
    ],
)
def test_and_above_means_all_that_are_worse(xsoar: Any, twin: RunningTwin, chosen: Any, wanted: set[str]) -> None:
    xsoar.params["severities"] = chosen

    found = {twin.tenant.alerts[alert_id].document["severity"] for alert_id in ids(xsoar.fetch())}

    assert found == wanted & {str(alert.document["severity"]) for alert in twin.tenant.alerts.values()}
    assert len(twin.requests.to("/workbench/alerts")[0].filter or "") > 0


def test_the_server_chooses_by_provider_and_part_of_a_models_name(xsoar: Any, twin: RunningTwin) -> None:
    show(twin, "WB-sweep", alertProvider="TI", model="Swept: it's here")
    xsoar.params |= {"providers": ["TI"], "models": "swept: it's,other"}

    assert ids(xsoar.fetch()) == ["WB-sweep"]


def test_no_page_is_read_beyond_the_limit(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.params["max_fetch"] = "5"

    xsoar.fetch()

    assert len(twin.requests.to("/workbench/alerts")) == 1


@pytest.mark.parametrize(
    "record", [None, 7, "text", [], {}, {"id": "WB-1"}, {"id": "WB-2", "createdDateTime": "soon", "impactScope": []}]
)
def test_a_record_that_cannot_be_read_becomes_an_incident_that_says_so(xsoar: Any, record: Any) -> None:
    now = datetime(2031, 2, 3, tzinfo=UTC)

    incident = xsoar.integration.incident_of(record, now)

    assert json.loads(incident["rawJSON"]) == record
    assert "lacks its id, model or time of creation" in incident["details"]
    assert incident["occurred"] == "2031-02-03T00:00:00Z"
    assert incident["dbotMirrorId"]


def test_an_incident_is_named_after_model_and_endpoint(xsoar: Any, twin: RunningTwin) -> None:
    names = [one["name"] for one in xsoar.fetch()]

    assert "LSASS Memory Dump by Task Manager on HR-LT-171" in names


def test_hundreds_of_alerts_come_once_each_page_by_page(xsoar: Any) -> None:
    settings = scenario_settings("credential-dumping")
    with start_twin(more_alerts=300, settings=settings) as twin:
        xsoar.params |= {"url": twin.url, "max_fetch": "40"}

        incidents = fetch_all(xsoar)

        assert sorted(ids(incidents)) == sorted(twin.tenant.alerts)
