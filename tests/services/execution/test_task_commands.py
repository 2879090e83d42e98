"""Manual tasks that a command completes."""

import pytest

from tests.services.world import World, command, lab, playbook, script
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState
from warroom.testing.runner import FakeCode, FakeFunction

WAIT = """
'1': {id: '1', taskid: a, type: condition, task: {id: a, name: wait, tags: [polling]},
      nexttasks: {'YES': ['2'], '#default#': ['3']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: good, script: Say},
      scriptarguments: {what: {simple: good}}}
'3': {id: '3', taskid: c, type: regular, task: {id: c, name: bad, script: Say},
      scriptarguments: {what: {simple: bad}}}
"""
NESTED = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: one, playbookName: Wait}, separatecontext: true}
"""
TWO = """
'1': {id: '1', taskid: a, type: title, task: {id: a, name: t}, nexttasks: {'#none#': ['2', '3']}}
'2': {id: '2', taskid: b, type: playbook, task: {id: b, name: one, playbookName: Wait}, separatecontext: true}
'3': {id: '3', taskid: c, type: playbook, task: {id: c, name: two, playbookName: Wait}, separatecontext: true}
"""
MANUAL = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: do it, tags: [Later]}}"
STRICT = """
'1': {id: '1', taskid: a, type: condition, task: {id: a, name: wait}, nexttasks: {'YES': ['2'], 'NO': ['2']}}
'2': {id: '2', taskid: b, type: title, task: {id: b, name: done}}
"""
FORM = """
'1': {id: '1', taskid: a, type: collection, task: {id: a, name: ask}, message: {methods: []},
      form: {title: Form, questions: [{id: '0', labelarg: {simple: Why}, type: shortText}]}}
"""


def world() -> World:
    table: dict[str, FakeFunction] = {"Say": lambda code: [str(code.run.args["what"])]}
    return World(
        lab(command("read")),
        table,
        scripts={name: script(name, "what") for name in ("Say", "Ask")},
        playbooks={"Wait": playbook(WAIT, "Wait")},
    )


async def completed(lab_world: World, **args: Json) -> PlanRecord:
    """Have a second plan's script complete tasks; returns that plan."""

    async def ask(code: FakeCode) -> list[Json]:
        return await code.call("executeCommand", {"command": "taskComplete", "args": args})  # type: ignore[no-any-return]  # a list of entries

    lab_world.runner.table["Ask"] = ask
    book = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: ask, script: Ask}}"
    plan = await lab_world.another(playbook(book, "Asking"))
    await lab_world.conductor.drive(plan.id)
    return await lab_world.store.plan(plan.id)


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ({"id": "polling", "input": "yes"}, "good"),
        ({"id": "1", "input": "YES"}, "good"),
        ({"id": "POLLING", "input": "NO"}, "bad"),
        ({"id": "polling"}, "bad"),
    ],
)
async def test_a_task_is_completed_by_its_id_or_tag_and_takes_its_branch(args: dict[str, Json], word: str) -> None:
    lab_world = world()
    waiting = await lab_world.play(playbook(WAIT))
    assert (await completed(lab_world, **args)).error == ""
    await lab_world.conductor.drive(waiting.id)
    assert (await lab_world.store.plan(waiting.id)).state is PlanState.COMPLETED
    assert (await lab_world.said())[-1] == word


async def test_in_a_sub_playbook_it_is_named_by_the_id_of_its_run() -> None:
    lab_world = world()
    waiting = await lab_world.play(playbook(TWO))
    frame = (await lab_world.tasks(waiting))["3"].frame
    assert frame
    parent = frame.scope.removeprefix("subplaybook-")
    assert (await completed(lab_world, id="polling", input="YES", parentPlaybookID=parent)).error == ""
    await lab_world.conductor.drive(waiting.id)
    tasks = await lab_world.tasks(waiting)
    assert (tasks["3/1"].branch, tasks["2/1"].branch) == ("YES", "")
    assert "needs" not in (await completed(lab_world, id="polling", input="YES")).error
    await lab_world.conductor.drive(waiting.id)
    assert (await lab_world.store.plan(waiting.id)).state is PlanState.COMPLETED


async def test_a_manual_task_is_simply_done_and_the_war_room_says_why() -> None:
    lab_world = world()
    waiting = await lab_world.play(playbook(MANUAL))
    await completed(lab_world, id="later", comment="seen to")
    await lab_world.conductor.drive(waiting.id)
    assert (await lab_world.store.plan(waiting.id)).state is PlanState.COMPLETED
    assert "DBot completed 'do it'. seen to" in await lab_world.said()


@pytest.mark.parametrize(
    ("book", "args", "words"),
    [
        (WAIT, {}, "taskComplete needs id"),
        (WAIT, {"id": "poling"}, "No task of incident 1 with the id or tag 'poling' waits for a person"),
        (WAIT, {"id": "polling", "parentPlaybookID": "other"}, "No task of incident 1"),
        (STRICT, {"id": "1", "input": "maybe"}, "'maybe' is no answer to 'wait'. Give input one of: YES, NO."),
        (FORM, {"id": "1"}, "asks a person with a form, which taskComplete cannot fill in"),
    ],
)
async def test_what_cannot_be_completed_is_said_and_waits_on(book: str, args: dict[str, Json], words: str) -> None:
    lab_world = world()
    waiting = await lab_world.play(playbook(book))
    assert words in (await completed(lab_world, **args)).error
    await lab_world.conductor.drive(waiting.id)
    assert (await lab_world.store.plan(waiting.id)).state is PlanState.WAITING


async def test_a_task_of_the_same_plan_is_completed_by_a_parallel_branch() -> None:
    both = """
    '1': {id: '1', taskid: a, type: title, task: {id: a, name: t}, nexttasks: {'#none#': ['2', '3']}}
    '2': {id: '2', taskid: b, type: regular, task: {id: b, name: do it, tags: [later]}}
    '3': {id: '3', taskid: c, type: regular, task: {id: c, name: say, script: Say},
          scriptarguments: {what: {simple: x}}, nexttasks: {'#none#': ['4']}}
    '4': {id: '4', taskid: d, type: regular, task: {id: d, name: ask, script: Ask}}
    """
    lab_world = world()

    async def ask(code: FakeCode) -> list[Json]:
        args: dict[str, Json] = {"id": "later"}
        return await code.call("executeCommand", {"command": "taskComplete", "args": args})  # type: ignore[no-any-return]  # a list of entries

    lab_world.runner.table["Ask"] = ask
    plan = await lab_world.play(playbook(both))
    assert (plan.state, plan.error) == (PlanState.COMPLETED, "")
