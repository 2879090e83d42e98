"""Waiting for response tasks, and getting at what they collected."""

from typing import Any

import httpx
import pytest

from visionone_sim.faults import Fault
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin

LAPTOP, OFFLINE = "HR-LT-171", "SAL-LT-534"
DUMP = "C:\\Users\\dnovak\\AppData\\Local\\Temp\\lsass.DMP"
STATUS = "VisionOne.Task_Status"
DOWNLOAD = "VisionOne.Download_Information_For_Collected_Forensic_File"


def collect(xsoar: Any, *paths: str) -> list[str]:
    ran = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=list(paths) or [DUMP])
    return [one["task_id"] for one in ran.context("VisionOne.Collect_Forensic_File")]


def again(xsoar: Any, ran: Any) -> Any:
    assert ran.poll, "there is nothing to poll"
    return xsoar.rerun(ran.poll["command"], ran.poll["args"])


def test_queued_is_not_the_end(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)

    queued = xsoar.run("check-status", task_id=task_id)
    assert queued.context(STATUS)[0]["status"] == "queued"
    twin.clock.advance(3)
    running = again(xsoar, queued)
    assert running.context(STATUS)[0]["status"] == "running"
    twin.clock.advance(3)
    ended = again(xsoar, running)

    assert ended.context(STATUS)[0]["status"] == "succeeded"
    assert ended.context(STATUS)[0]["file_path"] == DUMP
    assert ended.poll == {}
    assert ended.errors == []


def test_an_older_playbook_finds_the_command_under_its_old_name(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)
    twin.clock.advance(6)

    assert xsoar.run("check-task-status", task_id=task_id).context(STATUS)[0]["status"] == "succeeded"


def test_a_look_at_which_nothing_changed_is_quiet(xsoar: Any) -> None:
    [task_id] = collect(xsoar)

    first = xsoar.run("check-status", task_id=task_id)
    second = again(xsoar, first)

    assert "queued" in first.readable
    assert second.readable == ""
    assert second.context(STATUS) is None
    assert second.poll == first.poll


def test_interval_and_timeout_are_the_callers(xsoar: Any) -> None:
    [task_id] = collect(xsoar)

    ran = xsoar.run("check-status", task_id=task_id, interval_in_seconds="12", timeout_in_seconds="86400")

    [entry] = ran.entries
    assert (entry["NextRun"], entry["Timeout"]) == ("12", "86400")


def test_without_polling_there_is_one_look(xsoar: Any) -> None:
    [task_id] = collect(xsoar)

    ran = xsoar.run("check-status", task_id=task_id, polling="false")

    assert ran.poll == {}
    assert ran.context(STATUS)[0]["status"] == "queued"


def test_approval_is_announced_once_and_waited_for(xsoar: Any, twin: RunningTwin) -> None:
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, "pendingApproval"),)))
    [task_id] = collect(xsoar)

    first = xsoar.run("check-status", task_id=task_id)
    second = again(xsoar, first)
    twin.tenant.response.replan(task_id, ((0, "running"), (3, "succeeded")))
    twin.clock.advance(5)
    third = again(xsoar, second)

    assert f"Waiting for approval in Vision One, Response Management: {task_id}." in first.readable
    assert "approval" not in second.readable
    assert third.context(STATUS)[0]["status"] == "succeeded"


@pytest.mark.parametrize(
    ("status", "words"),
    [("failed", "failed"), ("rejected", "was rejected by an approver")],
)
def test_an_end_without_success_is_an_error_with_vision_ones_reason(
    xsoar: Any, twin: RunningTwin, status: Any, words: str
) -> None:
    reason = TaskError(code="Reason", message="because of that.")
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, status),), error=reason))
    [task_id] = collect(xsoar)

    ran = xsoar.run("check-status", task_id=task_id)

    assert ran.errors == [f"Task {task_id} (collectFile {DUMP} on {LAPTOP}) {words}: Reason: because of that."]
    assert ran.context(STATUS)[0]["error"] == {"code": "Reason", "message": "because of that."}


def test_a_canceled_task_is_an_error_even_without_a_reason(xsoar: Any, twin: RunningTwin) -> None:
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, "canceled"),)))
    [task_id] = collect(xsoar)

    ran = xsoar.run("check-status", task_id=task_id)

    assert ran.errors == [f"Task {task_id} (collectFile {DUMP} on {LAPTOP}) was canceled."]


