"""`warroom demo --json`: one attack from alert to evidence, in one command that leaves only its folder."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.evidence import hash_of, hashes_inside
from tests.acceptance.folder import PROGRAM, Folder
from tests.acceptance.proc import adopting_orphans, children, is_alive, listening_ports
from tests.acceptance.waiting import until
from tests.forked import own_environment
from warroom.model.json import JsonObject

pytestmark = pytest.mark.acceptance

LONGEST = 180.0  # the goal is 20 s; a machine that does much else may take longer
KEYS = {
    "": {"incidents", "incident", "tasks", "evidence", "dump", "timings", "twin"},
    "incident": {"id", "name", "severity", "type", "playbook", "status"},
    "evidence": {"entry_id", "file_name", "size", "sha256", "path", "password"},
    "dump": {"name", "size", "sha256"},
    "timings": {"alert_to_incident_s", "alert_to_evidence_s"},
    "twin": {"url", "requests"},
}
TASK_KEYS = {"id", "name", "state", "branch", "seconds", "error"}


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(19)
@pytest.mark.promise(20)
def test_a_demo_ends_with_right_evidence_and_a_second_one_begins_anew(folder: Folder) -> None:
    first = _demo(folder)
    (folder.home / "left-over").touch()
    second = _demo(folder)
    assert not (folder.home / "left-over").exists()
    for part in ("incident", "dump", "evidence"):
        assert first[part] != second[part]
    assert first["incident"]["name"] != second["incident"]["name"]
    assert not Path(first["evidence"]["path"]).exists()


def test_the_case_of_a_demo_is_proven_on_a_bare_machine(folder: Folder, tmp_path: Path) -> None:
    shown = _demo(folder)
    case, program = tmp_path / "case.zip", tmp_path / "verify.py"
    exported = json.loads(
        folder.command("evidence", "export", shown["incident"]["id"], "--to", str(case), "--json").stdout
    )
    with zipfile.ZipFile(case) as archive:
        program.write_bytes(archive.read("verify.py"))
        [record] = json.loads(archive.read("manifest.json"))["items"]
    assert (record["sha256"], record["name"]) == (shown["evidence"]["sha256"], shown["evidence"]["file_name"])
    assert record["playbook"]["task_name"]
    [task] = record["response_tasks"]
    assert any(says["says"].get("file_sha256") == shown["dump"]["sha256"] for says in record["said"])
    assert any(says["says"].get("id") == task for says in record["said"])
    assert shown["evidence"]["password"] not in json.dumps(record)
    for code, says in ((0, "intact: 1 item, signed by the key that you named"), (1, "NOT INTACT")):
        checked = subprocess.run(
            [sys.executable, "-I", "-S", program, case, "--key", exported["key"]],
            env={},
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == code
        assert says in checked.stdout
        case.write_bytes(case.read_bytes().replace(b"PK", b"pK", 1))


def test_a_folder_that_no_demo_made_is_refused_and_kept(folder: Folder) -> None:
    folder.home.mkdir()
    mine = folder.home / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    refused = folder.command("demo", "--json", code=1)
    assert refused.stdout == ""
    assert refused.stderr == (f"{folder.home} is not empty and no demo made it. Name another folder with --home.\n")
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_demo_on_the_folder_of_one_that_runs_is_refused_and_does_it_no_harm(folder: Folder) -> None:
    with _running(folder) as demo:
        until(lambda: len(children(demo.pid)) > 2, "the demo has its twin, its fork server and a worker")
        demo.send_signal(signal.SIGSTOP)  # or it might end before the other one has begun
        try:
            refused = folder.command("demo", "--json", code=1)
        finally:
            demo.send_signal(signal.SIGCONT)
        assert refused.stderr.startswith(f"The data folder {folder.home} is in use by process {demo.pid};")
        out, err = demo.communicate(timeout=LONGEST)
    assert (demo.returncode, err) == (0, "")
    _check(json.loads(out))


def test_a_demo_that_is_terminated_takes_its_twin_along(folder: Folder) -> None:
    with _running(folder) as demo:
        until(lambda: len(children(demo.pid)) > 2, "the demo has its twin, its fork server and a worker")
        demo.send_signal(signal.SIGTERM)
        out, _ = demo.communicate(timeout=LONGEST)
    assert demo.returncode == 128 + signal.SIGTERM
    assert out == ""


def test_a_demo_that_is_killed_takes_its_twin_along(folder: Folder) -> None:
    with adopting_orphans(), _running(folder) as demo:
        until(lambda: len(children(demo.pid)) > 2, "the demo has its twin, its fork server and a worker")
        began = children(demo.pid)
        (port,) = until(lambda: {port for pid in began for port in listening_ports(pid)}, "the twin listens")
        demo.kill()
        until(lambda: not any(is_alive(pid) for pid in began), "all that it had started has ended")
        demo.communicate(timeout=LONGEST)
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


def test_an_unknown_scenario_is_refused_in_one_sentence(folder: Folder) -> None:
    refused = folder.command("demo", "--json", "--scenario", "earthquake", code=1)
    assert refused.stdout == ""
    assert re.fullmatch(r"The twin did not start: There is no scenario 'earthquake'; [^\n]*\n", refused.stderr)


def _running(folder: Folder) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PROGRAM, "--home", str(folder.home), "demo", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=own_environment(),
    )


def _demo(folder: Folder) -> JsonObject:
    """Run a demo and check what it says; nothing else may be on its outputs."""
    began = time.monotonic()
    done = folder.command("demo", "--json", anew=True)
    seconds = time.monotonic() - began
    report: JsonObject = json.loads(done.stdout)
    print(f"demo: {seconds:.1f} s, timings {report['timings']}, {report['twin']['requests']} requests")  # noqa: T201
    assert done.stderr == ""
    assert seconds < LONGEST
    _check(report)
    return report


def _check(report: JsonObject) -> None:
    for part, keys in KEYS.items():
        assert (report[part] if part else report).keys() == keys
    assert report["incidents"] == 12
    assert (report["incident"]["severity"], report["incident"]["status"]) == ("Critical", "Active")
    _check_tasks(report["tasks"])
    _check_evidence(report["evidence"], report["dump"])
    assert 0 < report["timings"]["alert_to_incident_s"] < report["timings"]["alert_to_evidence_s"]
    assert report["twin"]["requests"] > 12


def _check_tasks(tasks: list[JsonObject]) -> None:
    assert all(task.keys() == TASK_KEYS for task in tasks)
    assert {task["state"] for task in tasks} == {"Completed", "WillNotBeExecuted"}
    branches = {task["name"]: task["branch"] for task in tasks if task["state"] == "Completed"}
    assert branches["Is it credential dumping?"] == "yes"
    assert "Compare with Vision One's hash" in branches
    assert {task["error"] for task in tasks} == {""}


def _check_evidence(evidence: JsonObject, dump: JsonObject) -> None:
    """Recompute what it says from the bytes that it saved."""
    archive = Path(evidence["path"])
    with archive.open("rb") as stream:
        assert hash_of(stream) == evidence["sha256"]
    assert archive.stat().st_size == evidence["size"]
    assert hashes_inside(archive, evidence["password"]) == {dump["name"]: dump["sha256"]}
