"""Terminate Process, and Terminate Process and Hunt: the program ends here, and wherever else it ran."""

from dataclasses import replace
from typing import Any

import pytest

from tests.packs.visionone.playbooks.stage import Stage, actions, decision, notes, waits_for_a_person
from visionone_sim.faults import Fault
from visionone_sim.scenarios.evidence import endpoint_record
from visionone_sim.tenant.endpoints import Endpoint, Process
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin
from warroom.model.incident import Incident
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

END, HUNT = "Vision One - Terminate Process", "Vision One - Terminate Process and Hunt"
SHA1 = "c0ffee" * 6 + "beef"
LAPTOP, DESKTOP, OTHER = "HR-LT-171", "FIN-LT-528", "ENG-WS-346"


def endpoint(twin: RunningTwin, name: str) -> Endpoint:
    return twin.tenant.inventory.target(agent_guid=None, name=name)


def infect(twin: RunningTwin, *names: str) -> None:
    """Let the program run on endpoints, and be seen there."""
    for name in names:
        host = endpoint(twin, name)
        process = Process(pid=4711, name="evil.exe", path=r"C:\evil.exe", sha1=SHA1, command_line="evil")
        twin.tenant.start_process(host.agent_guid, process)
        record = endpoint_record(host, twin.clock.now()) | {"uuid": draw_uuid(twin.tenant.rng)}
        twin.tenant.telemetry.record("endpointActivities", record | {"processFileHashSha1": SHA1})


def running(twin: RunningTwin) -> set[str]:
    hosts = twin.tenant.inventory.values()
    return {host.name for host in hosts if any(process.sha1 == SHA1 for process in host.processes)}


async def hunt(stage: Stage, incident: Incident, **inputs: Any) -> Any:
    guid = endpoint(stage.twin, LAPTOP).agent_guid
    return await stage.play(incident, HUNT, {"Endpoint": guid, "FileSHA1": SHA1, **inputs})


async def test_an_approved_end_happens_once_and_is_noted_with_the_reason(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP)
    incident = await stage.incident()
    await stage.play(incident, END, {"Endpoint": LAPTOP, "FileSHA1": SHA1})
    assert running(twin) == {LAPTOP}

    played = await stage.answer(incident, "Approve", "It encrypts.")

    assert played.plan.state is PlanState.COMPLETED
    assert running(twin) == set()
    assert actions(twin) == ["terminateProcess"]
    assert "It encrypts." in notes(twin, incident)


async def test_a_rejection_lets_it_run(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP)
    incident = await stage.incident()
    await stage.play(incident, END, {"Endpoint": LAPTOP, "FileSHA1": SHA1})

    played = await stage.answer(incident, "Reject", "It is the backup.")

    assert decision(played) == "rejected"
    assert "It is the backup." in played.said
    assert running(twin) == {LAPTOP}


@pytest.mark.promise(27)
async def test_the_hunt_ends_it_wherever_else_it_ran(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP, DESKTOP, OTHER)

    played = await hunt(stage, await stage.incident(), Respond="act")

    assert played.plan.state is PlanState.COMPLETED
    assert running(twin) == set()
    assert actions(twin) == ["terminateProcess"] * 3
    found = {endpoint(twin, DESKTOP).agent_guid, endpoint(twin, OTHER).agent_guid}
    assert set(played.context["VisionOne"]["Hunt"]["endpoint"]) == found


async def test_what_the_hunt_finds_has_an_approval_of_its_own(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP, DESKTOP)
    incident = await stage.incident()
    asked = await hunt(stage, incident)
    assert waits_for_a_person(asked)
    here, there = await stage.all_asked()
    assert endpoint(twin, LAPTOP).agent_guid in str(here.wait)
    assert endpoint(twin, DESKTOP).agent_guid in str(there.wait)

    await stage.restart()
    await stage.answer_task(incident, there, "Reject", "A test machine.")
    played = await stage.answer(incident, "Approve", "It encrypts.")

    assert played.plan.state is PlanState.COMPLETED
    assert running(twin) == {DESKTOP}
    assert "A test machine." in played.said


async def test_a_program_that_ran_nowhere_else_is_told(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP)

    played = await hunt(stage, await stage.incident(), Respond="act")

    assert "Say that it ran nowhere else" in played.ran
    assert actions(twin) == ["terminateProcess"]


async def test_an_endpoint_named_by_its_name_is_not_hunted_again(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP)

    played = await hunt(stage, await stage.incident(), Endpoint=LAPTOP, Respond="act")

    assert "Say that it ran nowhere else" in played.ran


async def test_a_search_that_fails_ends_the_program_here_all_the_same(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP)
    twin.fail(Fault(path=".*/endpointActivities", status=403, code="AccessDenied", count=None))

    played = await hunt(stage, await stage.incident(), Respond="act")

    assert "Say that the search failed" in played.ran
    assert running(twin) == set()


async def test_a_hash_that_could_change_the_search_is_not_searched(stage: Stage, twin: RunningTwin) -> None:
    played = await hunt(stage, await stage.incident(), FileSHA1='x","endpointHostName":"*', Respond="act")

    assert "Say that no program is named" in played.ran
    assert actions(twin) == []


async def test_a_refusal_is_said_and_nothing_is_noted(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP)
    twin.fail(Fault(path=".*/terminateProcess", status=403, code="AccessDenied", message="Not you.", count=None))
    incident = await stage.incident()

    played = await stage.play(incident, END, {"Endpoint": LAPTOP, "FileSHA1": SHA1, "Respond": "act"})

    assert waits_for_a_person(played)  # the open task for what is left
    assert "Not you." in played.said
    assert "Say that it may still run" in played.ran
    assert notes(twin, incident) == ""


async def test_an_end_that_fails_is_said_with_vision_ones_reason(stage: Stage, twin: RunningTwin) -> None:
    infect(twin, LAPTOP)
    timeline: Any = ((0, "queued"), (3, "failed"))
    error = TaskError(code="Busy", message="The agent is busy.")
    twin.tenant.tasks.expect(Outcome(action="terminateProcess", timeline=timeline, error=error))

    played = await stage.play(await stage.incident(), END, {"Endpoint": LAPTOP, "FileSHA1": SHA1, "Respond": "act"})

    assert "The agent is busy." in played.said
    assert "Say that it may still run" in played.ran


async def test_without_a_program_there_is_nothing_to_end(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), END, {"Endpoint": LAPTOP, "FileSHA1": "", "Respond": "act"})

    assert "Say what is missing" in played.ran
    assert actions(twin) == []


@pytest.mark.parametrize("respond", ["act", "ask"])
async def test_a_name_that_two_endpoints_have_ends_it_on_neither(stage: Stage, twin: RunningTwin, respond: str) -> None:
    infect(twin, LAPTOP, "ENG-WS-346")
    twin.tenant.endpoints.put(replace(endpoint(twin, "ENG-WS-346"), name=LAPTOP))

    played = await stage.play(await stage.incident(), END, {"Endpoint": LAPTOP, "FileSHA1": SHA1, "Respond": respond})

    assert played.plan.state is PlanState.COMPLETED
    assert f"Nothing was ended. More than one endpoint has {LAPTOP}." in played.said
    assert actions(twin) == []
