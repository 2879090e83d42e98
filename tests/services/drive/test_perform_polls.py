"""A task that polls: its results, their lines in the War Room, and what it does at the end."""

from collections.abc import Iterator

from tests.services.drive.one_task import book, scheduled, world
from tests.services.world import an_instance, note
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.testing.runner import FakeCode


async def test_a_silent_look_leaves_no_entry_and_one_with_words_does() -> None:
    answers = iter([scheduled(), scheduled("half done"), note("ended")])
    lab_world = world(read=lambda _: [next(answers)])
    plan = await lab_world.play(book())
    for _ in range(2):
        lab_world.clock.advance(30)
        await lab_world.conductor.drive(plan.id)
    assert await lab_world.said() == ["half done", "ended"]


async def test_looks_in_between_share_a_line_and_the_last_one_has_its_own() -> None:
    answers = iter([scheduled("queued"), scheduled(), scheduled("running"), note("ended")])
    lab_world = world(read=lambda _: [next(answers)])
    plan = await lab_world.play(book())
    said = [await lab_world.said()]
    for _ in range(3):
        lab_world.clock.advance(30)
        await lab_world.conductor.drive(plan.id)
        said.append(await lab_world.said())
    assert said == [["queued"], ["queued"], ["running"], ["running", "ended"]]
    line = (await lab_world.store.entries(plan.incident))[0]
    assert line.modified is not None
    assert line.modified > line.created


async def test_the_looks_of_several_commands_have_a_line_each() -> None:
    left = {"a": 2, "b": 2}

    def read(code: FakeCode) -> list[Json]:
        host = code.run.args["what"]
        left[host] -= 1
        return [scheduled(f"{host} waits, {left[host]} left", what=host) if left[host] >= 0 else note(f"{host} ended")]

    lab_world = world(read=read)
    plan = await lab_world.play(book(arguments={"what": "${inputs.hosts}"}), {"hosts": ["a", "b"]})
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    assert await lab_world.said() == ["a waits, 0 left", "b waits, 0 left"]


async def test_looks_keep_the_tasks_own_controls_and_the_instance() -> None:
    final = {"Type": 1, "ContentsFormat": "json", "Contents": {"id": 7}, "EntryContext": {"Read": "x"}}
    answers = iter([scheduled(), final])
    lab_world = world(read=lambda _: [next(answers)])
    lab_world.instances = [an_instance("lab-1"), an_instance("lab-2")]
    controls = {"using": "lab-2", "extend-context": "Own=id", "ignore-outputs": "true", "execution-timeout": "9"}
    plan = await lab_world.play(book(arguments={"what": "a", **controls}))
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    assert await lab_world.context() == {"Own": 7}
    assert [(run.worker, run.timeout) for run in lab_world.runner.runs] == [("id-lab-2", 9), ("id-lab-2", 9)]


async def test_several_commands_are_looked_at_until_the_last_one_has_ended() -> None:
    left = {"a": 1, "b": 2}

    def read(code: FakeCode) -> list[Json]:
        host = code.run.args["what"]
        left[host] -= 1
        return [scheduled(what=host, seconds=30 if host == "a" else 45) if left[host] >= 0 else note(f"{host} ended")]

    lab_world = world(read=read)
    plan = await lab_world.play(book(arguments={"what": "${inputs.hosts}"}), {"hosts": ["a", "b"]})
    for _ in range(3):
        record = await lab_world.store.plan(plan.id)
        if record.wake_at:
            lab_world.clock.move_to(record.wake_at)
        await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert await lab_world.said() == ["a ended", "b ended"]


async def test_a_look_that_cannot_be_taken_fails_the_task_and_keeps_what_the_other_found() -> None:
    first = [scheduled(what="x", name="read"), scheduled(what="y", name="gone")]
    answers: Iterator[list[Json]] = iter([first, [note("read ended")]])
    lab_world = world(read=lambda _: next(answers))
    plan = await lab_world.play(book())
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    said = await lab_world.said()
    assert said[0] == "read ended"
    assert "There is no command `gone`" in str(said[1])
    assert (await lab_world.store.plan(plan.id)).state is PlanState.FAILED


async def test_a_condition_takes_the_label_of_its_last_look() -> None:
    answers: Iterator[Json] = iter([scheduled(), "Yes"])
    lab_world = world(read=lambda _: [next(answers)])
    plan = await lab_world.play(book(type="condition", nexttasks={"yes": []}))
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.tasks(plan))["1"].branch == "Yes"
