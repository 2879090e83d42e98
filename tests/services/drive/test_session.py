import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.world import ANA, World, an_instance, command, lab, playbook, until
from warroom.content.playbook import Output
from warroom.model.errors import InvalidInputError
from warroom.model.ids import PlanId, TaskKey, WorkerId
from warroom.model.json import Json
from warroom.model.plan import Intent, PlanState, TaskState, WaitKind
from warroom.testing.runner import FakeCode, FakeFunction

TWO_STEPS = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: first, script: 'Lab|||read', iscommand: true, brand: Lab},
      nexttasks: {'#none#': ['2']}, scriptarguments: {what: {simple: '${incident.name}'}}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: second, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: '${Read.Value}'}}}
"""


def note(text: str, **context: Json) -> dict[str, Json]:
    return {"Type": 1, "ContentsFormat": "text", "Contents": text, "EntryContext": context}


def read(code: FakeCode) -> list[Json]:
    return [note("read", Read={"Value": f"<{code.run.args['what']}>"})]


def world(**table: FakeFunction) -> World:
    commands = (command("read", "what"), command("act", "what", execution=True))
    return World(lab(*commands), {"read": read, "act": lambda code: [note(f"act on {code.run.args['what']}")], **table})


async def test_outputs_of_one_task_are_inputs_of_the_next() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(TWO_STEPS))
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == ["read", "act on <Incident 1>"]


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
    assert intent.done is None
    assert all(item.done for item in await lab_world.store.intents(plan.id))


async def test_an_error_entry_fails_the_task_and_the_plan() -> None:
    lab_world = world(read=lambda _: [{"Type": 4, "ContentsFormat": "text", "Contents": "no such host"}])
    plan = await lab_world.play(playbook(TWO_STEPS))
    assert plan.state is PlanState.FAILED
    assert plan.error == "first: no such host"
    assert (await lab_world.tasks(plan))["1"].state is TaskState.ERROR


async def test_a_missing_instance_is_said_in_the_war_room() -> None:
    lab_world = world()
    lab_world.instances = [an_instance(enabled=False)]
    await lab_world.play(playbook(TWO_STEPS))
    (said,) = await lab_world.said()
    assert "needs an enabled instance of Lab" in str(said)


async def test_a_scheduled_command_parks_the_plan_and_goes_on_when_the_time_has_come() -> None:
    looks: list[int] = []

    def look(_: FakeCode) -> list[Json]:
        looks.append(1)
        if len(looks) < 3:
            entry = note("")
            entry |= {"PollingCommand": "read", "NextRun": "30", "PollingArgs": {}, "Timeout": "600"}
            return [entry]
        return [note("ended", Read={"Value": "x"})]

    lab_world = world(read=look)
    plan = await lab_world.play(playbook(TWO_STEPS))
    assert plan.state is PlanState.WAITING
    assert plan.wake_at == lab_world.clock.after(30)
    for _ in range(2):
        lab_world.clock.advance(30)
        await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert await lab_world.said() == ["ended", "act on x"]


async def test_a_poll_that_never_ends_fails_at_its_time_limit() -> None:
    entry = note("") | {"PollingCommand": "read", "NextRun": "30", "PollingArgs": {}, "Timeout": "60"}
    lab_world = world(read=lambda _: [entry])
    plan = await lab_world.play(playbook(TWO_STEPS))
    for _ in range(2):
        lab_world.clock.advance(31)
        await lab_world.conductor.drive(plan.id)
    plan = await lab_world.store.plan(plan.id)
    assert plan.state is PlanState.FAILED
    assert plan.error == "first: first did not end within its time limit of 60 seconds."


MANUAL = """
'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Isolate it?}, nexttasks: {'yes': ['2'], 'no': ['3']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: act, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: host}}}
'3': {id: '3', taskid: c, type: title, task: {id: c, name: Done}}
"""


async def test_a_person_answers_days_later_and_the_plan_goes_on() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(MANUAL))
    assert plan.state is PlanState.WAITING
    assert plan.wake_at is None
    (task,) = await lab_world.asked()
    assert task.wait is not None
    assert task.wait.data["options"] == ["yes", "no"]
    lab_world.clock.advance(3 * 86400)
    await lab_world.answer(plan.id, task.key, "YES", "ask the owner")
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert await lab_world.said() == ["ana answered 'Isolate it?' with 'yes'. ask the owner", "act on host"]


SLOW = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: act, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: host}}}
"""


