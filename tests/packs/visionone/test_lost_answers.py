"""A write whose answer got lost may have been done: every command that changes something says so, and where to look."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.packs.visionone.live_pack import DUMP, LAPTOP, Xsoar
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin

SAID = "Vision One may or may not have done it, as no answer says so. Look at "
UPLOAD = "64@1"
SCRIPT = "7d1e4c2a-0f3b-4b52-9a53-7c2d9d5f4e11"


def alert_of(twin: RunningTwin) -> str:
    return next(iter(twin.tenant.alerts))


def note_of(twin: RunningTwin) -> str:
    twin.tenant.notes.add(alert_of(twin), "old", creator="someone", now=twin.clock.now())
    return "1"


BLOCKED = {"object_type": "domain", "object_value": "some.example"}
# Each command that changes something, with arguments that the twin would do, and a word of where to look.
WRITES: dict[str, tuple[Callable[[RunningTwin], dict[str, Any]], str]] = {
    "isolate-endpoint": (lambda _: {"endpoint": LAPTOP}, "response tasks"),
    "restore-endpoint-connection": (lambda _: {"endpoint": LAPTOP}, "response tasks"),
    "collect-forensic-file": (lambda _: {"endpoint": LAPTOP, "file_path": DUMP}, "response tasks"),
    "collect-and-download-file": (lambda _: {"endpoint": LAPTOP, "file_path": DUMP}, "response tasks"),
    "terminate-process": (lambda _: {"endpoint": LAPTOP, "file_sha1": "1" * 40}, "response tasks"),
    "quarantine-email-message": (lambda _: {"message_id": "<1@mail.example>", "mailbox": "a@b.example"}, "tasks"),
    "delete-email-message": (lambda _: {"message_id": "<1@mail.example>", "mailbox": "a@b.example"}, "tasks"),
    "restore-email-message": (lambda _: {"message_id": "<1@mail.example>", "mailbox": "a@b.example"}, "tasks"),
    "add-to-block-list": (lambda _: dict(BLOCKED), "get-block-list"),
    "remove-from-block-list": (lambda _: dict(BLOCKED), "get-block-list"),
    "enable-user-account": (lambda _: {"account_name": "dnovak"}, "response tasks"),
    "disable-user-account": (lambda _: {"account_name": "dnovak"}, "response tasks"),
    "force-signout": (lambda _: {"account_name": "dnovak"}, "response tasks"),
    "force-password-reset": (lambda _: {"account_name": "dnovak"}, "response tasks"),
    "start-malware-scan": (lambda _: {"endpoint": LAPTOP}, "response tasks"),
    "run-custom-script": (lambda _: {"endpoint": LAPTOP, "filename": "x.ps1"}, "response tasks"),
    "add-objects-to-exception-list": (lambda _: dict(BLOCKED), "get-exception-list"),
    "delete-objects-from-exception-list": (lambda _: dict(BLOCKED), "get-exception-list"),
    "add-objects-to-suspicious-list": (lambda _: dict(BLOCKED), "get-suspicious-list"),
    "delete-objects-from-suspicious-list": (lambda _: dict(BLOCKED), "get-suspicious-list"),
    "submit-urls-to-sandbox": (lambda _: {"urls": "https://bad.example/a"}, "sandbox submissions"),
    "submit-file-entry-to-sandbox": (lambda _: {"entry_id": UPLOAD}, "sandbox submissions"),
    "update-status": (lambda twin: {"workbench_id": alert_of(twin), "status": "in_progress"}, "get-alert-details"),
    "add-note": (lambda twin: {"workbench_id": alert_of(twin), "content": "x"}, "list-notes"),
    "edit-note": (lambda twin: {"workbench_id": alert_of(twin), "note_id": note_of(twin), "content": "x"}, "notes"),
    "delete-notes": (lambda twin: {"workbench_id": alert_of(twin), "note_id": note_of(twin)}, "list-notes"),
    "add-custom-script": (lambda _: {"filename": "a.sh", "filetype": "bash", "script_contents": "id"}, "script-list"),
    "update-custom-script": (
        lambda _: {
            "script_id": SCRIPT,
            "filename": "a.sh",
            "filetype": "bash",
            "script_contents": "id",
        },
        "script-list",
    ),
    "delete-custom-script": (lambda _: {"script_id": SCRIPT}, "script-list"),
}
TIMED_OUT = {"when": "after", "status": 504, "code": "GatewayTimeout"}
UNREADABLE = {"malformed": True}


def prepared(xsoar: Xsoar, twin: RunningTwin, folder: Path, command: str) -> dict[str, Any]:
    file = folder / "sample"
    file.write_bytes(b"sample")
    xsoar.demisto.files[UPLOAD] = file
    return WRITES[command][0](twin)


def test_every_command_that_changes_something_is_here(declared: dict[str, Any]) -> None:
    changing = {name.removeprefix("trendmicro-visionone-") for name, one in declared.items() if one.get("execution")}
    # submit-file-to-sandbox downloads first, and then does as the entry's.
    assert changing - {"submit-file-to-sandbox"} == set(WRITES), "Say in WRITES how it is called, and where to look."


def lost(xsoar: Xsoar, twin: RunningTwin, folder: Path, command: str, loss: dict[str, Any]) -> str:
    """Return the error of a write that is done and whose answer is lost."""
    args = prepared(xsoar, twin, folder, command)
    for method in ("POST", "PATCH", "DELETE"):
        twin.fail(Fault(method=method, count=None, **loss))
    [error] = xsoar.run(command, **args).errors
    return error


@pytest.mark.parametrize("command", WRITES)
def test_a_write_whose_answer_was_lost_says_so_and_where_to_look(
    xsoar: Xsoar, twin: RunningTwin, tmp_path: Path, command: str
) -> None:
    loss = UNREADABLE if "-objects-" in command else TIMED_OUT  # those are asked again, and each time they wait
    error = lost(xsoar, twin, tmp_path, command, loss)
    assert SAID in error
    assert WRITES[command][1] in error


@pytest.mark.parametrize("command", ["isolate-endpoint", "add-note", "start-malware-scan"])
@pytest.mark.parametrize("loss", [{"drop": True}, {"status": 408}, {"status": 500}, {"status": 502}, {"status": 503}])
def test_an_answer_is_lost_in_many_ways(
    xsoar: Xsoar, twin: RunningTwin, tmp_path: Path, command: str, loss: dict[str, Any]
) -> None:
    assert SAID in lost(xsoar, twin, tmp_path, command, {"when": "after", **loss})


@pytest.mark.parametrize("command", ["isolate-endpoint", "submit-urls-to-sandbox", "submit-file-entry-to-sandbox"])
@pytest.mark.parametrize("answer", [{"malformed": True}, {"cut_after_bytes": 5}])
def test_an_answer_that_cannot_be_read_is_a_lost_one(
    xsoar: Xsoar, twin: RunningTwin, tmp_path: Path, command: str, answer: dict[str, Any]
) -> None:
    twin.fail(Fault(method="POST", count=None, **answer))
    assert SAID in xsoar.run(command, **prepared(xsoar, twin, tmp_path, command)).errors[0]


def test_a_write_that_takes_too_long_is_a_lost_one(xsoar: Xsoar, twin: RunningTwin) -> None:
    client = xsoar.integration.make_client(xsoar.params)
    client._writer.timeout = 0.05
    twin.fail(Fault(method="POST", delay_seconds=1))
    with pytest.raises(xsoar.integration.LostAnswerError, match="may or may not have done it"):
        client.add_note(alert_of(twin), "x")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 429])
def test_what_vision_one_refused_was_not_done(xsoar: Xsoar, twin: RunningTwin, status: int) -> None:
    twin.fail(Fault(method="POST", status=status, count=None))
    [error] = xsoar.run("add-note", workbench_id=alert_of(twin), content="x").errors
    assert "may or may not" not in error
    assert str(status) in error


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://no.such.host.invalid", "nonsense://x"])
def test_what_was_never_sent_was_not_done(xsoar: Xsoar, twin: RunningTwin, url: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        xsoar.params["url"] = url.format(port=nobody.getsockname()[1])
        [error] = xsoar.run("isolate-endpoint", endpoint=LAPTOP).errors
    assert "may or may not" not in error


def test_a_later_request_that_is_lost_is_told_apart_from_what_was_refused(xsoar: Xsoar, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/collectFile", skip=1, status=504, when="after"))
    targets = [{"endpoint": "NO-SUCH-HOST", "file_path": DUMP}]
    targets += [{"endpoint": LAPTOP, "file_path": f"C:\\{number}.dmp"} for number in range(11)]

    ran = xsoar.run("collect-forensic-file", collect_files=targets)

    refused, unknown = ran.errors[0].splitlines()
    assert refused.startswith("Collect forensic file was refused for 1 of 12: NO-SUCH-HOST ")
    assert unknown.startswith("Collect forensic file may or may not have been done for 2 of 12: ")
    assert SAID in unknown
    assert "unknown" in ran.readable
