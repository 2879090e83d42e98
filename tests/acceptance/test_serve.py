"""`warroom serve` as a process: one for a folder, reached through its socket, ended by a signal, alone afterwards."""

import json
import socket
import time
from pathlib import Path

import pytest

from tests.acceptance.folder import Folder, Server, options_for
from tests.acceptance.gate import open_gate
from tests.acceptance.proc import is_alive
from tests.acceptance.twin import TwinProcess, started_twin
from tests.acceptance.waiting import TIMEOUT, until

pytestmark = pytest.mark.acceptance

FEW_SECONDS = 20.0  # graces of the server, its jobs and its workers are 2, 2 and 1 s; the rest is for busy cores


def test_a_typed_command_goes_through_the_server(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, "--speed", "20", "--scenario", "empty", anew=True) as twin:
        folder.add_instance(twin.url)
        with folder.served(*options_for(twin.url), anew=True) as server:
            server.ready()
            host = twin.state("endpoints")[0]["name"]
            entries = folder.read("run", f"!trendmicro-visionone-isolate-endpoint endpoint={host}")
            assert [entry["type"] for entry in entries] == [1]
            until(lambda: _is_isolated(twin, host), f"{host} is isolated")
            typed = f"!trendmicro-visionone-get-endpoint-info endpoint={host}"
            assert host in folder.command("run", typed, anew=True).stdout


def test_a_second_server_is_refused_in_one_sentence(folder: Folder) -> None:
    with folder.served() as server:
        server.ready()
        refused = folder.command("serve", code=1)
        assert refused.stdout == ""
        assert refused.stderr == (
            f"The data folder {folder.home} is in use by process {server.process.pid};"
            " stop it, or name another folder. A server that is just starting answers in a few seconds.\n"
        )
        assert folder.read("incident", "list") == []


def test_a_server_that_is_killed_takes_its_simulated_tenant_along(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.home.mkdir()
    notes = {"port": port, "api_key": "a-key-of-an-earlier-server"}  # an earlier server had the tenant: it comes again
    (folder.home / "simulator.json").write_text(json.dumps(notes), encoding="utf-8")
    with folder.served(anew=True) as server:
        server.ready()
        until(lambda: _is_open(port), "the tenant listens")
        server.process.kill()
        until(lambda: not _is_open(port), "the tenant's port is closed")


def test_a_signal_ends_the_server_and_its_workers_while_they_work(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, "--speed", "20") as twin, open_gate(twin.port) as gate:
        folder.add_instance(gate.url)
        gate.hold("POST /v3.0/response/endpoints/collectFile")
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            assert gate.held.wait(TIMEOUT), "The playbook did not come to its collection."
            workers = server.workers()
            assert workers
            _ends_soon(server)
            assert [pid for pid in workers if is_alive(pid)] == []
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            until(folder.all_ended(12), "the plans that the signal interrupted end")
            assert {plan["state"] for plan in folder.plans()} == {"completed"}
            _ends_soon(server)
        assert [task["action"] for task in twin.state("tasks")] == ["collectFile"]
        assert len(twin.state("notes")) == 1


def _ends_soon(server: Server) -> None:
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < FEW_SECONDS


def _is_isolated(twin: TwinProcess, host: str) -> bool:
    return next(item["isolated"] for item in twin.state("endpoints") if item["name"] == host) is True


def _is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
