"""Sub-playbooks: what goes in, what comes out, and what does not."""

import asyncio
import json
from collections.abc import Mapping

import pytest

from tests.services.world import REQUIRED, World, command, failure, lab, note, playbook
from warroom.content.playbook import Playbook
from warroom.context.semantics import Semantics
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskState
from warroom.services.ports.store import Changes, Committed
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import some_changes
from warroom.testing.store import MemoryStore

READ = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'Lab|||read'},
      scriptarguments: {what: {simple: '${inputs.host}'}}}
"""


def parent(arguments: Mapping[str, Json] | None = None, *, after: str = "", **task: Json) -> Playbook:
    """Run the playbook `Child`, then print `after`."""
    given = {key: {"simple": value} for key, value in (arguments or {}).items()}
    inner = {"id": "a", "name": "child", "playbookName": task.pop("playbook", "Child")}
    node = {"id": "1", "taskid": "a", "type": "playbook", "task": inner, "separatecontext": True}
    node |= {"scriptarguments": given, "nexttasks": {"#none#": ["2"]}, **task}
    print_task = {"id": "2", "taskid": "b", "type": "regular", "task": {"id": "b", "name": "say", "script": "say"}}
    print_task |= {"scriptarguments": {"what": {"simple": after}}}
    return playbook(f"'1': {json.dumps(node)}\n'2': {json.dumps(print_task)}", inputs={"host": "from-parent"})


def world(child: str = READ, inputs: Mapping[str, Json] | None = None, outputs: tuple[str, ...] = ()) -> World:
    def read(code: FakeCode) -> list[Json]:
        what = code.run.args.get("what")
        return [note(f"read {what}", Read={"Value": what, "Other": 1}, Private="p")]

    table: dict[str, FakeFunction] = {"read": read, "say": lambda code: [note(f"said {code.run.args.get('what')}")]}
    book = playbook(child, "Child", inputs=inputs or {"host": None}, outputs=outputs)
    return World(lab(*(command(name, "what") for name in ("read", "say", "fail"))), table, playbooks={"Child": book})


async def test_an_input_is_evaluated_in_the_parent() -> None:
    lab_world = world()
    await lab_world.play(parent({"host": "${inputs.host}"}))
    assert "read from-parent" in await lab_world.said()


async def test_an_input_sees_what_the_task_before_it_wrote() -> None:
    lab_world = world()
    first = {"id": "1", "taskid": "a", "type": "regular", "task": {"id": "a", "name": "first", "script": "Lab|||read"}}
    first |= {"scriptarguments": {"what": {"simple": "first"}}, "nexttasks": {"#none#": ["2"]}}
    child = {"id": "2", "taskid": "b", "type": "playbook", "task": {"id": "b", "name": "c", "playbookName": "Child"}}
    child |= {"scriptarguments": {"host": {"simple": "${Read.Value}"}}}
    await lab_world.play(playbook(f"'1': {json.dumps(first)}\n'2': {json.dumps(child)}"))
    assert await lab_world.said() == ["read first", "read first"]


async def test_what_the_last_task_wrote_comes_up_when_the_store_takes_its_time() -> None:
    class SlowStore(MemoryStore):
        async def commit(self, changes: Changes) -> Committed:
            for _ in range(50):
                await asyncio.sleep(0)
            return await super().commit(changes)

    lab_world = world(outputs=("Read.Value",))
    lab_world.store = SlowStore()
    lab_world.restart()
    await lab_world.play(parent({"host": "a"}, after="${Read.Value}"))
    assert await lab_world.said() == ["read a", "said a"]


async def test_an_input_that_the_task_does_not_name_gets_the_childs_default() -> None:
    lab_world = world(inputs={"host": "${inputs.name}-default", "name": "child"})
    await lab_world.play(parent({"name": "given"}))
    assert (await lab_world.said())[0] == "read given-default"


async def test_an_input_that_the_task_names_and_leaves_empty_gets_no_default() -> None:
    lab_world = world(inputs={"host": "default"})
    await lab_world.play(parent({"host": "${Nothing}"}))
    assert (await lab_world.said())[0] == "read None"


async def test_a_required_input_without_a_value_fails_the_task_with_its_name() -> None:
    lab_world = world(inputs={"host": REQUIRED})
    plan = await lab_world.play(parent({"host": ""}))
    assert plan.error == "child: Sub-playbook 'Child' needs its input 'host'. Give it a value."


@pytest.mark.parametrize("given", ["", "${Nothing}", "${inputs.nobody}"])
async def test_an_empty_required_input_stops_the_task_or_goes_in_as_nothing(given: str) -> None:
    lab_world = world(inputs={"host": REQUIRED})
    plan = await lab_world.play(parent({"host": given}))
    assert plan.state is PlanState.FAILED
    assert await lab_world.said() == ["Sub-playbook 'Child' needs its input 'host'. Give it a value."]

    lab_world = world(inputs={"host": REQUIRED})
    lab_world.semantics = Semantics(empty_required_input="passed")
    lab_world.restart()
    plan = await lab_world.play(parent({"host": given}, after="went on"))
    assert plan.state is PlanState.COMPLETED
    assert (await lab_world.said())[1:] == ["said went on"]


async def test_a_task_may_go_on_after_an_error_over_an_empty_required_input() -> None:
    lab_world = world(inputs={"host": REQUIRED})
    plan = await lab_world.play(parent({"host": "${Nothing}"}, after="went on", continueonerror=True))
    assert plan.state is PlanState.COMPLETED
    assert (await lab_world.said())[1:] == ["said went on"]


async def test_only_declared_outputs_come_up_from_a_private_context() -> None:
    lab_world = world(outputs=("Read.Value", "Missing", "-", " "))
    plan = await lab_world.play(parent({"host": "a"}, after="${Read.Value}|${Read.Other}|${Private}"))
    assert plan.state is PlanState.COMPLETED
    assert (await lab_world.said())[1] == "said a||"


async def test_without_a_context_of_its_own_a_child_writes_to_its_parents() -> None:
    lab_world = world()
    await lab_world.play(parent({"host": "a"}, after="${Read.Value}|${Private}", separatecontext=False))
    assert (await lab_world.said())[1] == "said a|p"


async def test_a_private_context_does_not_see_the_parents() -> None:
    lab_world = world(READ.replace("${inputs.host}", "${Outside}"))
    outside = ContextPatch(incident=lab_world.incident.id, kind=PatchKind.SET, path="Outside", value="o")
    await lab_world.store.commit(some_changes(patches=[outside]))
    await lab_world.play(parent(after="${Outside}"))
    assert await lab_world.said() == ["read None", "said o"]


async def test_a_playbook_that_is_not_there_fails_the_task_or_is_skipped_with_its_branch() -> None:
    lab_world = world()
    plan = await lab_world.play(parent(playbook="Gone"))
    assert plan.state is PlanState.FAILED
    assert "There is no playbook `Gone`" in plan.error
    skipping = await lab_world.another(parent(playbook="Gone", skipunavailable=True))
    await lab_world.conductor.drive(skipping.id)
    tasks = await lab_world.tasks(skipping)
    assert (await lab_world.store.plan(skipping.id)).state is PlanState.COMPLETED
    assert (tasks["1"].state, tasks["2"].state) == (TaskState.SKIPPED, TaskState.SKIPPED)


async def test_an_error_in_the_child_can_be_passed_over_in_the_parent() -> None:
    lab_world = world()
    lab_world.runner.table["read"] = lambda _: [failure("no")]
    plan = await lab_world.play(parent({"host": "a"}, after="on", continueonerror=True))
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == ["no", "said on"]


async def test_what_a_child_did_before_its_error_comes_up() -> None:
    first, second = READ, READ.replace("'1'", "'2'").replace("read, script: 'Lab|||read'", "fail, script: 'Lab|||fail'")
    chained = first.replace("scriptarguments", "nexttasks: {'#none#': ['2']}, scriptarguments") + second
    lab_world = world(chained, outputs=("Read.Value",))
    lab_world.runner.table["fail"] = lambda _: [failure("no")]
    plan = await lab_world.play(parent({"host": "a"}))
    assert plan.state is PlanState.FAILED
    assert (await lab_world.context())["Read"] == {"Value": "a"}


async def test_a_playbook_that_calls_itself_comes_to_an_end() -> None:
    itself = "'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: again, playbookName: Child}}"
    lab_world = world(itself)
    plan = await lab_world.play(parent())
    assert plan.state is PlanState.FAILED
    assert "Child is 20 playbooks deep. Does a playbook call itself?" in plan.error


async def test_two_runs_of_the_same_child_do_not_share_their_context() -> None:
    lab_world = world(outputs=("Read.Value",))
    node = {"id": "1", "taskid": "a", "type": "playbook", "separatecontext": True, "nexttasks": {}}
    both = {
        number: node | {"id": number, "task": {"id": number, "name": number, "playbookName": "Child"},
                        "scriptarguments": {"host": {"simple": f"h{number}"}}}
        for number in ("2", "3")
    }  # fmt: skip
    start = {"id": "1", "taskid": "s", "type": "title", "task": {"id": "s", "name": "both"}}
    start |= {"nexttasks": {"#none#": ["2", "3"]}}
    text = "\n".join(f"'{number}': {json.dumps(item)}" for number, item in {"1": start, **both}.items())
    plan = await lab_world.play(playbook(text))
    assert plan.state is PlanState.COMPLETED
    context = await lab_world.context()
    assert sorted(context["Read"]["Value"]) == ["h2", "h3"]
    privates = [value["Read"]["Value"] for key, value in context.items() if key.startswith("subplaybook-")]
    assert sorted(privates) == ["h2", "h3"]