async def test_an_action_that_began_and_may_have_happened_is_put_to_a_person() -> None:
    lab_world = world()
    plan = await lab_world.start(playbook(SLOW))
    lab_world.runner.table["act"] = _never_ends
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


async def _never_ends(_: FakeCode) -> list[Json]:
    await asyncio.Event().wait()
    return []


async def test_a_keyed_action_runs_again_with_the_same_key() -> None:
    keyed = command("act", "what", "idempotency_key", execution=True)
    lab_world = World(lab(keyed), {"act": _never_ends})
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
        now = lab_world.clock.now()
        await lab_world.store.claim(plan_id, WorkerId("worker-2"), now, now + timedelta(days=1))
        return [note("late")]

    return act


RETRY = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'Lab|||read', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: host}, retry-count: {simple: '2'}, retry-interval: {simple: '60'}}}
"""


async def test_a_failed_command_is_tried_again_as_often_as_the_task_says() -> None:
    lab_world = world(read=lambda _: [{"Type": 4, "ContentsFormat": "text", "Contents": "busy"}])
    plan = await lab_world.play(playbook(RETRY))
    for _ in range(2):
        assert (await lab_world.store.plan(plan.id)).state is PlanState.WAITING
        lab_world.clock.advance(60)
        await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.FAILED
    assert await lab_world.said() == ["busy", "busy", "busy"]


PARENT = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: child, playbookName: Child}, separatecontext: true,
      nexttasks: {'#none#': ['2']}, scriptarguments: {host: {simple: '${incident.name}'}}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: act, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: '${Read.Value}'}, description: {simple: ' and ${Secret}'}}}
"""
CHILD = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'Lab|||read', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: '${inputs.host}'}}}
"""


def with_child(child: str = CHILD) -> World:
    book = replace(playbook(child, "Child"), outputs=(Output(context_path="Read"),))
    commands = (command("read", "what"), command("act", "what", "description", execution=True))

    def read_privately(code: FakeCode) -> list[Json]:
        return [note("read", Read={"Value": code.run.args["what"]}, Secret="private")]

    table: dict[str, FakeFunction] = {
        "read": read_privately,
        "act": lambda code: [note(f"act on {code.run.args['what']}{code.run.args['description']}")],
    }
    return World(lab(*commands), table, playbooks={"Child": book})


async def test_a_sub_playbook_gets_inputs_and_gives_only_its_outputs() -> None:
    lab_world = with_child()
    plan = await lab_world.play(playbook(PARENT))
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == ["read", "act on Incident 1 and "]
    tasks = await lab_world.tasks(plan)
    assert tasks["1/1"].state is TaskState.COMPLETED
    assert (await lab_world.context())["Read"] == {"Value": "Incident 1"}


async def test_a_sub_playbook_in_error_fails_its_task() -> None:
    lab_world = with_child()
    lab_world.runner.table["read"] = lambda _: [{"Type": 4, "ContentsFormat": "text", "Contents": "no"}]
    plan = await lab_world.play(playbook(PARENT))
    assert plan.state is PlanState.FAILED
    assert (await lab_world.tasks(plan))["1"].error == "The sub-playbook 'Child' ended in an error."


async def test_a_restart_inside_a_sub_playbook_goes_on_there() -> None:
    lab_world = with_child()
    plan = await lab_world.start(playbook(PARENT))
    done = lab_world.runner.table["read"]
    lab_world.runner.table["read"] = _never_ends
    lab_world.conductor.start_soon(plan.id)
    await until(lambda: lab_world.runner.runs)
    await lab_world.conductor.close()
    lab_world.runner.table["read"] = done
    await lab_world.new_conductor("worker-2").drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert [run.command for run in lab_world.runner.runs] == ["read", "read", "act"]


FORM = """
'1': {id: '1', taskid: a, type: collection, task: {id: a, name: Approve}, nexttasks: {'#none#': ['2']},
      form: {title: Approval, questions: [
        {id: '0', label: Isolate it?, type: singleSelect, required: true,
         optionsarg: [{simple: 'Yes'}, {simple: 'No'}]},
        {id: '1', label: Why?, type: longText}]}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: act, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: '${Approval.Answers.0} ${Approval.Answers.name}'}}}
"""


async def test_the_answers_of_a_form_stand_under_its_title() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(FORM))
    with pytest.raises(InvalidInputError, match="needs an answer"):
        await lab_world.plans.answer(plan.id, TaskKey("1"), "", "", ANA)
    await lab_world.plans.answer(plan.id, TaskKey("1"), "", "", ANA, {"0": "Yes", "1": "seen"})
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert (await lab_world.said())[-1] == "act on Yes ana"
