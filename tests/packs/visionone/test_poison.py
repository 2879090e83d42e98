"""Alerts and pages that mean harm: each is an incident, and no other one is late or lost because of it."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest

from tests.packs.visionone.test_fetch import fetch_all, ids, show
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin
from visionone_sim.wire import wire_time

ALERTS = ".*/workbench/alerts"
MEBIBYTE = 1 << 20
ODD_TIMES = (
    "2099-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "soon",
    "",
    None,
    7,
    {"at": "now"},
)


def odd(number: int, created: Any, **fields: Any) -> str:
    """Write an alert as a page holds it, whatever its time is."""
    return json.dumps({"id": f"WB-odd-{number}", "model": "Odd", "createdDateTime": created, **fields})


@pytest.mark.parametrize("created", ODD_TIMES, ids=str)
def test_a_time_that_cannot_be_makes_an_incident_once_and_moves_nothing(
    xsoar: Any, twin: RunningTwin, created: Any
) -> None:
    twin.fail(Fault(path=ALERTS, raw_items=(odd(1, created),), count=None))
    first = fetch_all(xsoar)
    assert ids(first).count("WB-odd-1") == 1
    assert xsoar.demisto.last_run["cursor"] <= wire_time(twin.clock.now())
    twin.clock.advance(3600)
    show(twin, "WB-honest")
    assert ids(fetch_all(xsoar)) == ["WB-honest"]


def test_a_cursor_that_an_older_version_has_moved_to_2099_comes_back(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.demisto.last_run = {"cursor": "2099-01-01T00:00:00Z", "seen": {}, "behind": False}
    show(twin, "WB-honest")
    assert "WB-honest" in ids(xsoar.fetch())
    assert xsoar.demisto.last_run["cursor"] <= wire_time(twin.clock.now())


@pytest.mark.parametrize("skew", [-86_400, -600, 600])
def test_a_clock_that_differs_costs_no_alert_and_repeats_none(xsoar: Any, twin: RunningTwin, skew: float) -> None:
    twin.fail(Fault(path=".*", clock_skew_seconds=skew, count=None))
    found = ids(fetch_all(xsoar))
    for number in range(30):
        show(twin, f"WB-{number}")
        twin.clock.advance(60)
        found += ids(xsoar.fetch())
    assert sorted(found) == sorted(twin.tenant.alerts)


@pytest.mark.parametrize("link", ["self", "fresh"])
def test_pages_in_a_circle_cost_no_alert_and_few_requests(xsoar: Any, twin: RunningTwin, link: str) -> None:
    for number in range(25):
        show(twin, f"WB-{number}", ago=600 - number)
    twin.fail(Fault(path=ALERTS, next_link=link, count=None))
    found = ids(fetch_all(xsoar))
    assert sorted(found) == sorted(twin.tenant.alerts)
    assert len(twin.requests.to("/workbench/alerts")) < 60


def test_a_second_with_more_alerts_than_a_page_that_leads_in_a_circle_is_said_to_be_incomplete(
    xsoar: Any, twin: RunningTwin
) -> None:
    for number in range(25):
        show(twin, f"WB-{number}", ago=60)
    show(twin, "WB-after")
    twin.fail(Fault(path=ALERTS, next_link="self", count=None))
    found = fetch_all(xsoar)
    assert "WB-after" in ids(found)
    (said,) = [one for one in found if one["dbotMirrorId"].startswith("incomplete")]
    assert "leads in a circle" in said["details"]
    assert "dbotMirrorDirection" not in said


@pytest.mark.parametrize("link", ["self", "fresh"])
def test_an_empty_list_that_leads_to_itself_is_asked_for_once(xsoar: Any, twin: RunningTwin, link: str) -> None:
    xsoar.fetch()
    twin.clock.advance(86_400)
    show(twin, "WB-last")
    xsoar.fetch()
    twin.clock.advance(86_400)
    twin.tenant.alerts.remove("WB-last")
    twin.requests.clear()
    twin.fail(Fault(path=ALERTS, next_link=link, count=None))
    assert xsoar.fetch() == []
    assert len(twin.requests.to("/workbench/alerts")) == 1


@pytest.mark.parametrize("command", ["list-alerts", "list-notes", "get-custom-script-list", "get-endpoint-info"])
def test_a_command_ends_on_a_list_that_leads_to_itself(xsoar: Any, twin: RunningTwin, command: str) -> None:
    twin.fail(Fault(path=".*", next_link="self", count=None))
    args = {
        "list-alerts": {"limit": "100000"},
        "list-notes": {"workbench_id": next(iter(twin.tenant.alerts))},
        "get-endpoint-info": {"endpoint": "HR-LT-171"},
    }.get(command, {})
    ran = xsoar.run(f"trendmicro-visionone-{command}", **args)
    assert len(twin.requests) < 20
    assert not ran.errors or "leads in a circle" in ran.errors[0]


def test_an_alert_of_40_megabytes_is_an_incident_without_its_long_parts_and_the_rest_comes_with_it(
    xsoar: Any, twin: RunningTwin
) -> None:
    show(twin, "WB-huge", ago=60, description="A" * 40 * MEBIBYTE)
    show(twin, "WB-after")
    found = {one["dbotMirrorId"]: one for one in xsoar.fetch()}
    assert found.keys() == set(twin.tenant.alerts)
    huge = found["WB-huge"]
    assert len(json.dumps(huge)) < 2 * MEBIBYTE
    raw = json.loads(huge["rawJSON"])
    assert raw["impactScope"] == twin.tenant.alerts["WB-huge"].document["impactScope"]
    assert "The alert has 40.0 MiB: its long parts were cut" in huge["details"]
    assert huge["name"].endswith(raw["impactScope"]["entities"][0]["entityValue"]["name"]) or " on " in huge["name"]


def test_fifty_alerts_of_700_kilobytes_stay_whole_and_come_at_once(xsoar: Any, twin: RunningTwin) -> None:
    for number in range(50):
        show(twin, f"WB-{number}", ago=60 + number, description="A" * 700_000)
    found = xsoar.fetch()
    assert len(found) == 50
    assert sum(len(one["rawJSON"]) > 700_000 for one in found) >= 38
    assert sorted(ids(found + fetch_all(xsoar))) == sorted(twin.tenant.alerts)


RAW = {
    "a number of 5,000 digits": '{"id": "WB-raw", "model": "Odd", "score": ' + "9" * 5000 + "}",
    "nested 50,000 deep": '{"id": "WB-raw", "deep": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "no JSON": '{"id": "WB-raw", nonsense}',
    "bytes that are no text": '{"id": "WB-raw", "model": "\ud800"}',
    "null": "null",
    "a text with brackets": '"a [ text { with, \\" brackets"',
    "a list": '[1, [2, {"items": [3, 4]}]]',
    "not a number": "NaN",
    "an id that is a list": '{"id": ["WB-raw"], "model": 5}',
    "an id of 100,000 characters": '{"id": "' + "x" * 100_000 + '"}',
    "a model that is an object": '{"id": "WB-raw", "model": {"a": 1}, "severity": ["high"]}',
    "entities that are none": '{"id": "WB-raw", "model": "Odd", "impactScope": {"entities": 4}}',
    "names that are none": '{"id": "WB-raw", "impactScope": {"entities": [{"entityValue": {"name": {"a": [5]}}}, 7]}}',
}


@pytest.mark.parametrize("text", RAW.values(), ids=RAW)
def test_a_record_of_any_kind_is_one_incident_and_its_page_goes_on(xsoar: Any, twin: RunningTwin, text: str) -> None:
    twin.fail(Fault(path=ALERTS, raw_items=(text,), count=None))
    found = xsoar.fetch()
    assert set(twin.tenant.alerts) <= set(ids(found))
    assert len(found) == len(twin.tenant.alerts) + 1
    assert xsoar.fetch() == []


def test_half_a_page_fails_the_fetch_and_the_next_one_goes_on(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=ALERTS, malformed=True))
    with pytest.raises(Exception, match="Vision One's answer is not JSON"):
        xsoar.run("fetch-incidents")
    assert xsoar.demisto.last_run == {}
    assert len(xsoar.fetch()) == len(twin.tenant.alerts)


def test_a_page_that_is_taken_apart_takes_seconds_not_minutes(xsoar: Any, twin: RunningTwin) -> None:
    show(twin, "WB-many", indicators=[{"id": number, "value": f"a[{number}]"} for number in range(300_000)])
    began = time.process_time()
    assert set(ids(xsoar.fetch())) == set(twin.tenant.alerts)
    assert time.process_time() - began < 60


def test_what_is_remembered_of_odd_alerts_stays_small(xsoar: Any, twin: RunningTwin) -> None:
    many = tuple(odd(number, "2099-01-01T00:00:00Z") for number in range(200))
    xsoar.integration.ODD_MOST, most = 150, xsoar.integration.ODD_MOST
    try:
        twin.fail(Fault(path=ALERTS, raw_items=many, count=None))
        xsoar.params["max_fetch"] = "500"
        xsoar.fetch()
        assert len(xsoar.demisto.last_run["odd"]) == 150
    finally:
        xsoar.integration.ODD_MOST = most


def test_parts_of_a_page_are_the_same_however_it_is_cut(xsoar: Any) -> None:
    page = rb'{"a": [1, {"items": [2]}], "items": [{"x": "]}\"\\"}, [1, 2], "a,b", 7], "nextLink": "u\\"}'
    for size in range(1, len(page)):
        parts = xsoar.integration.PageParts()
        found = [text.strip() for at in range(0, len(page), size) for text, _ in parts.feed(page[at : at + size])]
        assert found == [rb'{"x": "]}\"\\"}', b"[1, 2]", b'"a,b"', b"7"]
        assert json.loads(parts.rest) == {"a": [1, {"items": [2]}], "items": [], "nextLink": "u\\"}


@pytest.mark.parametrize(
    "value", [["x" * 1000] * 5000, {"a": "x" * 10**6, "b": 1, "c": {"d": ["y" * 10**6]}}, "x" * 10**6]
)
def test_the_beginning_of_a_value_fits_and_keeps_what_is_short(xsoar: Any, value: Any) -> None:
    cut = xsoar.integration.beginning(value, 10_000)
    assert 500 < len(json.dumps(cut)) <= 10_000
    assert type(cut) is type(value)
    if isinstance(value, dict):
        assert list(cut) == ["a", "b", "c"]
        assert cut["b"] == 1


def test_the_instance_is_mirrored_although_one_alert_has_no_id(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=ALERTS, raw_items=("null", '{"model": 1}'), count=None))
    ran = xsoar.run("get-modified-remote-data", lastUpdate=wire_time(twin.clock.now() - timedelta(days=3)))
    assert not ran.errors
