"""Several targets of which some fail: the incident says which are done and which are not, and somebody has to look."""

from dataclasses import replace
from typing import Any

import pytest

from tests.packs.visionone.playbooks.stage import Inputs, Stage, actions, notes, waits_for_a_person
from visionone_sim.faults import Fault
from visionone_sim.tenant.endpoints import Process
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin
from warroom.model.incident import Incident
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTAIN, RESTORE, END = (
    f"Vision One - {name}" for name in ("Contain Endpoint", "Restore Endpoint", "Terminate Process")
)
HOSTS = ["HR-LT-171", "FIN-LT-528", "ENG-WS-346"]
SHA1 = "c0ffee" * 6 + "beef"
WORDS = {CONTAIN: "isolate", RESTORE: "restoreIsolate", END: "terminateProcess"}
DONE = {CONTAIN: "isolated", RESTORE: "connected again", END: "ended"}
ANY = pytest.mark.parametrize("playbook", WORDS)


def agent(twin: RunningTwin, name: str) -> str:
    return twin.tenant.inventory.target(agent_guid=None, name=name).agent_guid


def isolated(twin: RunningTwin) -> set[str]:
    return {endpoint.name for endpoint in twin.tenant.inventory.values() if endpoint.isolated}


def inputs(twin: RunningTwin, playbook: str) -> Inputs:
    """Return three targets of a playbook, as they have to be before it."""
    for host in HOSTS:
        if playbook == RESTORE:
            twin.tenant.inventory.isolate(agent(twin, host), isolated=True)
        if playbook == END:
            evil = Process(pid=4711, name="evil.exe", path=r"C:\evil.exe", sha1=SHA1, command_line="evil")
            twin.tenant.start_process(agent(twin, host), evil)
    return {"Endpoint": HOSTS, "Respond": "act", **({"FileSHA1": SHA1} if playbook == END else {})}


def fail(twin: RunningTwin, playbook: str, status: Any = "failed", count: int = 1) -> None:
    """Let the first tasks of a playbook end otherwise."""
    error = TaskError(code="Busy", message="The agent is busy.") if status == "failed" else None
    for _ in range(count):
        twin.tenant.tasks.expect(Outcome(action=WORDS[playbook], timeline=((0, "queued"), (3, status)), error=error))  # type: ignore[arg-type]  # one of its actions


async def state(stage: Stage, incident: Incident) -> Any:
    """Answer what waits, and give what the playbook leaves at its end."""
    played = await stage.answer(incident, "It is left as it is", "Somebody is on it.")
    return played.context["VisionOne"]["Response_State"]


@ANY
@pytest.mark.parametrize("status", ["failed", "rejected", "canceled"])
async def test_two_of_three_are_named_done_and_the_third_is_an_open_task(
    stage: Stage, twin: RunningTwin, playbook: str, status: str
) -> None:
    given = inputs(twin, playbook)
    fail(twin, playbook, status)
    incident = await stage.incident()

    played = await stage.play(incident, playbook, given)

    assert waits_for_a_person(played)
    asked = str((await stage.asked()).wait)
    found = await state(stage, incident)
    [rest] = found["rest"]
    left = rest["name"].removeprefix(f"{SHA1} on ")
    assert left in HOSTS
    assert f"{rest['name']} is not {DONE[playbook]}. Its response task is {status}" in asked
    assert ("The agent is busy." in asked) is (status == "failed")
    assert "To try again: !trendmicro-visionone-" in asked
    assert agent(twin, left) in found["again"]
    on_alert = notes(twin, incident)
    done, _, not_done = on_alert.partition("Not done:")
    assert {host for host in HOSTS if host in done} == set(HOSTS) - {left}
    assert {host for host in HOSTS if host in not_done} == {left}
    assert "| not done |" in played.said


@ANY
async def test_none_of_three_is_noted_as_done_and_all_are_in_the_open_task(
    stage: Stage, twin: RunningTwin, playbook: str
) -> None:
    given = inputs(twin, playbook)
    fail(twin, playbook, count=3)
    incident = await stage.incident()

    played = await stage.play(incident, playbook, given)

    assert waits_for_a_person(played)
    assert notes(twin, incident) == ""
    asked = str((await stage.asked()).wait)
    assert [host for host in HOSTS if host in asked] == HOSTS
    assert (await state(stage, incident))["done"] == []


