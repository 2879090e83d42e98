from dataclasses import replace

from tests.services.world import World, command, lab, playbook
from warroom.content.playbook import Output
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.testing.runner import FakeCode

EACH = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: child, playbookName: Child}, separatecontext: true,
      loop: {iscommand: false, exitCondition: '', wait: 1, forEach: true},
      scriptarguments: {host: {simple: '${inputs.hosts}'}, label: {simple: once}}}
"""
UNTIL = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: child, playbookName: Child}, separatecontext: true,
      loop: {iscommand: false, exitCondition: '', wait: 30, max: 3, builtincondition:
        [[{operator: greaterThanOrEqual, left: {value: {simple: Count}, iscontext: true},
           right: {value: {simple: '2'}}}]]},
      scriptarguments: {host: {simple: a}}}
"""
CHILD = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'Lab|||read', iscommand: true, brand: Lab},
      scriptarguments: {host: {simple: '${inputs.host}'}, label: {simple: '${inputs.label}'}}}
"""


def looping(**inputs: Json) -> World:
    child = replace(playbook(CHILD, "Child"), outputs=(Output(context_path="Seen"),))

    async def read(code: FakeCode) -> list[Json]:
        context = await code.call("context", {})
        await code.call("setContext", {"contextPath": "Count", "value": context.get("Count", 0) + 1})
        text = f"{code.run.args['host']} {code.run.args.get('label', '-')}"
        return [{"Type": 1, "ContentsFormat": "text", "Contents": text, "EntryContext": {"Seen": text}}]

    return World(lab(command("read", "host", "label")), {"read": read}, playbooks={"Child": child})


async def test_a_loop_runs_once_for_each_item_and_a_single_value_goes_to_the_first_turn_only() -> None:
    world = looping()
    plan = await world.play(playbook(EACH, inputs={"hosts": None}), {"hosts": ["a", "b", "c"]})
    assert (await world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert await world.said() == ["a once", "b -", "c -"]
    assert (await world.context())["Seen"] == ["a once", "b -", "c -"]
    assert sorted(await world.tasks(plan)) == ["0", "1", "1#0/0", "1#0/1", "1#1/0", "1#1/1", "1#2/0", "1#2/1"]


async def test_a_loop_until_something_holds_keeps_its_context_between_turns_and_pauses() -> None:
    world = looping()
    plan = await world.play(playbook(UNTIL))
    assert plan.state is PlanState.WAITING
    assert await world.said() == ["a -"]
    world.clock.advance(30)
    await world.conductor.drive(plan.id)
    assert (await world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert (await world.context())["Seen"] == ["a -", "a -"]


async def test_a_loop_whose_condition_never_holds_fails_at_its_limit() -> None:
    world = looping()
    plan = await world.play(playbook(UNTIL.replace("'2'", "'99'")))
    for _ in range(2):
        world.clock.advance(30)
        await world.conductor.drive(plan.id)
    plan = await world.store.plan(plan.id)
    assert plan.state is PlanState.FAILED
    assert plan.error == "child: The loop of 'Child' ran 3 times and its exit condition never held."


async def test_a_restart_in_the_second_turn_goes_on_there() -> None:
    world = looping()
    plan = await world.play(playbook(UNTIL))
    world.clock.advance(30)
    await world.new_conductor("worker-2").drive(plan.id)
    assert (await world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert await world.said() == ["a -", "a -"]
