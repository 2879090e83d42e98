"""`${lastCompletedTaskEntries}`: what a task wrote, for the task after it."""

from dataclasses import replace

from tests.services.world import World, command, failure, lab, note, playbook, script
from warroom.model.ids import TaskKey
from warroom.model.json import Json
from warroom.services.plans.last_entries import LAST_ENTRIES, last_entries, tasks_before
from warroom.testing.code import python_code
from warroom.testing.runner import FakeCode, FakeFunction

LINE = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: say, script: Lab|||say}, continueonerror: true,
      scriptarguments: {text: {simple: 'one'}}, nexttasks: {'#none#': ['2']}}
'2': {id: '2', taskid: b, type: title, task: {id: b, name: Then}, nexttasks: {'#none#': ['3']}}
'3': {id: '3', taskid: c, type: regular, task: {id: c, name: look, script: Lab|||look},
      scriptarguments: {entries: {simple: '${lastCompletedTaskEntries}'},
                        first: {simple: 'of ${lastCompletedTaskEntries.[0]}'}}, nexttasks: {'#none#': ['4']}}
'4': {id: '4', taskid: d, type: regular, task: {id: d, name: read, scriptName: Read}}
"""
IN_A_SUB_PLAYBOOK = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: say, script: Lab|||say}, continueonerror: true,
      nexttasks: {'#none#': ['2']}}
'2': {id: '2', taskid: b, type: playbook, task: {id: b, name: sub, playbookName: Line}, separatecontext: true}
"""
BRANCHES = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: say, script: Lab|||say}, continueonerror: true,
      nexttasks: {'#none#': ['2', '4']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: look, script: Lab|||look}, nexttasks: {'#none#': ['3']}}
'3': {id: '3', taskid: c, type: regular, task: {id: c, name: wait, script: Lab|||look}, nexttasks: {'#none#': ['5']}}
'4': {id: '4', taskid: d, type: title, task: {id: d, name: Other}, nexttasks: {'#none#': ['6']}}
'5': {id: '5', taskid: e, type: title, task: {id: e, name: Other}}
'6': {id: '6', taskid: f, type: regular, task: {id: f, name: read, scriptName: Read}}
"""
LOOK = """
'1': {id: '1', taskid: c, type: regular, task: {id: c, name: look, script: Lab|||look},
      scriptarguments: {entries: {simple: '${lastCompletedTaskEntries}'}}}
"""


async def _read(code: FakeCode) -> list[Json]:
    context = await code.call("context", {})
    assert isinstance(context, dict)
    return [note("read", Seen=context[LAST_ENTRIES])]


def world() -> World:
    reader = replace(script("Read"), code=python_code(f"demisto.context()['{LAST_ENTRIES}']"))
    table: dict[str, FakeFunction] = {
        "say": lambda _: [note("one"), failure("two")],
        "look": lambda _: [note("looked")],
        "Read": _read,
    }
    commands = (command("say", "text"), command("look", "entries", "first", arrays=("entries",)))
    return World(lab(*commands), table, scripts={"Read": reader})


async def test_a_task_sees_the_entries_of_the_one_that_ended_last_also_when_it_failed() -> None:
    lab_world = world()
    await lab_world.play(playbook(LINE, "Line"))
    entries = await lab_world.store.entries(lab_world.incident.id)
    said = [entry.id for entry in entries if entry.contents in {"one", "two"}]
    looked = lab_world.runner.runs[1].args
    assert (looked["entries"], looked["first"]) == (said, f"of {said[0]}")
    assert len(said) == 2


async def test_what_a_parallel_branch_writes_is_not_seen() -> None:
    lab_world = world()
    branches = playbook(BRANCHES, "Branches")
    assert tasks_before(branches, "6") == {"0", "1", "4"}
    await lab_world.play(branches)
    entries = await lab_world.store.entries(lab_world.incident.id)
    said = [entry.id for entry in entries if entry.contents in {"one", "two"}]
    looked = [entry for entry in entries if entry.contents == "looked"]

    assert len(looked) == 2
    for task, seen in (("6", said), ("3", [looked[0].id]), ("1", [])):
        found = await last_entries(
            lab_world.store, lab_world.library, lab_world.incident.id, looked[0].plan, TaskKey(task)
        )
        assert found == seen


async def test_code_that_asks_for_its_context_finds_them_there() -> None:
    lab_world = world()
    await lab_world.play(playbook(LINE, "Line"))
    entries = await lab_world.store.entries(lab_world.incident.id)
    assert (await lab_world.context())["Seen"] == [entry.id for entry in entries if entry.contents == "looked"]


async def test_a_sub_playbook_sees_its_own_tasks_alone_and_another_plan_none() -> None:
    lab_world = world()
    lab_world = replace(lab_world, playbooks={"Line": playbook(LOOK, "Line")})
    await lab_world.play(playbook(IN_A_SUB_PLAYBOOK))
    await lab_world.play(playbook(LOOK, "Alone"))
    said, inside, alone = lab_world.runner.runs
    assert (said.command, inside.command, alone.command) == ("say", "look", "look")
    assert inside.args.get("entries") in ([], None)
    assert alone.args.get("entries") in ([], None)
