"""A task that was under way at several deaths of the process is set aside, and a person decides."""

import asyncio

import pytest

from tests.services.world import World, command, lab, note, playbook, until
from warroom.content.playbook import Playbook
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState, TaskState, WaitKind
from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.testing.runner import FakeCode, FakeFunction

READ = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: look, script: 'Lab|||read'}, nexttasks: {'#none#': ['2']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: after, script: 'Lab|||after'}}
"""
POLL: list[Json] = [{"Type": 1, "PollingCommand": "read", "NextRun": "60", "PollingArgs": {}, "Timeout": "6000"}]
BLIND = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: act, script: 'Lab|||act'}}"


class Deadly:
    """A command that is the end of its process: nothing of the world goes on behind it."""

    def __init__(self) -> None:
        self.ran = 0
        self.kills = True

    async def __call__(self, _: FakeCode) -> list[Json]:
        self.ran += 1
        if self.kills:
            await asyncio.Event().wait()
        return [note("read")]


def world(deadly: Deadly, **table: FakeFunction) -> World:
    commands = (command("read"), command("after"), command("act", execution=True))
    return World(lab(*commands), {"read": deadly, "after": lambda _: [note("after")], "act": deadly, **table})


async def died(lab_world: World, number: int, deadly: Deadly, *plans: PlanRecord) -> None:
    """Drive plans in a process that dies over the deadly command; the next process knows only what was written."""
    runs = deadly.ran
    conductor = lab_world.conductor
    for plan in plans:
        conductor.start_soon(plan.id)
    await until(lambda: deadly.ran == runs + 1)
    for task, _ in conductor._driving.values():
        task.cancel()
    await until(lambda: not conductor._driving)
    lab_world.restart()
    lab_world.conductor = lab_world.new_conductor(f"after death {number}")


async def set_aside(deadly: Deadly, book: Playbook | None = None) -> tuple[World, PlanRecord]:
    lab_world = world(deadly)
    plan = await lab_world.start(book or playbook(READ))
    for number in range(SET_ASIDE_AFTER):
        await died(lab_world, number, deadly, plan)
    await lab_world.conductor.drive(plan.id)
    return lab_world, plan


async def test_after_three_deaths_it_is_an_open_task_and_runs_no_more() -> None:
    deadly = Deadly()
    lab_world, plan = await set_aside(deadly)
    (open_task,) = await lab_world.asked()
    assert open_task.wait is not None
    assert open_task.wait.kind is WaitKind.SET_ASIDE
    assert "'look' was under way at 3 deaths of the process and is set aside" in open_task.wait.data["question"]
    assert (await lab_world.store.plan(plan.id)).state is PlanState.WAITING
    lab_world.restart()
    lab_world.conductor = lab_world.new_conductor("one more")
    await lab_world.conductor.drive(plan.id)
    assert deadly.ran == SET_ASIDE_AFTER


@pytest.mark.parametrize(
    ("choice", "state", "tasks"),
    [
        ("retry", PlanState.COMPLETED, {"1": TaskState.COMPLETED, "2": TaskState.COMPLETED}),
        ("skip", PlanState.COMPLETED, {"1": TaskState.COMPLETED, "2": TaskState.COMPLETED}),
        ("stop", PlanState.FAILED, {"1": TaskState.ERROR, "2": TaskState.BLOCKED}),
    ],
)
async def test_a_person_retries_it_skips_it_or_stops_the_playbook(
    choice: str, state: PlanState, tasks: dict[str, TaskState]
) -> None:
    deadly = Deadly()
    lab_world, plan = await set_aside(deadly)
    deadly.kills = False
    await lab_world.answer(plan.id, "1", choice, "the log says nothing")
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is state
    seen = {key: task.state for key, task in (await lab_world.tasks(plan)).items() if key in tasks}
    assert seen == {key: value for key, value in tasks.items() if key in seen}
    assert deadly.ran == SET_ASIDE_AFTER + (choice == "retry")
    if choice == "stop":
        assert (
            "3 deaths of the process; ana stopped it. the log says nothing" in (await lab_world.tasks(plan))["1"].error
        )


async def test_one_that_is_retried_and_kills_again_is_set_aside_again() -> None:
    deadly = Deadly()
    lab_world, plan = await set_aside(deadly)
    await lab_world.answer(plan.id, "1", "retry")
    for number in range(SET_ASIDE_AFTER):
        await died(lab_world, 10 + number, deadly, plan)
    await lab_world.conductor.drive(plan.id)
    (open_task,) = await lab_world.asked()
    assert open_task.wait is not None
    assert open_task.wait.kind is WaitKind.SET_ASIDE
    assert deadly.ran == 2 * SET_ASIDE_AFTER


async def test_two_deaths_are_forgotten_when_it_comes_to_something() -> None:
    deadly = Deadly()
    lab_world = world(deadly)
    plan = await lab_world.start(playbook(READ))
    for number in range(SET_ASIDE_AFTER - 1):
        await died(lab_world, number, deadly, plan)
    deadly.kills = False
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert (await lab_world.tasks(plan))["1"].deaths == 0


async def test_a_process_that_ends_in_good_order_is_no_death() -> None:
    deadly = Deadly()
    lab_world = world(deadly)
    plan = await lab_world.start(playbook(READ))
    for number in range(SET_ASIDE_AFTER + 2):
        lab_world.conductor.start_soon(plan.id)
        await until(lambda: deadly.ran > number)  # noqa: B023  # it is asked at once
        await lab_world.conductor.close()
        lab_world.restart()
        lab_world.conductor = lab_world.new_conductor(f"after stop {number}")
    deadly.kills = False
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED


async def test_a_look_that_kills_is_set_aside_and_goes_on_looking_when_it_is_retried() -> None:
    looks = Deadly()
    looks.kills = False
    lab_world = world(looks)
    lab_world.runner.table["read"] = lambda _: POLL
    plan = await lab_world.play(playbook(READ))
    lab_world.runner.table["read"] = looks
    looks.kills = True
    lab_world.clock.advance(61)
    for number in range(SET_ASIDE_AFTER):
        await died(lab_world, number, looks, plan)
    await lab_world.conductor.drive(plan.id)
    (open_task,) = await lab_world.asked()
    assert open_task.wait is not None
    assert open_task.wait.kind is WaitKind.SET_ASIDE
    looks.kills = False
    await lab_world.answer(plan.id, "1", "retry")
    await lab_world.conductor.drive(plan.id)
    assert looks.ran == SET_ASIDE_AFTER + 1
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED


async def test_an_action_that_nobody_can_repeat_asks_whether_it_happened_and_is_never_run_by_itself() -> None:
    deadly = Deadly()
    lab_world = world(deadly)
    plan = await lab_world.start(playbook(BLIND))
    await died(lab_world, 0, deadly, plan)
    for number in range(SET_ASIDE_AFTER + 1):
        await lab_world.conductor.drive(plan.id)
        lab_world.restart()
        lab_world.conductor = lab_world.new_conductor(f"again {number}")
    (open_task,) = await lab_world.asked()
    assert open_task.wait is not None
    assert open_task.wait.kind is WaitKind.UNKNOWN
    assert deadly.ran == 1


async def test_an_innocent_plan_beside_it_is_not_set_aside() -> None:
    """After two deaths those that were under way are played one at a time: only the guilty one dies a third time."""
    deadly, slow = Deadly(), Deadly()
    lab_world = world(deadly, after=slow)
    guilty = await lab_world.start(playbook(READ))
    innocent = await lab_world.another(playbook(READ.replace("Lab|||read", "Lab|||after"), "Slow"))
    for number in range(SET_ASIDE_AFTER - 1):
        await died(lab_world, number, deadly, innocent, guilty)
    slow.kills = False
    await died(lab_world, 5, deadly, guilty, innocent)
    for plan in (guilty, innocent):
        await lab_world.conductor.drive(plan.id)
    (open_task,) = await lab_world.asked()
    assert open_task.plan == guilty.id
    assert (await lab_world.store.plan(innocent.id)).state is PlanState.COMPLETED
