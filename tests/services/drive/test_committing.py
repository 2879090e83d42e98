from collections.abc import Awaitable, Callable

from tests.services.drive.two_steps import SLOW, TWO_STEPS, never_ends, world
from tests.services.world import World, command, lab, note, playbook, until
from warroom.model.ids import PlanId, TaskKey, WorkerId
from warroom.model.json import Json
from warroom.model.plan import Intent, PlanState, TaskState, WaitKind
from warroom.testing.runner import FakeCode


async def test_an_intent_is_committed_before_the_action_runs() -> None:
    seen: list[Intent] = []

    async def act(code: FakeCode) -> list[Json]:
        plan = (await lab_world.store.plans(lab_world.incident.id))[0]
        seen.extend(await lab_world.store.intents(plan.id))
        return [note("done")]

    lab_world = world(act=act)
    plan = await lab_world.play(playbook(TWO_STEPS))
    (intent,) = seen
    assert intent.command == "act"
    assert intent.ended is None
    assert all(item.ended for item in await lab_world.store.intents(plan.id))


async def test_an_action_that_began_and_may_have_happened_is_put_to_a_person() -> None:
    lab_world = world()
    plan = await lab_world.start(playbook(SLOW))
    lab_world.runner.table["act"] = never_ends
    lab_world.conductor.start_soon(plan.id)
    await until(lambda: lab_world.runner.runs)
    await lab_world.conductor.close()

    await lab_world.new_conductor("worker-2").drive(plan.id)
    assert len(lab_world.runner.runs) == 1
    (task,) = await lab_world.asked()
    assert task.wait is not None
    assert task.wait.kind is WaitKind.UNKNOWN
    await lab_world.answer(plan.id, TaskKey("1"), "it happened")
    await lab_world.new_conductor("worker-3").drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert len(lab_world.runner.runs) == 1


async def test_a_keyed_action_runs_again_with_the_same_key() -> None:
    keyed = command("act", "what", "idempotency_key", execution=True)
    lab_world = World(lab(keyed), {"act": never_ends})
    plan = await lab_world.start(playbook(SLOW))
    lab_world.conductor.start_soon(plan.id)
    await until(lambda: lab_world.runner.runs)
    await lab_world.conductor.close()

    lab_world.runner.table["act"] = lambda _: [note("done")]
    await lab_world.new_conductor("worker-2").drive(plan.id)
    first, second = (run.args["idempotency_key"] for run in lab_world.runner.runs)
    assert first == second == f"wr-{plan.id}-1"
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED


async def test_a_driver_that_was_overtaken_writes_nothing_more() -> None:
    lab_world = world()
    plan = await lab_world.start(playbook(SLOW))
    lab_world.runner.table["act"] = _waits_for_a_takeover(lab_world, plan.id)
    await lab_world.conductor.drive(plan.id)
    assert await lab_world.said() == []
    assert (await lab_world.tasks(plan))["1"].state is TaskState.IN_PROGRESS


def _waits_for_a_takeover(lab_world: World, plan_id: PlanId) -> Callable[[FakeCode], Awaitable[list[Json]]]:
    async def act(_: FakeCode) -> list[Json]:
        await lab_world.store.claim(plan_id, WorkerId("worker-2"), lab_world.clock.now())
        return [note("late")]

    return act
