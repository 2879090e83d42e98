"""Wait for Response Task: it ends without an error, whatever became of the tasks."""

from typing import Any

import pytest

from tests.packs.visionone.playbooks.stage import Stage, waits_for_a_person
from tests.packs.visionone.theatre import Played
from visionone_sim.faults import Fault
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

WAIT, CONTAIN = "Vision One - Wait for Response Task", "Vision One - Contain Endpoint"


async def isolating(stage: Stage, timeline: Any, **wait: str) -> Played:
    """Let an isolation take its course, and wait for it."""
    error = TaskError(code="Reason", message="Because of that.")
    stage.twin.tenant.tasks.expect(Outcome(action="isolate", timeline=timeline, error=error))
    incident = await stage.incident()
    return await stage.play(incident, CONTAIN, {"Endpoint": "HR-LT-171", "Respond": "act", **wait})


async def test_without_a_task_it_ends_at_once(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), WAIT, {})

    assert played.plan.state is PlanState.COMPLETED
    assert played.ran == {"Forget earlier runs", "Is there a task to wait for?", "Done"}
    assert not [request for request in twin.requests if "/tasks/" in request.path]


async def test_an_approval_in_vision_one_is_waited_for(stage: Stage) -> None:
    played = await isolating(stage, ((0, "pendingApproval"), (300, "running"), (310, "succeeded")))

    assert played.plan.state is PlanState.COMPLETED
    assert [task["status"] for task in played.context["VisionOne"]["Task_Status"]] == ["succeeded"]


@pytest.mark.parametrize("status", ["failed", "rejected", "canceled"])
async def test_what_does_not_succeed_is_told_and_no_error_of_the_playbook(stage: Stage, status: str) -> None:
    played = await isolating(stage, ((0, "queued"), (3, status)))

    assert waits_for_a_person(played)  # an open task for what is not isolated
    assert "Say that not every task succeeded" in played.ran
    assert f"| 00000001 | isolate | HR-LT-171 | {status} |" in played.said


async def test_when_the_time_is_over_the_command_to_look_again_is_named(stage: Stage) -> None:
    played = await isolating(stage, ((0, "queued"), (7200, "succeeded")), PollTimeout="600")

    assert "Say that the wait is over" in played.ran
    assert "!trendmicro-visionone-check-status task_id=00000001" in played.said


async def test_a_tenant_that_cannot_be_asked_ends_the_wait_with_its_reason(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/response/tasks/.*", status=403, code="AccessDenied", message="Not you.", count=None))

    played = await isolating(stage, ((0, "queued"), (3, "succeeded")))

    assert "Not you." in played.said
    assert "Say that it is not isolated" in played.ran
