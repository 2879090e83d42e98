"""The sandbox: submitting, waiting, and what comes of it."""

import base64
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import pyzipper

from visionone_sim.faults import Fault
from visionone_sim.tenant.sandbox import Submission
from visionone_sim.tenant.tasks import TaskError
from visionone_sim.tenant.verdicts import MARK
from visionone_sim.testing import RunningTwin

ENTRY, URL, URLS = "submit-file-entry-to-sandbox", "submit-file-to-sandbox", "submit-urls-to-sandbox"
SUBMITTED = {
    ENTRY: "VisionOne.Submit_File_Entry_to_Sandbox",
    URL: "VisionOne.Submit_File_to_Sandbox",
    URLS: "VisionOne.Submit_Urls_to_Sandbox",
}
POLLING, POLLED = "run-sandbox-submission-polling", "VisionOne.Sandbox_Submission_Polling"
BAD = MARK + b"high"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@contextmanager
def web(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=60)


def put(xsoar: Any, folder: Path, content: bytes, name: str = "sample.txt", entry_id: str = "7@42") -> str:
    """Put a file into the War Room."""
    (folder / name).write_bytes(content)
    xsoar.demisto.files[entry_id] = folder / name
    return entry_id


def submit(xsoar: Any, folder: Path, content: bytes = BAD, **args: Any) -> str:
    ran = xsoar.run(ENTRY, entry_id=put(xsoar, folder, content), **args)
    return str(ran.context(SUBMITTED[ENTRY])[0]["task_id"])


def only(twin: RunningTwin) -> Submission:
    [submission] = twin.tenant.sandbox.values()
    return submission


def again(xsoar: Any, ran: Any) -> Any:
    assert ran.poll, "there is nothing to poll"
    return xsoar.rerun(ran.poll["command"], ran.poll["args"])


def test_a_file_of_the_war_room_is_submitted_as_it_is(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    ran = xsoar.run(ENTRY, entry_id=put(xsoar, tmp_path, b"some bytes", "a b.txt"))

    assert ran.errors == []
    [outputs] = ran.context(SUBMITTED[ENTRY])
    assert outputs["task_id"] == only(twin).id
    assert only(twin).name == outputs["filename"] == "a b.txt"
    assert only(twin).digest.wire() == outputs["digest"]
    assert "more submissions today" in ran.readable


def test_several_files_are_submitted_and_one_that_fails_is_an_error(
    xsoar: Any, twin: RunningTwin, tmp_path: Path
) -> None:
    ids = [put(xsoar, tmp_path, b"1", "1.txt", "1@42"), put(xsoar, tmp_path, b"2", "2.txt", "2@42")]
    twin.fail(Fault(path=".*/files/analyze", skip=1, status=413, code="RequestEntityTooLarge", message="Too large."))

    ran = xsoar.run(ENTRY, entry_id=ids)

    assert [one["entry_id"] for one in ran.context(SUBMITTED[ENTRY])] == ["1@42"]
    assert ran.errors == ["1 of 2 files were not submitted: Vision One answered 413 RequestEntityTooLarge: Too large."]


@pytest.mark.parametrize("argument", ["file_name", "filename"])
def test_a_file_behind_an_address_is_fetched_and_submitted(
    xsoar: Any, twin: RunningTwin, tmp_path: Path, argument: str
) -> None:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "x.bin").write_bytes(BAD)
    with web(folder) as origin:
        xsoar.demisto.allowed_origins = [origin]
        ran = xsoar.run(URL, file_url=f"{origin}/x.bin", **{argument: "invoice.exe"})

    assert ran.errors == []
    assert ran.context(SUBMITTED[URL])[0]["task_id"] == only(twin).id
    assert only(twin).name == "invoice.exe"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9/x", "an address of this machine or its link"),
        ("http://[::1]:9/x", "an address of this machine or its link"),
        ("http://169.254.169.254/latest", "an address of this machine or its link"),
        ("file:///etc/passwd", "is no address of a file"),
        ("", "is no address of a file"),
    ],
)
def test_an_address_of_this_machine_is_refused(xsoar: Any, twin: RunningTwin, url: str, words: str) -> None:
    ran = xsoar.run(URL, file_url=url, file_name="x")

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert len(twin.tenant.sandbox) == 0


