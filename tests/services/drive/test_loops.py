from dataclasses import replace

import pytest

from tests.services.drive.one_task import scheduled
from tests.services.world import World, command, failure, lab, note, playbook, script
from warroom.content.playbook import Output
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState
from warroom.services.ports.store import IncidentQuery
from warroom.testing.runner import FakeCode, FakeFunction

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


# -- an exit script ----------------------------------------------------------------------------------------------

BY_SCRIPT = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: child, playbookName: Child}, separatecontext: true,
      loop: {iscommand: true, exitCondition: '', wait: 30, max: 3, scriptId: Enough}, scriptarguments: {}}
"""
ONCE = {"Type": 1, "ContentsFormat": "text", "Contents": "no", "EntryContext": {"Looked": True}}


def asking(enough: FakeFunction, **script_given: Json) -> World:
    """Make a world whose loop ends when the script `Enough` says so."""
    child = replace(playbook(CHILD, "Child"), outputs=(Output(context_path="Looked"),))
    table: dict[str, FakeFunction] = {"Enough": enough, "read": lambda _: [note("read")]}
    scripts = {"Enough": script("Enough", **script_given)}
    return World(lab(command("read", "host", "label")), table, playbooks={"Child": child}, scripts=scripts)


async def again(world: World, plan: PlanRecord) -> PlanRecord:
    world.clock.advance(30)
    await world.conductor.drive(plan.id)
    return await world.store.plan(plan.id)


async def test_what_an_exit_script_writes_and_creates_is_kept_whatever_it_answers() -> None:
    answers = iter(["no", "yes"])

    async def enough(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "createNewIncident", "args": {"name": "Found"}})
        await code.call("executeCommand", {"command": "setIncident", "args": {"details": "looked at"}})
        await code.call("setContext", {"contextPath": "Asked", "value": True})
        return [ONCE | {"Contents": next(answers)}]

    world = asking(enough)
    plan = await world.play(playbook(BY_SCRIPT))
    assert (await world.said(), (await world.journal.incident(world.incident.id)).details) == (
        ["read", "no"],
        "looked at",
    )
    private = (await world.tasks(plan))["1"].frame
    assert private is not None
    assert (await world.context())[private.scope] == {"Asked": True, "Looked": True}
    plan = await again(world, plan)
    assert plan.state is PlanState.COMPLETED
    assert await world.said() == ["read", "no", "read", "yes"]
    assert (await world.context())["Looked"] == [True, True], "the last turn's are among the outputs"
    found = await world.store.incidents(IncidentQuery(text="Found"))
    assert len(found) == 2


@pytest.mark.parametrize(
    ("enough", "given", "error"),
    [
        (lambda _: [failure("no such list")], {}, "child: no such list"),
        (lambda _: [scheduled("wait")], {}, "child: Enough asked to be run again later, which a loop's exit script "),
        (lambda _: [note("yes")], {"execution": True}, "child: Enough is an action, and a loop's exit script only"),
    ],
    ids=["an error", "a poll", "an action"],
)
async def test_an_exit_script_that_cannot_decide_fails_the_loop(
    enough: FakeFunction, given: dict[str, Json], error: str
) -> None:
    plan = await asking(enough, **given).play(playbook(BY_SCRIPT))
    assert plan.state is PlanState.FAILED
    assert plan.error.startswith(error)
