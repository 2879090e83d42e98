"""What running code calls: held while it is paused, and written down before it leaves."""

import pytest

from tests.services.approvals.desk import Desk, a_desk
from tests.services.stop import Stop
from warroom.model.errors import ConflictError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import Frame, PlanRecord
from warroom.services.execution.call import Call, Effects, Origin
from warroom.services.execution.departure import Departure
from warroom.services.execution.look_up import look_up
from warroom.testing.samples import some_changes


async def _calling(desk: Desk, name: str, *, in_plan: bool = True) -> tuple[Departure, Call]:
    world = desk.world
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
    return Departure(halting=world.halting, journal=world.journal, clock=world.clock), call


async def test_an_action_is_written_down_under_its_task_before_it_leaves() -> None:
    desk = await a_desk()
    departure, call = await _calling(desk, "isolate")
    effects = Effects()
    for _ in range(2):
        await departure.note(call, await desk.world.executor.targets(call), effects, None)
    assert [intent.key for intent in await desk.world.store.intents(PlanId("p1"))] == ["5@1", "5@2"]
    assert [intent.idempotency_key for intent in effects.intents] == ["wr-p1-5", "wr-p1-5"]


async def test_what_is_paused_is_not_written_down_and_whoever_drives_the_code_is_told() -> None:
    desk = await a_desk()
    departure, call = await _calling(desk, "isolate")
    await Stop.of(desk).pause()
    effects = Effects()
    with pytest.raises(ConflictError, match=r"isolate was not sent: eve paused every instance .*: Wrong hosts\."):
        await departure.note(call, await desk.world.executor.targets(call), effects, None)
    assert ([held.command for held in effects.held], effects.intents) == (["isolate"], [])
    assert await desk.world.store.intents(PlanId("p1")) == []


async def test_what_changes_nothing_is_neither_held_nor_written_down() -> None:
    desk = await a_desk()
    departure, call = await _calling(desk, "read")
    await Stop.of(desk).pause()
    await departure.note(call, await desk.world.executor.targets(call), Effects(), None)
    assert await desk.world.store.intents(PlanId("p1")) == []


async def test_an_action_outside_of_any_plan_is_held_as_well() -> None:
    desk = await a_desk()
    departure, call = await _calling(desk, "isolate", in_plan=False)
    targets = await desk.world.executor.targets(call)
    await departure.note(call, targets, Effects(), None)
    await Stop.of(desk).pause()
    with pytest.raises(ConflictError, match="was not sent"):
        await departure.note(call, targets, Effects(), None)