def test_an_error_page_is_not_submitted(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    with web(tmp_path) as origin:
        xsoar.demisto.allowed_origins = [origin]
        ran = xsoar.run(URL, file_url=f"{origin}/gone?token=secret", file_name="x")

    assert "answered 404" in ran.errors[0]
    assert "secret" not in ran.everything
    assert len(twin.tenant.sandbox) == 0


def test_addresses_are_submitted_ten_at_a_time(xsoar: Any, twin: RunningTwin) -> None:
    urls = [f"https://bad.example/{number}" for number in range(12)]

    ran = xsoar.run(URLS, urls=[*urls, "no address"])

    assert [one["url"] for one in ran.context(SUBMITTED[URLS])] == urls
    assert [each.name for each in twin.tenant.sandbox.values()] == urls
    assert "refused for 1 of 13: no address: BadRequest: " in ran.errors[0]
    assert len(twin.requests.to("/sandbox/urls/analyze")) == 2


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"archive_password": "infected"}, b"infected"),
        ({"archive_password": base64.b64encode(b"infected").decode()}, b"infected"),
        ({"archive_password": "aW5mZWN0ZWQ=", "encoding": "plain"}, b"aW5mZWN0ZWQ="),
        ({"archive_password": "aGk=", "encoding": "base64"}, b"hi"),
        ({"archive_password": "aGk="}, b"aGk="),
        ({"archive_password": "pässwört"}, "pässwört".encode()),
        ({"archive_password": "password"}, b"password"),
    ],
)
def test_a_password_is_encoded_once_however_it_is_written(
    xsoar: Any, twin: RunningTwin, tmp_path: Path, given: dict[str, str], meant: bytes
) -> None:
    sealed = io.BytesIO()
    with pyzipper.AESZipFile(sealed, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(meant)
        archive.writestr("bad.txt", BAD)

    submit(xsoar, tmp_path, sealed.getvalue(), **given)
    twin.clock.advance(61)

    assert only(twin).error is None
    assert only(twin).verdict
    [seen] = twin.requests.to("/sandbox/files/analyze")
    assert seen.status == 202


def test_arguments_are_encoded_once(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    submit(xsoar, tmp_path, arguments="/quiet /norestart")

    assert only(twin).arguments == "/quiet /norestart"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"document_password": "x" * 129}, "document_password has 129 bytes; Vision One takes 128."),
        ({"arguments": "ä" * 600}, "arguments has 1200 bytes; Vision One takes 1024."),
        ({"archive_password": "no!", "encoding": "base64"}, "archive_password is not Base64"),
        ({"entry_id": "8@42"}, "The War Room entry 8@42 holds no file"),
        ({"entry_id": ""}, "No file is named; give entry_id."),
    ],
)
def test_bad_arguments_are_one_sentence_and_no_request(
    xsoar: Any, twin: RunningTwin, tmp_path: Path, args: dict[str, str], words: str
) -> None:
    ran = xsoar.run(ENTRY, **{"entry_id": put(xsoar, tmp_path, b"x"), **args})

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert len(twin.requests) == 0


def test_no_address_at_all_says_so(xsoar: Any) -> None:
    assert "No address is named; give urls." in xsoar.run(URLS, urls="").errors[0]


