"""A later look goes to the very instance in which it began, and is an action of its own where it is one."""

import asyncio
from dataclasses import replace

import pytest

from tests.services.drive.one_task import book, scheduled, the_task, world
from tests.services.world import World, an_instance, note
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState, TaskState, WaitKind
from warroom.testing.runner import FakeCode

FIRST, OTHER = an_instance("lab-1"), an_instance("lab-2")


def polling() -> World:
    answers = iter([[scheduled("under way")], [note("ended")]])
    return replace(world(read=lambda _: next(answers)), instances=[FIRST, OTHER])


async def looked_again(lab_world: World, *instances: IntegrationInstance) -> PlanRecord:
    """Begin on lab-1, have these instances instead, and take the next look."""
    plan = await lab_world.play(book(arguments={"using": "lab-1"}))
    now = lab_world.clock.now()
    for one in (FIRST, OTHER):
        await lab_world.journal.remove_instance(one.id, "test", now)
    for one in instances:
        await lab_world.journal.save_instance(one, "test", now)
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    return plan


@pytest.mark.parametrize("name", ["lab", "lab-0, and more"])
async def test_it_finds_its_instance_under_a_new_name(name: str) -> None:
    lab_world = polling()
    await looked_again(lab_world, replace(FIRST, name=name), replace(OTHER, name="lab-1"))
    assert [run.worker for run in lab_world.runner.runs] == ["id-lab-1", "id-lab-1"]
    assert [run.calling_context["context"].get("ParentEntry") for run in lab_world.runner.runs] == [
        None,
        {"polling": True},
    ]
    assert await lab_world.said() == ["under way", "ended"]


@pytest.mark.parametrize(
    ("instances", "said"),
    [
        ([OTHER], "which was removed; "),
        ([OTHER, replace(FIRST, id=InstanceId("another"))], "which was removed (what is called so now is another one)"),
        ([OTHER, replace(FIRST, enabled=False)], "which is disabled"),
    ],
    ids=["removed", "another of its name", "disabled"],
)
async def test_where_its_instance_is_not_there_it_says_so_and_asks_nobody(
    instances: list[IntegrationInstance], said: str
) -> None:
    lab_world = polling()
    plan = await looked_again(lab_world, *instances)
    state, error = await the_task(lab_world, plan)
    assert state is TaskState.ERROR
    assert f"It began on the instance 'lab-1', {said}" in error
    assert [run.worker for run in lab_world.runner.runs] == ["id-lab-1"]


def acting_later(**table: Json) -> World:
    return world(read=lambda _: [scheduled("wait", name="act", what="a")], **table)


async def test_a_look_that_is_an_action_is_in_the_audit() -> None:
    lab_world = acting_later()
    plan = await lab_world.play(book())
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    (intent,) = await lab_world.store.intents(plan.id)
    assert (intent.key, intent.command, intent.target, intent.answer) == ("1@look1", "act", {"what": "a"}, "acted")
    assert intent.ended is not None


async def test_a_look_that_is_an_action_and_was_cut_off_is_not_taken_again_before_a_person_has_said_so() -> None:
    started = asyncio.Event()
    acted: list[str] = []

    async def act(code: FakeCode) -> list[Json]:
        acted.append(code.run.args["what"])
        started.set()
        await asyncio.Event().wait()
        return []

    lab_world = acting_later(act=act)
    plan = await lab_world.play(book())
    lab_world.clock.advance(30)
    driver = asyncio.ensure_future(lab_world.conductor.drive(plan.id))
    await started.wait()
    (intent,) = await lab_world.store.intents(plan.id)
    assert (intent.command, intent.ended) == ("act", None)
    driver.cancel()
    await asyncio.gather(driver, return_exceptions=True)
    lab_world.restart()
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    task = (await lab_world.tasks(plan))["1"]
    assert task.wait is not None
    assert (task.wait.kind, acted) == (WaitKind.UNKNOWN, ["a"])
    assert "had begun `act`" in task.wait.data["question"]
    assert (await lab_world.store.plan(plan.id)).state is PlanState.WAITING
