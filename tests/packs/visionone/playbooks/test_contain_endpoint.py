"""Contain Endpoint and Restore Endpoint: who is asked, what is isolated, when it comes back."""

import pytest

from tests.packs.visionone.playbooks.stage import Stage, waits_for_a_person
from tests.packs.visionone.theatre import Played
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin
from warroom.model.incident import Incident
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTAIN, RESTORE = "Vision One - Contain Endpoint", "Vision One - Restore Endpoint"
LAPTOP, DESKTOP, OFFLINE = "HR-LT-171", "FIN-LT-528", "SAL-LT-534"


def isolated(twin: RunningTwin) -> set[str]:
    return {endpoint.name for endpoint in twin.tenant.inventory.values() if endpoint.isolated}


def actions(twin: RunningTwin) -> list[str]:
    return [task.action for task in twin.tenant.tasks.values()]


def notes(twin: RunningTwin, incident: Incident) -> str:
    assert incident.mirror is not None
    return "\n".join(note.content for note in twin.tenant.notes.on(incident.mirror.id))


def decision(played: Played) -> object:
    return played.context["VisionOne"]["Approval"]["decision"]


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