@pytest.mark.parametrize("command", [ENTRY, URLS])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 429, "code": "TooManyRequests", "message": "The reserve is used up."}, "429 TooManyRequests"),
        ({"status": 403, "code": "AccessDenied"}, "needs the permission 'Sandbox Analysis: Submit object'"),
        ({"status": 500, "when": "after"}, "500 InternalServerError"),
    ],
)
def test_a_failed_submission_is_one_sentence_and_is_not_repeated(
    xsoar: Any, twin: RunningTwin, tmp_path: Path, command: str, fault: dict[str, Any], words: str
) -> None:
    twin.fail(Fault(path=".*/sandbox/.*/analyze", count=None, **fault))
    args = {"entry_id": put(xsoar, tmp_path, b"x")} if command == ENTRY else {"urls": "https://bad.example"}

    ran = xsoar.run(command, **args)

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert len(twin.requests.to("/analyze", method="POST")) <= 1


@pytest.mark.parametrize("command", [ENTRY, URL, URLS])
def test_a_read_only_instance_submits_nothing(xsoar: Any, twin: RunningTwin, tmp_path: Path, command: str) -> None:
    xsoar.params["read_only"] = True
    args = {
        ENTRY: {"entry_id": put(xsoar, tmp_path, b"x")},
        URL: {"file_url": "https://bad.example", "file_name": "x"},
        URLS: {"urls": "https://bad.example"},
    }

    assert "this instance is read-only" in xsoar.run(command, **args[command]).errors[0]
    assert len(twin.requests) == 0


