"""The emergency stop with real processes, killed at its worst moments, judged by what the twin was asked to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.folder import Folder, options_for
from tests.acceptance.gate import open_gate
from tests.acceptance.test_approvals import CONTAIN, ISOLATE, hosts_of, isolated
from tests.acceptance.twin import started_twin
from tests.acceptance.waiting import TIMEOUT, until
from warroom.model.json import JsonObject

pytestmark = pytest.mark.acceptance

TWIN = ("--speed", "5")


def contain(folder: Folder, incident: str, host: JsonObject) -> str:
    """Start a containment through the server, and do not wait for it."""
    inputs = {"Endpoint": host["name"], "Respond": "act"}
    return str(folder.call("playbook.run", name=CONTAIN, incident=incident, inputs=inputs)["plan"])


def is_in(folder: Folder, plan: str, *states: str) -> Callable[[], bool]:
    return lambda: folder.call("plan.show", plan=plan)["state"] in states


def test_what_is_paused_waits_over_a_kill_and_is_done_once_when_it_is_resumed(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, *TWIN) as twin:
        folder.add_instance(twin.url, isFetch="false")
        host, _ = hosts_of(twin)
        incident = folder.read("incident", "create", "One host")["id"]
        with folder.served(*options_for(twin.url)) as server:
            server.ready()
            folder.command("pause", "--reason", "Wrong hosts.")
            plan = contain(folder, incident, host)
            until(is_in(folder, plan, "waiting"), "the plan waits")
            server.kill()
        with folder.served(*options_for(twin.url)) as server:
            server.ready()
            refused = folder.command("run", f"!{ISOLATE} endpoint={host['name']}", code=1)
            assert "paused every instance" in refused.stderr
            assert isolated(twin) == []
            said = [str(entry["contents"]) for entry in folder.read("incident", "show", incident)["entries"]]
            assert any("was not sent: " in text and "Wrong hosts." in text for text in said)
            folder.command("resume")
            until(is_in(folder, plan, "completed"), "the plan goes on")
            assert isolated(twin) == [host["agentGuid"]]
            assert server.stop() == 0


def test_what_had_left_before_a_pause_is_named_and_not_repeated_after_a_kill(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, *TWIN) as twin, open_gate(twin.port) as gate:
        folder.add_instance(gate.url, isFetch="false")
        host, _ = hosts_of(twin)
        incident = folder.read("incident", "create", "One host")["id"]
        gate.hold("POST /v3.0/response/endpoints/isolate")
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            plan = contain(folder, incident, host)
            assert gate.held.wait(TIMEOUT)
            (left,) = folder.read("pause", "--reason", "Wrong hosts.")["on_the_way"]
            assert (left["plan"], left["command"]) == (plan, ISOLATE)
            server.kill()
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            until(is_in(folder, plan, "waiting"), "the plan waits")
            assert isolated(twin) == [host["agentGuid"]]
            folder.command("resume")
            until(is_in(folder, plan, "completed"), "the plan goes on")
            assert server.stop() == 0
        assert isolated(twin) == [host["agentGuid"]]
