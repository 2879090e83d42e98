from dataclasses import replace

from tests.services.drive.two_steps import never_ends
from tests.services.world import World, command, lab, note, playbook, until
from warroom.content.playbook import Output
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskState
from warroom.testing.runner import FakeCode, FakeFunction

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
    lab_world.runner.table["read"] = never_ends
    lab_world.conductor.start_soon(plan.id)
    await until(lambda: lab_world.runner.runs)
    await lab_world.conductor.close()
    lab_world.runner.table["read"] = done
    await lab_world.new_conductor("worker-2").drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert [run.command for run in lab_world.runner.runs] == ["read", "read", "act"]