def test_polling_waits_quietly_and_ends_with_the_verdict(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    task_id = submit(xsoar, tmp_path)

    first = xsoar.run(POLLING, task_id=task_id, interval_in_seconds="12", timeout_in_seconds="900")
    second = again(xsoar, first)
    twin.clock.advance(61)
    last = again(xsoar, second)

    assert (first.entries[0]["NextRun"], first.entries[0]["Timeout"]) == ("12", "900")
    assert f"The sandbox analyzes {task_id}" in first.readable
    assert second.readable == ""
    outputs = last.context(POLLED)
    assert (outputs["status"], outputs["risk_level"], outputs["report_id"]) == ("succeeded", "high", task_id)
    assert outputs["DBotScore"]["Score"] == 3
    assert outputs["DBotScore"]["Reliability"] == "B - Usually reliable"
    assert last.context("File")[0]["SHA256"] == only(twin).digest.sha256


@pytest.mark.parametrize(("risk", "score"), [("high", 3), ("medium", 2), ("low", 2), ("noRisk", 1)])
def test_a_risk_level_is_a_score(xsoar: Any, twin: RunningTwin, tmp_path: Path, risk: str, score: int) -> None:
    xsoar.params["integrationReliability"] = "A - Completely reliable"
    task_id = submit(xsoar, tmp_path, MARK + risk.encode())
    twin.clock.advance(61)

    ran = xsoar.run("get-file-analysis-result", report_id=task_id)

    outputs = ran.context("VisionOne.File_Analysis_Result")
    assert (outputs["risk_level"], outputs["DBotScore"]["Score"]) == (risk, score)
    [dbot] = ran.context("DBotScore")
    assert (dbot["Score"], dbot["Reliability"]) == (score, "A - Completely reliable")


def test_a_failed_analysis_is_an_error_with_vision_ones_reason(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    task_id = submit(xsoar, tmp_path)
    twin.tenant.sandbox.fail(task_id, TaskError(code="InternalServerError", message="Try again."))

    polled = xsoar.run(POLLING, task_id=task_id)
    asked = xsoar.run("get-file-analysis-result", report_id=task_id)

    text = f"The sandbox's analysis of {task_id} failed: InternalServerError: Try again."
    assert polled.errors == [f"trendmicro-visionone-{POLLING}: {text}"]
    assert text in asked.errors[0]


def test_without_polling_there_is_one_look(xsoar: Any, tmp_path: Path) -> None:
    ran = xsoar.run(POLLING, task_id=submit(xsoar, tmp_path), polling="false")

    assert ran.poll == {}
    assert ran.context(POLLED)["status"] == "running"


def test_the_status_is_shown_for_several_submissions(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    first, second = submit(xsoar, tmp_path), submit(xsoar, tmp_path, b"other")
    twin.tenant.sandbox.fail(second, TaskError(code="Unsupported", message="No."))

    ran = xsoar.run("get-file-analysis-status", task_id=f"{first},{second}")

    found = {one["id"]: one["status"] for one in ran.context("VisionOne.File_Analysis_Status")}
    assert found == {first: "running", second: "failed"}
    assert ran.errors == []


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("get-file-analysis-result", "report_id"),
        ("download-analysis-report", "submission_id"),
        ("download-investigation-package", "submission_id"),
        ("download-suspicious-object-list", "submission_id"),
    ],
)
def test_what_is_not_there_yet_can_be_waited_for(
    xsoar: Any, twin: RunningTwin, tmp_path: Path, command: str, argument: str
) -> None:
    task_id = submit(xsoar, tmp_path)

    hasty = xsoar.run(command, **{argument: task_id})
    patient = xsoar.run(command, **{argument: task_id}, poll_time_sec="120")
    twin.clock.advance(61)
    ready = again(xsoar, patient)

    assert "The sandbox still analyzes" in hasty.errors[0]
    assert patient.errors == ready.errors == []
    assert ready.readable


@pytest.mark.promise(11)
def test_the_report_is_a_pdf_in_the_war_room(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    task_id = submit(xsoar, tmp_path)
    twin.clock.advance(61)

    ran = xsoar.run("download-analysis-report", submission_id=task_id)

    [(name, content)] = ran.saved().items()
    assert name == f"sandbox_report_{task_id}.pdf"
    assert content.startswith(b"%PDF")
    outputs = ran.context("VisionOne.Download_Analysis_Report")
    assert (outputs["submission_id"], outputs["result_code"], outputs["file_name"]) == (task_id, 200, name)


@pytest.mark.promise(11)
def test_the_package_is_an_archive_in_the_war_room(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    task_id = submit(xsoar, tmp_path)
    twin.clock.advance(61)

    [(_, content)] = xsoar.run("download-investigation-package", submission_id=task_id).saved().items()

    assert "result.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()


@pytest.mark.promise(11)
def test_suspicious_objects_are_listed_with_type_and_value(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run(URLS, urls=f"https://bad.example/{BAD.decode()}")
    task_id = ran.context(SUBMITTED[URLS])[0]["task_id"]
    twin.clock.advance(61)

    ran = xsoar.run("download-suspicious-object-list", submission_id=task_id)

    objects = ran.context("VisionOne.Download_Suspicious_Object_list")
    assert {"domain": "bad.example"}.items() <= {one["type"]: one["value"] for one in objects}.items()
    assert {one["risk_level"] for one in objects} == {"high"}


def test_a_harmless_submission_has_no_suspicious_objects_and_that_is_no_error(
    xsoar: Any, twin: RunningTwin, tmp_path: Path
) -> None:
    task_id = submit(xsoar, tmp_path, b"harmless")
    twin.clock.advance(61)

    ran = xsoar.run("download-suspicious-object-list", submission_id=task_id)

    assert ran.errors == []
    assert f"names no suspicious object of {task_id}" in ran.readable


@pytest.mark.parametrize(
    ("command", "argument"),
    [(POLLING, "task_id"), ("get-file-analysis-status", "task_id"), ("download-analysis-report", "submission_id")],
)
def test_an_unknown_submission_says_so(xsoar: Any, command: str, argument: str) -> None:
    ran = xsoar.run(command, **{argument: "00000000-0000-0000-0000-000000000000"})

    assert len(ran.errors) == 1
    assert "Vision One answered 404 NotFound: " in ran.errors[0]


def test_a_busy_server_is_asked_again(xsoar: Any, twin: RunningTwin, tmp_path: Path) -> None:
    task_id = submit(xsoar, tmp_path)
    twin.clock.advance(61)
    twin.fail(Fault(path=".*/report", status=429, code="TooManyRequests", headers={"Retry-After": "0"}))

    assert len(xsoar.run("download-analysis-report", submission_id=task_id).saved()) == 1
