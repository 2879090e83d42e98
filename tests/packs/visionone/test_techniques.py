"""Observed attack techniques, and alerts by a filter."""

from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin

PATH = "VisionOne.Get_Observed_Attack_Techniques"


def test_techniques_are_found_by_fields_and_in_a_span(xsoar: Any) -> None:
    every = xsoar.run("get-observed-attack-techniques", detected_start="3 days").context(PATH)
    host = every[0]["endpoint"]["endpoint_name"]

    of_one = xsoar.run("get-observed-attack-techniques", fields={"endpointName": host}, detected_start="3 days")

    assert len(every) > len(of_one.context(PATH)) > 0
    assert {one["endpoint"]["endpoint_name"] for one in of_one.context(PATH)} == {host}
    assert all(one["id"] and one["detected_date_time"] for one in every)
    assert of_one.context(PATH)[0]["filters"][0]["mitre_technique_ids"][0] in of_one.readable


def test_no_more_are_shown_than_are_wanted(xsoar: Any) -> None:
    assert len(xsoar.run("get-observed-attack-techniques", detected_start="3 days", top="2").context(PATH)) == 2


@pytest.mark.parametrize("given", [{"query_op": "xor"}, {"detected_start": "soon"}, {"top": "many"}, {"fields": "{"}])
def test_a_bad_argument_is_one_sentence_and_no_request(xsoar: Any, twin: RunningTwin, given: dict[str, str]) -> None:
    assert len(xsoar.run("get-observed-attack-techniques", **given).errors) == 1
    assert len(twin.requests) == 0


def test_a_missing_permission_is_named(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/oat/.*", status=403, code="AccessDenied"))

    [error] = xsoar.run("get-observed-attack-techniques").errors

    assert "Observed Attack Techniques: View" in error


def test_alerts_are_listed_over_pages_the_newest_first(xsoar: Any, twin: RunningTwin) -> None:
    found = xsoar.run("list-alerts").context("VisionOne.Alert")

    created = [one["created_date_time"] for one in found]
    assert created == sorted(created, reverse=True)
    assert {one["id"] for one in found} == set(twin.tenant.alerts)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"severities": "high and above"}, lambda one: one["severity"] in {"high", "critical"}),
        ({"statuses": "Open"}, lambda one: one["status"] == "Open"),
        ({"filter": "severity eq 'medium'"}, lambda one: one["severity"] == "medium"),
    ],
)
def test_alerts_are_filtered_by_vision_one(xsoar: Any, given: dict[str, str], fits: Any) -> None:
    every = xsoar.run("list-alerts").context("VisionOne.Alert")

    found = xsoar.run("list-alerts", **given).context("VisionOne.Alert")

    assert [one["id"] for one in found] == [one["id"] for one in every if fits(one)]
    assert found


def test_a_filter_and_a_choice_both_hold(xsoar: Any) -> None:
    ran = xsoar.run("list-alerts", severities="high", filter="severity eq 'medium'")

    assert not ran.context("VisionOne.Alert")
