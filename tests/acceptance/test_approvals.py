"""The action that was approved is the action that is done, once: real processes, judged by what the twin did."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.acceptance.folder import Folder, options_for
from tests.acceptance.gate import open_gate
from tests.acceptance.twin import TwinProcess, started_twin
from tests.acceptance.waiting import TIMEOUT, until
from warroom.model.json import JsonObject

pytestmark = pytest.mark.acceptance

CONTAIN = "Vision One - Contain Endpoint"
ISOLATE = "trendmicro-visionone-isolate-endpoint"
TWIN = ("--speed", "5")


def hosts_of(twin: TwinProcess) -> tuple[JsonObject, JsonObject]:
    first, second = [one for one in twin.state("endpoints") if not one["isolated"]][:2]
    return first, second


def isolated(twin: TwinProcess) -> list[str]:
    """What the twin was asked to cut off, by the GUIDs of its tasks."""
    return [task["agentGuid"] for task in twin.state("tasks") if task["action"] == "isolate"]


def protect(folder: Folder, *names: str) -> None:
    folder.command("run", f'!setList listName=protected_hosts listData="{",".join(names)}"')


def contain(folder: Folder, incident: str, host: JsonObject) -> JsonObject:
    inputs = ("--input", f"Endpoint={host['name']}", "--input", "Respond=act")
    plan: JsonObject = folder.read("playbook", "run", CONTAIN, "--incident", incident, *inputs, "--wait")
    assert plan["state"] == "waiting"
    return plan


def request_of(folder: Folder, plan: JsonObject) -> JsonObject:
    (found,) = [item for item in folder.read("task", "list") if item["plan"] == plan["plan"]]
    return dict(found)


def test_of_two_containments_on_one_incident_the_approved_one_is_done(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, *TWIN) as twin:
        folder.add_instance(twin.url, isFetch="false")
        first, second = hosts_of(twin)
        protect(folder, first["name"], second["name"])
        incident = folder.read("incident", "create", "Two hosts")["id"]
        with folder.served(*options_for(twin.url)) as server:
            server.ready()
            plans = [contain(folder, incident, host) for host in (first, second)]
            asked = request_of(folder, plans[0])
            assert asked["request"]["command"] == ISOLATE
            assert f"{first['name']} (" in asked["request"]["targets"][0]
            assert isolated(twin) == []
            words = ("task", "answer", asked["plan"], asked["task"], "approve", "--comment", "It spreads.")
            assert folder.read(*words)["state"] == "completed"
            assert isolated(twin) == [first["agentGuid"]]
            assert server.stop() == 0
        (waiting,) = folder.read("task", "list")
        assert waiting["plan"] == plans[1]["plan"]
        said = [str(entry["contents"]) for entry in folder.read("incident", "show", incident)["entries"]]
        approved = next(text for text in said if " approved `!" in text)
        assert first["agentGuid"] in approved
        assert "It spreads." in approved
        assert "with a second responder, somebody else would have to." in approved


def test_a_typed_command_that_waits_ends_with_code_1_and_says_how_it_is_approved(
    folder: Folder, tmp_path: Path
) -> None:
    with started_twin(tmp_path, *TWIN) as twin:
        folder.add_instance(twin.url, isFetch="false")
        host, _ = hosts_of(twin)
        protect(folder, host["name"][:4] + "*")
        done = folder.command("run", f"!{ISOLATE} endpoint={host['name']}", code=1)
        assert "Nothing is done until somebody answers: `warroom task answer" in " ".join(done.stdout.split())
        (asked,) = folder.read("task", "list")
        refused = folder.command("task", "answer", asked["plan"], asked["task"], "Approve", code=1)
        assert "takes a reason" in refused.stderr
        ended = folder.read("task", "answer", asked["plan"], asked["task"], "Reject", "--comment", "It is a server.")
        assert ended["state"] == "failed"
        assert isolated(twin) == []


def test_a_kill_while_an_approved_action_is_answered_repeats_nothing(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, *TWIN) as twin, open_gate(twin.port) as gate:
        folder.add_instance(gate.url, isFetch="false")
        host, _ = hosts_of(twin)
        protect(folder, host["name"])
        incident = folder.read("incident", "create", "One host")["id"]
        plan = contain(folder, incident, host)
        asked = request_of(folder, plan)
        gate.hold("POST /v3.0/response/endpoints/isolate")
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            refused = folder.ask("task.answer", plan=plan["plan"], task=asked["task"], choice="Approve")
            assert refused.status_code == 422
            words = {"plan": plan["plan"], "task": asked["task"], "choice": "Approve", "comment": "It spreads."}
            with ThreadPoolExecutor(1) as thread:
                answered = thread.submit(folder.ask, "task.answer", **words)
                assert gate.held.wait(TIMEOUT)
                server.kill()
                with pytest.raises(httpx.TransportError):
                    answered.result()
        with folder.served(*options_for(gate.url)) as server:
            server.ready()
            until(lambda: _state(folder, plan) == "completed", "the approved plan ends")
            server.stop()
        assert isolated(twin) == [host["agentGuid"]]


def _state(folder: Folder, plan: JsonObject) -> str:
    return str(folder.call("plan.show", plan=plan["plan"])["state"])
