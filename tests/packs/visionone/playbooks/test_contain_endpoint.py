"""Contain Endpoint and Restore Endpoint: who is asked, what is isolated, when it comes back."""

from dataclasses import replace
from typing import Any

import pytest

from tests.packs.visionone.playbooks.stage import Stage, actions, decision, notes, waits_for_a_person
from visionone_sim.faults import Fault
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTAIN, RESTORE = "Vision One - Contain Endpoint", "Vision One - Restore Endpoint"
LAPTOP, DESKTOP = "HR-LT-171", "FIN-LT-528"
ACT = {"Endpoint": LAPTOP, "Respond": "act"}
SHARED = "198.51.100.7"


def isolated(twin: RunningTwin) -> set[str]:
    return {endpoint.name for endpoint in twin.tenant.inventory.values() if endpoint.isolated}


def share(twin: RunningTwin, by: str = "ip") -> str:
    """Set the same address, or the same name, on two endpoints."""
    one, other = (twin.tenant.inventory.target(agent_guid=None, name=name) for name in (DESKTOP, "ENG-WS-346"))
    for endpoint in (one, other):
        alike = replace(endpoint, ips=(SHARED,)) if by == "ip" else replace(endpoint, name=DESKTOP)
        twin.tenant.endpoints.put(alike)
    return SHARED if by == "ip" else DESKTOP