@ANY
async def test_all_of_three_leave_nothing_to_ask(stage: Stage, twin: RunningTwin, playbook: str) -> None:
    given = inputs(twin, playbook)
    incident = await stage.incident()

    played = await stage.play(incident, playbook, given)

    assert played.plan.state is PlanState.COMPLETED
    assert all(host in notes(twin, incident) for host in HOSTS)
    found = played.context["VisionOne"]["Response_State"]
    assert (found["rest"], len(found["done"])) == ([], 3)


@ANY
async def test_a_target_that_was_refused_is_left_beside_those_that_were_accepted(
    stage: Stage, twin: RunningTwin, playbook: str
) -> None:
    given = inputs(twin, playbook)
    twin.fail(Fault(path=".*/eiqs/.*|.*/endpointSecurity/.*", status=403, code="AccessDenied", count=None))

    incident = await stage.incident()
    played = await stage.play(incident, playbook, {**given, "Endpoint": [*HOSTS, "NO-SUCH-PC"]})

    assert waits_for_a_person(played)
    found = await state(stage, incident)
    [rest] = found["rest"]
    assert rest["name"].endswith("NO-SUCH-PC")
    assert "did not accept it" in rest["reason"]
    assert len(found["done"]) == len(HOSTS)


async def test_a_host_that_is_offline_is_told_and_restored_with_the_others(stage: Stage, twin: RunningTwin) -> None:
    away = twin.tenant.inventory.target(agent_guid=None, name=HOSTS[0])
    twin.tenant.endpoints.put(replace(away, connected=False))
    incident = await stage.incident()

    await stage.play(incident, CONTAIN, {"Endpoint": HOSTS, "Respond": "act", "PollTimeout": "600"})

    asked = str((await stage.asked()).wait)
    assert f"{HOSTS[0]} is not isolated. Its response task is queued" in asked
    assert isolated(twin) == set(HOSTS[1:])
    assert agent(twin, HOSTS[0]) in (await state(stage, incident))["taken_target"]  # it may still become isolated


async def test_only_what_was_or_may_become_isolated_is_restored_after_the_time(stage: Stage, twin: RunningTwin) -> None:
    fail(twin, CONTAIN)
    given = {**inputs(twin, CONTAIN), "RestoreAfterMinutes": "60"}

    played = await stage.play(await stage.incident(), CONTAIN, given)

    assert isolated(twin) == set()
    assert actions(twin) == ["isolate"] * 3 + ["restoreIsolate"] * 2
    assert "What was done, and what was not" in played.said
    assert "is not isolated. Its response task is failed" in str((await stage.asked()).wait)


async def test_what_became_of_the_rest_is_kept_with_the_reason(stage: Stage, twin: RunningTwin) -> None:
    fail(twin, CONTAIN)
    incident = await stage.incident()
    await stage.play(incident, CONTAIN, inputs(twin, CONTAIN))

    played = await stage.answer(incident, "It is left as it is", "It is switched off and locked away.")

    assert played.plan.state is PlanState.COMPLETED
    assert "What was left: It is left as it is. It is switched off and locked away." in played.said


@ANY
async def test_while_somebody_is_asked_the_steps_have_the_state_in_their_context(
    stage: Stage, twin: RunningTwin, playbook: str
) -> None:
    given = inputs(twin, playbook)
    fail(twin, playbook)
    incident = await stage.incident()

    played = await stage.play(incident, playbook, given)

    assert waits_for_a_person(played)
    waiting = await stage.app.journal.context(incident.id)
    own = [node["VisionOne"] for key, node in waiting.items() if key.startswith(f"subplaybook-{stage.plan}-")]
    [found] = [one["Response_State"] for one in own if "Response_State" in one]
    assert len(found["rest"]) == 1
    assert found == await state(stage, incident)
