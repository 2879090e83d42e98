import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import visionone_sim
from visionone_sim.scenarios.catalog import SCENARIOS
from visionone_sim.testing import RunningTwin

COMMAND = [sys.executable, "-c", "from visionone_sim.cli import main; main()"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(visionone_sim.__file__).parents[1]), "NO_COLOR": "1"}


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


def end(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def refused(*options: str) -> tuple[int, str]:
    done = subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, env=ENVIRONMENT, timeout=120, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.acceptance
def test_it_says_where_it_is_and_ends_on_a_signal() -> None:
    with running("--api-key", "secret", "--scenario", "empty") as (process, line):
        assert line.startswith("Twin of Vision One on http://127.0.0.1:")
        assert line.endswith("(scenario empty, key secret)\n")
        url = line.split()[5]
        headers = {"Authorization": "Bearer secret"}
        assert httpx.get(f"{url}/v3.0/healthcheck/connectivity", headers=headers, timeout=60).json() == {
            "status": "available"
        }
        assert end(process, signal.SIGTERM) == (0, "")


@pytest.mark.acceptance
def test_as_json_it_tells_a_program_over_tls_too() -> None:
    with running("--json", "--tls", "--seed", "5", "--setting", "alert_page_size=2") as (process, line):
        started = json.loads(line)
        assert (started["pid"], started["seed"]) == (process.pid, 5)
        context = ssl.create_default_context(cafile=started["ca"])
        headers = {"Authorization": f"Bearer {started['api_key']}"}
        page = httpx.get(f"{started['url']}/v3.0/workbench/alerts", headers=headers, verify=context, timeout=60).json()
        assert (page["count"], page["nextLink"].split("?")[0]) == (2, f"{started['url']}/v3.0/workbench/alerts")
        assert end(process, signal.SIGINT) == (0, "")
        assert not Path(started["ca"]).exists()


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--scenario", "nothing"],
            f"There is no scenario 'nothing'; use one of {', '.join(SCENARIOS)}, or a file.",
        ),
        (["--faults", "none"], "none cannot be read (No such file or directory); name a file or one of mockup."),
        (["--tenant", "x"], "The tenant 'x' has no value; write it as key=scenario."),
        (
            ["--state", "/nowhere/x"],
            "The state cannot be kept in /nowhere/x (No such file or directory); name one where you may write.",
        ),
        (["--setting", "x"], "The setting 'x' has no value; write it as name=value."),
        (["--setting", "alert_page_size=x"], "The setting alert_page_size cannot be 'x'; it takes a whole number."),
    ],
)
def test_a_wrong_option_is_said_in_one_sentence(options: list[str], message: str) -> None:
    assert refused(*options) == (1, f"{message}\n")


@pytest.mark.acceptance
def test_a_port_in_use_is_said_in_one_sentence(twin: RunningTwin) -> None:
    code, message = refused("--port", twin.url.rsplit(":", 1)[1])
    assert (code, message.count("\n")) == (1, 1)
    assert "choose another --port" in message


def peak_memory_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def wait_for_success(client: httpx.Client, url: str) -> dict[str, Any]:
    client.post(url.replace("/v3.0/response/tasks/00000001", "/_twin/clock"), json={"advance": 5})
    task: dict[str, Any] = client.get(url).json()
    assert task["status"] == "succeeded"
    return task


@pytest.mark.acceptance
def test_a_dump_of_300_mb_passes_with_little_memory() -> None:
    with running("--json", "--scenario", "large-dump") as (process, line):
        started = json.loads(line)
        headers = {"Authorization": f"Bearer {started['api_key']}"}
        with httpx.Client(headers=headers, timeout=60) as client:
            files = client.get(f"{started['url']}/_twin/state", params={"part": "files"}).json()["files"]
            (dump,) = [file for file in files if file["size"] == 300_000_000]
            target = {"agentGuid": dump["agentGuid"], "filePath": dump["path"]}
            (answer,) = client.post(f"{started['url']}/v3.0/response/endpoints/collectFile", json=[target]).json()
            task = wait_for_success(client, answer["headers"][0]["value"])
        with httpx.stream("GET", task["resourceLocation"]) as download:
            received = sum(map(len, download.iter_raw()))
        assert received > task["fileSize"] == 300_000_000
        assert peak_memory_bytes(process.pid) < 150_000_000
        assert end(process, signal.SIGTERM) == (0, "")


@pytest.mark.acceptance
def test_the_state_outlives_the_process(tmp_path: Path) -> None:
    options = ("--json", "--scenario", "empty", "--state", str(tmp_path / "tenant"), "--api-key", "secret")
    headers = {"Authorization": "Bearer secret"}
    path = "/v3.0/threatintel/suspiciousObjects"
    with running(*options) as (process, line):
        httpx.post(json.loads(line)["url"] + path, json=[{"domain": "bad.example"}], headers=headers, timeout=60)
        assert end(process, signal.SIGTERM) == (0, "")
    with running(*options) as (process, line):
        items = httpx.get(json.loads(line)["url"] + path, headers=headers, timeout=60).json()["items"]
        assert [item["domain"] for item in items] == ["bad.example"]
        end(process, signal.SIGTERM)
    (tmp_path / "tenant").write_bytes(b"rubbish")
    code, message = refused(*options)
    assert code == 1
    assert message.startswith(f"{tmp_path / 'tenant'} cannot be taken up: This is no snapshot of a tenant")


@pytest.mark.acceptance
def test_several_tenants_live_side_by_side_and_faults_come_from_a_table() -> None:
    options = ("--json", "--api-key", "first", "--tenant", "second=empty", "--faults", "mockup")
    with running(*options) as (process, line):
        url = json.loads(line)["url"]
        counts = [
            httpx.get(f"{url}/v3.0/workbench/alerts", headers={"Authorization": f"Bearer {key}"}, timeout=60).json()[
                "totalCount"
            ]
            for key in ("first", "second")
        ]
        assert counts == [12, 0]
        seen = [
            httpx.get(f"{url}/_twin/state?part=alerts&key={key}", timeout=60).json()["alerts"]
            for key in ("first", "second")
        ]
        assert [len(alerts) for alerts in seen] == [12, 0]
        refused_task = httpx.get(
            f"{url}/v3.0/response/tasks/not_found", headers={"Authorization": "Bearer second"}, timeout=60
        )
        assert refused_task.status_code == 404
        end(process, signal.SIGTERM)


@pytest.mark.acceptance
def test_scenarios_are_listed_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("summary: Mine.\ntimeline: [{detect: nothing}]\n")
    listed = subprocess.run([*COMMAND, "scenario", "list"], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert [line.partition(":")[0] for line in listed.stdout.splitlines()] == list(SCENARIOS)
    code, message = refused("scenario", "lint", "empty", str(file))
    assert (code, message) == (1, f"{file}: detect: there is no model 'nothing'.\n")


@pytest.mark.parametrize("options", [["--help"], ["--version"]])
def test_help_and_version_build_no_tenant(options: list[str]) -> None:
    code = (
        "import sys, visionone_sim.cli as cli\ntry: cli.main()\nexcept SystemExit: pass\n"
        "print({'fastapi', 'yaml', 'pydantic', 'visionone_sim.app'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *options], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    assert done.stdout.endswith("set()\n")
    assert "visionone-sim " in done.stdout or "--scenario" in done.stdout