@pytest.mark.promise(27)
async def test_an_approved_endpoint_is_isolated_once_and_noted_with_the_reason(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    asked = await stage.play(incident, CONTAIN, {"Endpoint": LAPTOP})

    question = str((await stage.asked()).wait)
    assert waits_for_a_person(asked)
    assert LAPTOP in question
    assert "lnovak" in question
    assert actions(twin) == []

    played = await stage.answer(incident, "Approve", "It talks to a stranger.")

    assert played.plan.state is PlanState.COMPLETED
    assert isolated(twin) == {LAPTOP}
    assert actions(twin) == ["isolate"]
    assert decision(played) == "approved"
    [task] = twin.tenant.tasks.values()
    assert "It talks to a stranger." in str(task.description)
    assert "It talks to a stranger." in notes(twin, incident)


async def test_a_rejection_changes_nothing_and_its_reason_is_kept(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, CONTAIN, {"Endpoint": LAPTOP})

    played = await stage.answer(incident, "Reject", "The director is on it.")

    assert played.plan.state is PlanState.COMPLETED
    assert decision(played) == "rejected"
    assert "The director is on it." in played.said
    assert actions(twin) == []
    assert notes(twin, incident) == ""


async def test_an_answer_that_comes_days_later_to_a_new_runtime_still_counts(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, CONTAIN, {"Endpoint": LAPTOP})

    stage.pass_time(days=3)
    await stage.restart()
    played = await stage.answer(incident, "Approve", "Late, but yes.")

    assert played.plan.state is PlanState.COMPLETED
    assert isolated(twin) == {LAPTOP}
    assert actions(twin) == ["isolate"]


async def test_a_proposal_says_what_would_be_done_and_ends(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()

    played = await stage.play(incident, CONTAIN, {"Endpoint": LAPTOP, "Respond": "propose"})

    assert played.plan.state is PlanState.COMPLETED
    assert f"Proposed: Isolate from the network: {LAPTOP}" in played.said
    assert actions(twin) == []


async def test_several_endpoints_are_isolated_and_one_that_is_already_is_left_alone(
    stage: Stage, twin: RunningTwin
) -> None:
    guid = twin.tenant.inventory.target(agent_guid=None, name=DESKTOP).agent_guid
    twin.tenant.inventory.isolate(guid, isolated=True)
    incident = await stage.incident()

    names = [LAPTOP, DESKTOP, "ENG-WS-346"]
    await stage.play(incident, CONTAIN, {"Endpoint": names, "Respond": "act", "RestoreAfterMinutes": "60"})

    assert actions(twin) == ["isolate", "isolate", "restoreIsolate", "restoreIsolate"]
    assert isolated(twin) == {DESKTOP}


async def test_what_is_isolated_already_is_not_isolated_again(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.inventory.isolate(twin.tenant.inventory.target(agent_guid=None, name=LAPTOP).agent_guid, isolated=True)

    played = await stage.play(await stage.incident(), CONTAIN, ACT)

    assert f"Isolated already: {LAPTOP}." in played.said
    assert actions(twin) == []


@pytest.mark.parametrize("by", ["ip", "name"])
async def test_a_name_that_two_endpoints_have_isolates_neither_and_asks_nobody(
    stage: Stage, twin: RunningTwin, by: str
) -> None:
    shared = share(twin, by)

    played = await stage.play(await stage.incident(), CONTAIN, {"Endpoint": shared, "Respond": "ask"})

    assert played.plan.state is PlanState.COMPLETED
    assert f"Nothing was isolated. More than one endpoint has {shared}." in played.said
    assert actions(twin) == []


@pytest.mark.parametrize("by", ["ip", "name"])
async def test_beside_a_name_that_two_endpoints_have_the_others_are_isolated(
    stage: Stage, twin: RunningTwin, by: str
) -> None:
    shared = share(twin, by)

    played = await stage.play(await stage.incident(), CONTAIN, {"Endpoint": [LAPTOP, shared], "Respond": "act"})

    assert f"More than one endpoint has {shared}: " in played.said
    assert isolated(twin) == {LAPTOP}
    assert actions(twin) == ["isolate"]


async def test_beside_what_is_isolated_already_an_unknown_name_is_said(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.inventory.isolate(twin.tenant.inventory.target(agent_guid=None, name=LAPTOP).agent_guid, isolated=True)

    played = await stage.play(await stage.incident(), CONTAIN, {"Endpoint": f"{LAPTOP},NO-SUCH-PC", "Respond": "act"})

    said = f"Nothing was isolated. Isolated already: {LAPTOP}. Vision One knows no endpoint NO-SUCH-PC."
    assert said in played.said
    assert actions(twin) == []


async def test_the_question_says_nothing_of_a_host_that_is_left_alone(stage: Stage, twin: RunningTwin) -> None:
    left = twin.tenant.inventory.target(agent_guid=None, name=DESKTOP)
    twin.tenant.inventory.isolate(left.agent_guid, isolated=True)

    await stage.play(await stage.incident(), CONTAIN, {"Endpoint": [LAPTOP, DESKTOP], "Respond": "ask"})

    question = str((await stage.asked()).wait)
    assert LAPTOP in question
    assert "lnovak" in question
    assert DESKTOP not in question
    assert left.login_accounts
    assert not any(account.rsplit("\\", 1)[-1] in question for account in left.login_accounts)


@pytest.mark.parametrize("respond", ["act", "ask"])
async def test_a_shared_address_is_not_restored_nor_asked_about_by_two_names(
    stage: Stage, twin: RunningTwin, respond: str
) -> None:
    share(twin)

    played = await stage.play(await stage.incident(), RESTORE, {"Endpoint": SHARED, "Respond": respond})

    assert f"More than one endpoint has {SHARED}: " in played.said
    assert f"Nothing was restored. More than one endpoint has {SHARED}." in played.said
    assert played.plan.state is PlanState.COMPLETED  # nobody is asked
    assert actions(twin) == []


@pytest.mark.parametrize("by", ["ip", "name"])
async def test_beside_a_name_that_two_endpoints_have_the_others_are_restored(
    stage: Stage, twin: RunningTwin, by: str
) -> None:
    shared = share(twin, by)
    twin.tenant.inventory.isolate(twin.tenant.inventory.target(agent_guid=None, name=LAPTOP).agent_guid, isolated=True)
    incident = await stage.incident()
    await stage.play(incident, RESTORE, {"Endpoint": [LAPTOP, shared, "NO-SUCH-PC"]})

    question = str((await stage.asked()).wait)
    assert LAPTOP in question
    assert f"More than one endpoint has {shared}." in question
    assert "Vision One knows no endpoint NO-SUCH-PC." in question

    await stage.answer(incident, "Approve", "It is clean.")
    assert isolated(twin) == set()
    assert actions(twin) == ["restoreIsolate"]


async def test_the_question_names_a_host_that_vision_one_does_not_know(stage: Stage, twin: RunningTwin) -> None:
    await stage.play(await stage.incident(), CONTAIN, {"Endpoint": f"{LAPTOP},NO-SUCH-PC"})

    question = str((await stage.asked()).wait)
    assert LAPTOP in question
    assert "Vision One knows no endpoint NO-SUCH-PC." in question
    assert actions(twin) == []


async def test_without_word_of_the_endpoint_it_is_isolated_as_it_is_named(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/eiqs/.*", status=403, code="AccessDenied", count=None))

    played = await stage.play(await stage.incident(), CONTAIN, ACT)

    assert played.plan.state is PlanState.COMPLETED
    assert isolated(twin) == {LAPTOP}


async def test_a_refusal_is_said_and_nothing_is_noted(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/endpoints/isolate", status=403, code="AccessDenied", message="Not you.", count=None))
    incident = await stage.incident()

    played = await stage.play(incident, CONTAIN, ACT)

    assert waits_for_a_person(played)  # the open task for what is left
    assert "Not you." in played.said
    assert "Say that it is not isolated" in played.ran
    assert notes(twin, incident) == ""


async def test_an_isolation_that_fails_is_said_with_vision_ones_reason(stage: Stage, twin: RunningTwin) -> None:
    timeline: Any = ((0, "queued"), (3, "failed"))
    error = TaskError(code="Busy", message="The agent is busy.")
    twin.tenant.tasks.expect(Outcome(action="isolate", timeline=timeline, error=error))

    played = await stage.play(await stage.incident(), CONTAIN, ACT)

    assert "The agent is busy." in played.said
    assert "Say that it is not isolated" in played.ran
    assert isolated(twin) == set()


async def test_the_connection_comes_back_after_the_time_over_a_restart(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    plan = await stage.begin(incident, CONTAIN, {**ACT, "RestoreAfterMinutes": "90"})
    began = stage.clock.now()
    while isolated(twin) != {LAPTOP}:
        await stage.job()

    await stage.restart()
    played = await stage.theatre.play(incident, plan)

    assert played.plan.state is PlanState.COMPLETED
    assert isolated(twin) == set()
    assert actions(twin) == ["isolate", "restoreIsolate"]
    assert (stage.clock.now() - began).total_seconds() >= 90 * 60
    assert "Connection restored" in notes(twin, incident)


async def test_a_second_run_counts_nothing_of_the_first_one(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, CONTAIN, ACT)
    await stage.play(incident, CONTAIN, {"Endpoint": "ENG-WS-346", "Respond": "propose"})
    await stage.play(incident, CONTAIN, {"Endpoint": DESKTOP})

    played = await stage.answer(incident, "Reject", "Not this one.")

    assert decision(played) == "rejected"
    assert isolated(twin) == {LAPTOP}
    await stage.play(incident, CONTAIN, {"Endpoint": DESKTOP, "Respond": "act"})
    assert isolated(twin) == {LAPTOP, DESKTOP}
    assert actions(twin) == ["isolate", "isolate"]


async def test_without_an_endpoint_there_is_nothing_to_do(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), CONTAIN, {"Endpoint": "", "Respond": "act"})

    assert "Say that no endpoint is named" in played.ran
    assert actions(twin) == []


async def test_an_isolated_endpoint_is_restored_when_a_person_approves(stage: Stage, twin: RunningTwin) -> None:
    guid = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP).agent_guid
    twin.tenant.inventory.isolate(guid, isolated=True)
    incident = await stage.incident()
    await stage.play(incident, RESTORE, {"Endpoint": LAPTOP})

    played = await stage.answer(incident, "Approve", "It is clean.")

    assert played.plan.state is PlanState.COMPLETED
    assert isolated(twin) == set()
    assert "It is clean." in notes(twin, incident)
