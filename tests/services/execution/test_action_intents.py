"""What running code calls: held while it is paused, and written down before it leaves."""

import pytest

from tests.services.approvals.approval_world import ApprovalWorld, approval_world
from tests.services.stop import Stop
from warroom.model.errors import ConflictError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import Frame, PlanRecord
from warroom.services.execution.action_intents import ActionIntents
from warroom.services.execution.call import Actions, Call, Origin
from warroom.services.execution.look_up import look_up
from warroom.testing.samples import some_changes


async def _calling(approvals: ApprovalWorld, name: str, *, in_plan: bool = True) -> tuple[ActionIntents, Call]:
    world = approvals.world
    plan = PlanRecord(
        id=PlanId("p1"), incident=world.incident.id, frame=Frame(playbook="b", name="b"), created=world.clock.now()
    )
    await world.store.commit(some_changes(plans=[plan]))
    origin = Origin(actor="DBot", plan=plan.id if in_plan else None, task=TaskKey("5") if in_plan else None, attempt=1)
    call = Call(
        incident=world.incident,
        resolved=look_up(world.catalogue, name),
        args={"endpoint": "A"},
        origin=origin,
        idempotency_key="wr-p1-5",
    )
    return ActionIntents(halting=world.halting, journal=world.journal, clock=world.clock), call


async def test_an_action_is_written_down_under_its_task_before_it_leaves() -> None:
    approvals = await approval_world()
    action_intents, call = await _calling(approvals, "isolate")
    actions = Actions()
    for _ in range(2):
        await action_intents.note(call, await approvals.world.executor.targets(call), actions, None)
    assert [intent.key for intent in await approvals.world.store.intents(PlanId("p1"))] == ["5@1", "5@2"]
    assert [intent.idempotency_key for intent in actions.intents] == ["wr-p1-5", "wr-p1-5"]


async def test_what_is_paused_is_not_written_down_and_whoever_drives_the_code_is_told() -> None:
    approvals = await approval_world()
    action_intents, call = await _calling(approvals, "isolate")
    await Stop.of(approvals).pause()
    actions = Actions()
    with pytest.raises(ConflictError, match=r"isolate was not sent: eve paused every instance .*: Wrong hosts\."):
        await action_intents.note(call, await approvals.world.executor.targets(call), actions, None)
    assert ([held.command for held in actions.held], actions.intents) == (["isolate"], [])
    assert await approvals.world.store.intents(PlanId("p1")) == []


async def test_what_changes_nothing_is_neither_held_nor_written_down() -> None:
    approvals = await approval_world()
    action_intents, call = await _calling(approvals, "read")
    await Stop.of(approvals).pause()
    await action_intents.note(call, await approvals.world.executor.targets(call), Actions(), None)
    assert await approvals.world.store.intents(PlanId("p1")) == []


async def test_an_action_outside_of_any_plan_is_held_as_well() -> None:
    approvals = await approval_world()
    action_intents, call = await _calling(approvals, "isolate", in_plan=False)
    targets = await approvals.world.executor.targets(call)
    await action_intents.note(call, targets, Actions(), None)
    await Stop.of(approvals).pause()
    with pytest.raises(ConflictError, match="was not sent"):
        await action_intents.note(call, targets, Actions(), None)
