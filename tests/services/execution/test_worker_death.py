"""A worker that dies in a run: the run is done again where that acts at most once, else it is told as it is."""

import json

import pytest

from tests.services.world import World, command, lab, note, playbook, script
from warroom.content.playbook import Playbook
from warroom.model.errors import CommandTimeoutError, HostError, WorkerDiedError
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.testing.runner import FakeCode

DEATH = WorkerDiedError("its worker process was killed by signal 9 (SIGKILL)")


def world(*deaths: HostError) -> World:
    """Make a world whose runs end in these errors, one after the other, and then succeed."""
    ends = iter(deaths)

    def run(code: FakeCode) -> list[Json]:
        if end := next(ends, None):
            raise end
        return [note("done", Key=code.run.args.get("idempotency_key"))]

    commands = (
        command("read"),
        command("act", execution=True),
        command("act-once", "idempotency_key", execution=True),
    )
    return World(lab(*commands), {item.name: run for item in commands})


def book(name: str, brand: str = "Lab|||") -> Playbook:
    task = {"id": "a", "name": name, "script": f"{brand}{name}"}
    return playbook(f"'1': {json.dumps({'id': '1', 'taskid': 'a', 'type': 'regular', 'task': task})}")


@pytest.mark.parametrize("name", ["read", "act-once"])
async def test_what_acts_at_most_once_is_run_again_and_nobody_is_bothered(name: str) -> None:
    lab_world = world(DEATH)
    plan = await lab_world.play(book(name))
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == ["done"]
    first, second = lab_world.runner.runs
    assert first.args == second.args
    assert (first.anew, second.anew) == (False, True)  # an idle worker may be dying of what killed the first


async def test_an_action_without_a_key_is_not_repeated() -> None:
    lab_world = world(DEATH)
    plan = await lab_world.play(book("act"))
    assert plan.state is PlanState.FAILED
    assert len(lab_world.runner.runs) == 1


async def test_code_that_kills_every_worker_is_an_error() -> None:
    lab_world = world(DEATH, DEATH, DEATH)
    plan = await lab_world.play(book("read"))
    assert plan.error == f"read: {DEATH}"
    assert len(lab_world.runner.runs) == 2


async def test_a_run_that_took_too_long_is_not_run_again() -> None:
    lab_world = world(CommandTimeoutError("read ran longer than its limit"))
    plan = await lab_world.play(book("read"))
    assert plan.state is PlanState.FAILED
    assert len(lab_world.runner.runs) == 1


async def test_a_script_whose_worker_dies_while_an_action_inside_it_runs_is_not_repeated() -> None:
    async def act(_: FakeCode) -> list[Json]:
        raise DEATH

    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "act", "args": {}})
        return []

    scripts = {"Outer": script("Outer")}
    lab_world = World(lab(command("act", execution=True)), {"Outer": outer, "act": act}, scripts=scripts)
    plan = await lab_world.play(book("Outer", brand=""))
    doubt = "act may or may not have acted: look in the product before you run it again."
    assert plan.error == f"Outer: {DEATH}; {doubt}"
    assert [run.command for run in lab_world.runner.runs] == ["Outer", "act"]


def tried(count: int) -> Playbook:
    """Make a task that is tried again so often, an hour later."""
    arguments = {"retry-count": {"simple": str(count)}, "retry-interval": {"simple": "3600"}}
    task = {"id": "a", "name": "read", "script": "Lab|||read"}
    node = {"id": "1", "taskid": "a", "type": "regular", "task": task, "scriptarguments": arguments}
    return playbook(f"'1': {json.dumps(node)}")


async def test_tries_end_at_the_third_death_of_a_worker_and_the_error_says_so() -> None:
    lab_world = world(*[DEATH] * 20)
    plan = await lab_world.play(tried(9))
    lab_world.restart()  # what is counted outlives the process
    lab_world.clock.advance(3601)
    await lab_world.conductor.drive(plan.id)
    plan = await lab_world.store.plan(plan.id)
    assert plan.state is PlanState.FAILED
    assert plan.error == f"read: {DEATH}. Its worker process has died 4 times under this task: it is not tried again."
    assert len(lab_world.runner.runs) == 4


async def test_tries_go_on_after_few_deaths_and_other_errors() -> None:
    lab_world = world(DEATH, CommandTimeoutError("slow"), CommandTimeoutError("slow"), CommandTimeoutError("slow"))
    plan = await lab_world.play(tried(9))
    for _ in range(3):
        lab_world.clock.advance(3601)
        await lab_world.conductor.drive(plan.id)
    plan = await lab_world.store.plan(plan.id)
    assert (plan.state, (await lab_world.said())[-1]) == (PlanState.COMPLETED, "done")


@pytest.mark.parametrize(("limit", "is_tried_again"), [(2, False), (5, True)])
async def test_after_how_many_deaths_of_workers_tries_end_is_the_one_setting(limit: int, is_tried_again: bool) -> None:
    lab_world = world(*[DEATH] * 20)
    lab_world.set_aside_after = limit
    lab_world.restart()
    plan = await lab_world.play(tried(9))
    assert (plan.state is PlanState.WAITING) is is_tried_again
    assert ("2 times under this task: it is not tried again" in plan.error) is not is_tried_again
