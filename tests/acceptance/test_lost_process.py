"""A worker or the tenant that goes away in the middle costs an error at most, never the runtime."""

import os
import signal
from pathlib import Path

import pytest

from tests.acceptance.evidence import check_evidence
from tests.acceptance.folder import Folder, Server, options_for
from tests.acceptance.gate import open_gate
from tests.acceptance.proc import is_alive
from tests.acceptance.twin import started_twin
from tests.acceptance.waiting import TIMEOUT, until

pytestmark = pytest.mark.acceptance

ALERTS = 12
TWIN = ("--speed", "20", "--setting", "link_lifetime_seconds=1200")  # a link lives for a minute, as in Vision One
COLLECT = "POST /v3.0/response/endpoints/collectFile"


def test_a_worker_killed_in_an_action_is_replaced_and_the_action_is_not_done_twice(
    folder: Folder, tmp_path: Path
) -> None:
    with started_twin(tmp_path, *TWIN) as twin, open_gate(twin.port) as gate:
        folder.add_instance(gate.url)
        gate.hold(COLLECT)
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            assert gate.held.wait(TIMEOUT), "The playbook did not come to its collection."
            _kill_workers(server)
            until(folder.all_ended(ALERTS), "every plan ends")
            assert {plan["state"] for plan in folder.plans()} == {"completed"}
            check_evidence(folder, twin)
        assert len(twin.state("notes")) == 1


def test_idle_workers_that_were_killed_are_replaced(folder: Folder) -> None:
    with folder.served() as server:
        server.ready()
        for _ in range(2):
            (entry,) = folder.call("run", text="!Print value=hello")["entries"]
            assert entry["contents"] == "hello"
            _kill_workers(server)


def test_fetching_goes_on_when_the_tenant_is_back(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, *TWIN, "--seed", "1") as twin:
        folder.add_instance(twin.url)
        with folder.served(*options_for(twin.url)) as server:
            server.ready()
            until(folder.all_ended(ALERTS), "every plan ends")
            twin.kill()
            until(lambda: "fetch failed" in server.log.read_text(encoding="utf-8"), "a fetch finds nobody there")
            with started_twin(tmp_path, *TWIN, "--seed", "2", "--port", str(twin.port)) as other:
                until(folder.all_ended(2 * ALERTS), "the alerts of the tenant that is back become incidents")
                mirrors = {incident["mirror_id"] for incident in folder.incidents()}
                assert mirrors >= {alert["id"] for alert in other.state("alerts")}
                assert len(folder.incidents()) == 2 * ALERTS
                assert len(other.state("notes")) == 1


def _kill_workers(server: Server) -> None:
    workers = server.workers()
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    until(lambda: not any(map(is_alive, workers)), "the killed workers are gone")