def test_one_failed_task_does_not_end_the_wait_for_the_others(xsoar: Any, twin: RunningTwin) -> None:
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, "failed"),)))
    task_ids = collect(xsoar, "C:\\gone.dmp", DUMP)

    first = xsoar.run("check-status", task_id=task_ids)
    assert first.errors == []
    twin.clock.advance(6)
    last = again(xsoar, first)

    assert [one["status"] for one in last.context(STATUS)] == ["failed", "succeeded"]
    assert len(last.errors) == 1
    assert task_ids[0] in last.errors[0]


def test_status_shows_neither_link_nor_password(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)
    twin.clock.advance(6)

    [outputs] = xsoar.run("check-status", task_id=task_id).context(STATUS)

    assert not {"password", "resource_location"} & set(outputs)


def test_an_unknown_task_says_so(xsoar: Any) -> None:
    ran = xsoar.run("check-status", task_id="99999999")

    assert len(ran.errors) == 1
    assert "Vision One answered 404 NotFound: " in ran.errors[0]


def test_no_task_at_all_says_so(xsoar: Any) -> None:
    assert "No response task is named" in xsoar.run("check-status", task_id="").errors[0]


def test_download_information_holds_link_expiry_password_and_hashes(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)
    twin.clock.advance(6)

    ran = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id)

    [outputs] = ran.context(DOWNLOAD)
    assert outputs["file_name"] == "lsass.DMP"
    assert len(outputs["file_sha256"]) == 64
    assert outputs["expired_date_time"] == "2031-02-03T04:06:12Z"
    assert httpx.get(outputs["resource_location"]).content.startswith(b"PK")
    assert outputs["password"]


def test_people_see_neither_the_password_nor_the_link(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)
    twin.clock.advance(6)

    ran = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id)

    [outputs] = ran.context(DOWNLOAD)
    assert outputs["password"] not in ran.everything
    assert "sig=" not in ran.everything
    assert "********" in ran.readable


def test_each_call_gets_a_fresh_link_for_the_same_task(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)
    twin.clock.advance(6)
    first = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id)
    twin.clock.advance(61)

    second = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id)

    old, new = (ran.context(DOWNLOAD)[0]["resource_location"] for ran in (first, second))
    assert httpx.get(old).status_code == 403
    assert httpx.get(new).status_code == 200


@pytest.mark.parametrize(("after", "words"), [(0, "is still queued"), (3, "is still running")])
def test_a_task_that_has_not_ended_has_no_file_yet(xsoar: Any, twin: RunningTwin, after: float, words: str) -> None:
    [task_id] = collect(xsoar)
    twin.clock.advance(after)

    ran = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id)

    assert words in ran.errors[0]
    assert ran.context(DOWNLOAD) is None


def test_a_download_can_be_waited_for(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)

    waiting = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id, poll_time_sec="60")
    twin.clock.advance(6)
    ready = again(xsoar, waiting)

    assert waiting.errors == []
    assert ready.context(DOWNLOAD)[0]["id"] == task_id


def test_a_file_that_was_not_there_says_why(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar, "C:\\gone.dmp")
    twin.clock.advance(6)

    ran = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id)

    assert ran.errors == [
        (
            f"Task {task_id} (collectFile C:\\gone.dmp on {LAPTOP}) failed: "
            "FileNotFound: The file does not exist on the endpoint."
        )
    ]


def test_a_task_of_another_kind_holds_no_file(xsoar: Any, twin: RunningTwin) -> None:
    task_id = xsoar.run("isolate-endpoint", endpoint=LAPTOP).context("VisionOne.Endpoint_Connection")[0]["task_id"]
    twin.clock.advance(6)

    ran = xsoar.run("download-information-for-collected-forensic-file", task_id=task_id)

    assert ran.errors == [f"Task {task_id} is a task of the kind isolate and holds no file."]


def test_files_that_are_there_come_even_when_another_is_not(xsoar: Any, twin: RunningTwin) -> None:
    task_ids = collect(xsoar, DUMP, "C:\\gone.dmp")
    twin.clock.advance(6)

    ran = xsoar.run("download-information-for-collected-forensic-file", task_id=task_ids)

    assert [one["id"] for one in ran.context(DOWNLOAD)] == task_ids[:1]
    assert len(ran.errors) == 1


def test_a_busy_server_is_asked_again_as_late_as_it_wishes(xsoar: Any, twin: RunningTwin) -> None:
    [task_id] = collect(xsoar)
    twin.fail(Fault(path=".*/response/tasks/.*", status=429, code="TooManyRequests", headers={"Retry-After": "0"}))
    twin.fail(Fault(path=".*/response/tasks/.*", status=503, headers={"Retry-After": "0"}))

    assert xsoar.run("check-status", task_id=task_id).context(STATUS)[0]["status"] == "queued"
