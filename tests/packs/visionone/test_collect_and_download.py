"""One command from the wish for a file to the evidence in the War Room."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
import pyzipper

from tests.packs.visionone.live_pack import DUMP, LAPTOP
from visionone_sim.faults import Fault
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin

COMMAND, COLLECTED = "collect-and-download-file", "VisionOne.Collected_File"
DOWNLOADS = r"/_files/.*"


def again(xsoar: Any, ran: Any) -> Any:
    assert ran.poll, "there is nothing to poll"
    return xsoar.rerun(ran.poll["command"], ran.poll["args"])


def evidence(ran: Any) -> dict[str, bytes]:
    """The archives in the War Room."""
    return dict(ran.saved())


def inside(archive: bytes, password: str) -> bytes:
    with pyzipper.AESZipFile(io.BytesIO(archive)) as opened:
        opened.setpassword(password.encode())
        [name] = opened.namelist()
        return bytes(opened.read(name))


def collect_all(xsoar: Any, twin: RunningTwin, **args: Any) -> list[Any]:
    """Run the command to its end; every look that it took."""
    looks = [xsoar.run(COMMAND, **args)]
    while looks[-1].poll:
        twin.clock.advance(3)
        looks.append(again(xsoar, looks[-1]))
    return looks


def test_a_file_becomes_evidence_whose_hash_is_right(xsoar: Any, twin: RunningTwin) -> None:
    first, _running, last = collect_all(xsoar, twin, endpoint=LAPTOP, file_path=DUMP, description="IR-88")

    assert first.errors == last.errors == []
    assert evidence(first) == {}
    [outputs] = last.context(COLLECTED)
    [(name, archive)] = evidence(last).items()
    assert name == outputs["archive_name"] == f"{LAPTOP}_lsass.DMP_20310203T040511Z_{outputs['task_id']}.zip"
    assert outputs["archive_sha256"] == hashlib.sha256(archive).hexdigest()
    dumped = inside(archive, outputs["password"])
    assert outputs["sha256"] == outputs["file_sha256"] == hashlib.sha256(dumped).hexdigest()
    assert (outputs["match"], outputs["state"], outputs["file_size"]) == (True, "match", len(dumped))
    assert twin.tenant.tasks[outputs["task_id"]].description == "IR-88"


def test_people_see_neither_the_password_nor_the_link(xsoar: Any, twin: RunningTwin) -> None:
    looks = collect_all(xsoar, twin, endpoint=LAPTOP, file_path=DUMP)

    password = looks[-1].context(COLLECTED)[0]["password"]
    shown = "".join(look.everything for look in looks)
    assert password not in shown
    assert "sig=" not in shown


def test_a_look_at_which_nothing_changed_is_quiet(xsoar: Any, twin: RunningTwin) -> None:
    first = xsoar.run(COMMAND, endpoint=LAPTOP, file_path=DUMP)

    second = again(xsoar, first)

    assert "queued" in first.readable
    assert second.readable == ""
    assert len(twin.tenant.tasks) == 1


def test_each_file_is_saved_as_soon_as_it_is_there(xsoar: Any, twin: RunningTwin) -> None:
    slow = Outcome(action="collectFile", timeline=((0, "queued"), (60, "succeeded")))
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, "succeeded"),)))
    twin.tenant.tasks.expect(slow)
    again_path = DUMP.upper()

    first = xsoar.run(COMMAND, endpoint=LAPTOP, file_path=[DUMP, again_path])
    assert len(evidence(first)) == 1
    twin.clock.advance(30)
    second = again(xsoar, first)
    assert evidence(second) == {}
    twin.clock.advance(31)
    last = again(xsoar, second)

    assert len(evidence(last)) == 1
    assert last.errors == []


def test_what_was_refused_or_failed_is_told_at_the_end_and_stops_nothing(xsoar: Any, twin: RunningTwin) -> None:
    targets = [
        {"endpoint": LAPTOP, "file_path": DUMP},
        {"endpoint": "NO-SUCH-HOST", "file_path": DUMP},
        {"endpoint": LAPTOP, "file_path": "C:\\gone.dmp"},
    ]

    looks = collect_all(xsoar, twin, collect_files=json.dumps(targets))

    assert [look.errors for look in looks[:-1]] == [[]] * (len(looks) - 1)
    assert len(looks[-1].context(COLLECTED)) == 1
    refused, failed = looks[-1].errors
    assert f"refused for 1 of 3: NO-SUCH-HOST {DUMP}: BadRequest: Target not found." in refused
    assert "FileNotFound" in failed


def test_when_all_are_refused_there_is_nothing_to_wait_for(xsoar: Any) -> None:
    ran = xsoar.run(COMMAND, endpoint="NO-SUCH-HOST", file_path=DUMP)

    assert ran.poll == {}
    assert "Target not found." in ran.errors[0]


@pytest.mark.parametrize(("status", "words"), [("failed", "failed"), ("rejected", "was rejected by an approver")])
def test_a_task_that_does_not_succeed_is_an_error_with_its_reason(
    xsoar: Any, twin: RunningTwin, status: Any, words: str
) -> None:
    reason = TaskError(code="Reason", message="because of that.")
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, status),), error=reason))

    ran = xsoar.run(COMMAND, endpoint=LAPTOP, file_path=DUMP)

    assert ran.errors == [f"Task 00000001 (collectFile {DUMP} on {LAPTOP}) {words}: Reason: because of that."]
    assert evidence(ran) == {}


def test_approval_is_said_and_waited_for(xsoar: Any, twin: RunningTwin) -> None:
    twin.tenant.tasks.expect(Outcome(action="collectFile", timeline=((0, "pendingApproval"),)))

    first = xsoar.run(COMMAND, endpoint=LAPTOP, file_path=DUMP)
    twin.tenant.response.replan("00000001", ((0, "running"), (3, "succeeded")))
    twin.clock.advance(5)
    last = again(xsoar, first)

    assert "Waiting for approval in Vision One, Response Management: 00000001." in first.readable
    assert len(evidence(last)) == 1


def test_interval_and_timeout_are_the_callers(xsoar: Any) -> None:
    ran = xsoar.run(COMMAND, endpoint=LAPTOP, file_path=DUMP, interval_in_seconds="12", timeout_in_seconds="86400")

    [entry] = [entry for entry in ran.entries if entry.get("PollingCommand")]
    assert (entry["NextRun"], entry["Timeout"]) == ("12", "86400")


def test_tasks_that_run_already_are_waited_for_and_nothing_is_begun(xsoar: Any, twin: RunningTwin) -> None:
    begun = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=DUMP)
    [task] = begun.context("VisionOne.Collect_Forensic_File")
    twin.clock.advance(6)

    ran = xsoar.run(COMMAND, task_id=task["task_id"])

    assert ran.context(COLLECTED)[0]["task_id"] == task["task_id"]
    assert len(twin.tenant.tasks) == 1


@pytest.mark.parametrize("fault", [{"status": 403}, {"drop": True}, {"cut_after_bytes": 100}])
def test_a_link_that_dies_is_replaced_once(xsoar: Any, twin: RunningTwin, fault: dict[str, Any]) -> None:
    twin.fail(Fault(path=DOWNLOADS, **fault))

    last = collect_all(xsoar, twin, endpoint=LAPTOP, file_path=DUMP)[-1]

    assert last.errors == []
    assert last.context(COLLECTED)[0]["match"]


def test_a_file_that_cannot_be_fetched_is_an_error_without_the_links_signature(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=DOWNLOADS, status=403, count=None))

    last = collect_all(xsoar, twin, endpoint=LAPTOP, file_path=DUMP)[-1]

    assert "was not saved: 127.0.0.1 answered 403 Forbidden." in last.errors[0]
    assert "sig=" not in last.everything
    assert last.context(COLLECTED) is None


def test_the_key_is_not_sent_to_the_host_of_the_link(xsoar: Any, twin: RunningTwin, integration: Any) -> None:
    collect_all(xsoar, twin, endpoint=LAPTOP, file_path=DUMP)

    client = integration.make_client(xsoar.params)
    assert client._stranger._headers is None
    assert client._stranger._auth is None


def test_a_file_that_is_not_the_reported_one_is_named(
    xsoar: Any, twin: RunningTwin, integration: Any, tmp_path: Path
) -> None:
    last = collect_all(xsoar, twin, endpoint=LAPTOP, file_path=DUMP)[-1]
    [outputs] = last.context(COLLECTED)
    [archive] = evidence(last).values()
    (tmp_path / "archive").write_bytes(archive)
    reported = {"fileSha256": "0" * 64, "password": outputs["password"]}

    found = {**outputs, "file_sha256": "0" * 64, **integration.inside(tmp_path / "archive", reported)}

    assert (found["match"], found["state"]) == (False, "mismatch")
    [sentence] = integration.verdict(found)
    assert f"SHA-256 {outputs['sha256']} does not match {'0' * 64} of Vision One." in sentence


def test_an_archive_that_cannot_be_opened_is_saved_and_an_error(xsoar: Any, twin: RunningTwin) -> None:
    first = xsoar.run(COMMAND, endpoint=LAPTOP, file_path=DUMP)
    twin.clock.advance(6)
    xsoar.run("check-status", task_id="00000001")  # the archive is made with the right password
    twin.tenant.response.passwords["00000001"] = "another"

    last = again(xsoar, first)

    assert last.context(COLLECTED)[0]["state"] == "unread"
    assert len(evidence(last)) == 1
    assert "could not be compared with Vision One's hash, because the archive has another password." in last.errors[0]


def test_the_same_key_collects_once(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/collectFile", method="POST", when="after", drop=True))
    call = {"endpoint": LAPTOP, "file_path": DUMP, "idempotency_key": "plan-1/task-5"}

    lost = xsoar.run(COMMAND, **call)
    last = collect_all(xsoar, twin, **call)[-1]

    assert lost.errors
    assert last.errors == []
    assert last.context(COLLECTED)[0]["task_id"] == "00000001"
    assert len(twin.tenant.tasks) == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "Nothing is named to act on"),
        ({"endpoint": LAPTOP}, "No file is named; give file_path"),
        ({"file_path": DUMP, "collect_files": "[{"}, "collect_files is not JSON"),
    ],
)
def test_bad_arguments_are_one_sentence_and_no_request(
    xsoar: Any, twin: RunningTwin, args: dict[str, Any], words: str
) -> None:
    ran = xsoar.run(COMMAND, **args)

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert len(twin.requests) == 0


def test_a_read_only_instance_collects_nothing(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.params["read_only"] = True

    assert "this instance is read-only" in xsoar.run(COMMAND, endpoint=LAPTOP, file_path=DUMP).errors[0]
    assert len(twin.requests) == 0


def test_nothing_is_left_in_the_working_folder_but_the_evidence(xsoar: Any, twin: RunningTwin, tmp_path: Any) -> None:
    collect_all(xsoar, twin, endpoint=LAPTOP, file_path=DUMP)

    assert [path.name.partition("_")[0] for path in tmp_path.iterdir()] == ["42"]
