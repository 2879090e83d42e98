"""Workbench alerts: details, status, notes."""

from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin

UPDATED = "VisionOne.Update_Status"
NOTED = "VisionOne.Add_Note"


def first_id(twin: RunningTwin) -> str:
    return next(iter(twin.tenant.alerts))


def patches(twin: RunningTwin) -> list[Any]:
    return [seen for seen in twin.requests if seen.method == "PATCH"]


def test_details_are_the_whole_alert_and_its_etag(xsoar: Any, twin: RunningTwin) -> None:
    alert = twin.tenant.alerts[first_id(twin)]

    details = xsoar.run("get-alert-details", workbench_id=alert.id).context("VisionOne.Alert_Details")

    assert details["etag"].strip('"') == alert.etag.strip('"')
    assert details["alert"]["id"] == alert.id
    assert details["alert"]["matched_rules"][0]["matched_filters"][0]["mitre_technique_ids"]


def test_an_alert_that_does_not_exist_says_so(xsoar: Any) -> None:
    ran = xsoar.run("get-alert-details", workbench_id="WB-0")

    assert len(ran.errors) == 1
    assert "Vision One answered 404 NotFound" in ran.errors[0]


def test_status_and_findings_are_set(xsoar: Any, twin: RunningTwin) -> None:
    alert_id = first_id(twin)

    ran = xsoar.run("update-status", workbench_id=alert_id, status="closed", inv_result="other_findings")

    document = twin.tenant.alerts[alert_id].document
    assert (document["status"], document["investigationResult"]) == ("Closed", "Other Findings")
    assert ran.context(UPDATED) == {
        "Workbench_Id": alert_id,
        "code": "SUCCESS",
        "message": f"Alert {alert_id} is now Closed and Other Findings.",
    }


@pytest.mark.parametrize("word", ["in_progress", "In Progress"])
def test_one_of_both_is_enough_in_either_spelling(xsoar: Any, twin: RunningTwin, word: str) -> None:
    xsoar.run("update-status", workbench_id=first_id(twin), status=word)

    assert twin.tenant.alerts[first_id(twin)].document["status"] == "In Progress"


def test_setting_what_is_set_already_changes_nothing(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("update-status", workbench_id=first_id(twin), status="in_progress")
    ran = xsoar.run("update-status", workbench_id=first_id(twin), status="in_progress")

    assert len(patches(twin)) == 1
    assert ran.context(UPDATED)["message"].endswith("was In Progress already.")


def test_someone_quicker_is_looked_at_again_once(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(method="PATCH", status=412, code="ConditionNotMet"))

    ran = xsoar.run("update-status", workbench_id=first_id(twin), status="in_progress")

    assert ran.errors == []
    assert len(patches(twin)) == 2


def test_a_second_conflict_is_an_error(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(method="PATCH", status=412, code="ConditionNotMet", message="Changed.", count=None))

    ran = xsoar.run("update-status", workbench_id=first_id(twin), status="in_progress")

    assert ran.errors == ["trendmicro-visionone-update-status: Vision One answered 412 ConditionNotMet: Changed."]
    assert len(patches(twin)) == 2


def test_an_etag_that_is_given_must_fit(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run("update-status", workbench_id=first_id(twin), status="in_progress", if_match="old")

    assert "Vision One answered 412 ConditionNotMet" in ran.errors[0]
    assert twin.tenant.alerts[first_id(twin)].document["status"] == "Open"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "Nothing to change; give status, inv_result or both."),
        ({"status": "done"}, "status is 'done'; use one of open, in_progress, closed."),
        ({"inv_result": "maybe"}, "inv_result is 'maybe'; use one of no_findings"),
    ],
)
def test_bad_arguments_are_one_sentence(xsoar: Any, twin: RunningTwin, args: dict[str, Any], message: str) -> None:
    ran = xsoar.run("update-status", workbench_id=first_id(twin), **args)

    assert len(ran.errors) == 1
    assert message in ran.errors[0]
    assert patches(twin) == []


def test_a_note_is_written(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run("add-note", workbench_id=first_id(twin), content="Owner called.")

    [note] = twin.tenant.notes.on(first_id(twin))
    assert note.content == "Owner called."
    assert ran.context(NOTED)["note_id"] == str(note.id)


def test_the_same_key_writes_one_note(xsoar: Any, twin: RunningTwin) -> None:
    args = {"workbench_id": first_id(twin), "content": "Collected.", "idempotency_key": "plan-1/task-9"}

    first, second = xsoar.run("add-note", **args), xsoar.run("add-note", **args)

    assert len(twin.tenant.notes) == 1
    assert first.context(NOTED)["note_id"] == second.context(NOTED)["note_id"]
    assert "already" in second.readable


def test_a_keyed_note_is_found_on_any_page(xsoar: Any, twin: RunningTwin) -> None:
    args = {"workbench_id": first_id(twin), "content": "Collected.", "idempotency_key": "plan-1/task-9"}
    xsoar.run("add-note", **args)
    for number in range(230):
        twin.clock.advance(1)
        twin.tenant.notes.add(first_id(twin), f"note {number}", creator="someone", now=twin.clock.now())

    xsoar.run("add-note", **args)

    assert len(twin.tenant.notes) == 231


def test_a_note_whose_answer_got_lost_is_found(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(method="POST", path=".*/notes", when="after", drop=True))
    args = {"workbench_id": first_id(twin), "content": "Collected.", "idempotency_key": "k"}

    lost, found = xsoar.run("add-note", **args), xsoar.run("add-note", **args)

    assert lost.errors
    assert found.context(NOTED)["note_id"] == "1"
    assert len(twin.tenant.notes) == 1


def test_a_role_that_may_not_write_says_which_permission_is_missing(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(method="POST", path=".*/notes", status=403, code="AccessDenied", message="No."))

    ran = xsoar.run("add-note", workbench_id=first_id(twin), content="x")

    assert ran.errors[0].endswith("The API key's role needs the permission 'Workbench: Modify alert details'.")
