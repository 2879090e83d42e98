"""Branches and plans side by side on one incident: nothing that one writes is lost to another."""

import asyncio
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.staff import sign_up
from tests.services.world import World, command, failure, lab, note, playbook
from warroom.content.incident_type import IncidentType
from warroom.content.playbook import Playbook
from warroom.model.incident import Severity
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskState
from warroom.services.ports.store import Changes, Committed
from warroom.testing.runner import FakeCode
from warroom.testing.store import MemoryStore


class SlowStore(MemoryStore):
    """A commit takes a moment, in which others go on."""

    async def commit(self, changes: Changes) -> Committed:
        await asyncio.sleep(0)
        committed = await super().commit(changes)
        await asyncio.sleep(0)
        return committed


def fan(count: int, script: str = "Lab|||write", after: str = "Lab|||write", **arguments: Json) -> Playbook:
    """`count` tasks side by side, and one more behind all of them."""
    nodes: dict[str, Json] = {}
    numbers = [str(number) for number in range(2, count + 2)]
    nodes["1"] = {"type": "title", "task": {"name": "fork"}, "nexttasks": {"#none#": numbers}}
    for number in numbers:
        given_arguments = {"what": {"simple": number}} | {key: {"simple": value} for key, value in arguments.items()}
        task = {"name": number, "script": script}
        nodes[number] = {"type": "regular", "task": task, "scriptarguments": given_arguments}
        nodes[number]["nexttasks"] = {"#none#": ["99"]}
    nodes["99"] = {"type": "regular", "task": {"name": "last", "script": after}}
    nodes["99"]["scriptarguments"] = {"what": {"simple": "${Seen}"}}
    lines = [
        f"'{number}': {json.dumps(node | {'id': number, 'taskid': number, 'task': {'id': number, **node['task']}})}"
        for number, node in nodes.items()
    ]
    return playbook("\n".join(lines))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=6))
def test_branches_that_write_to_the_same_place_all_count_and_the_join_sees_them(delays: list[int]) -> None:
    async def play() -> None:
        seen: list[Json] = []

        async def write(code: FakeCode) -> list[Json]:
            what = code.run.args["what"]
            if isinstance(what, list):
                seen.extend(what)
                return []
            for _ in range(delays[int(what) - 2]):
                await asyncio.sleep(0)
            return [note(f"wrote {what}", Seen=what)]

        lab_world = World(lab(command("write", "what", arrays=("what",))), {"write": write}, store=SlowStore())
        plan = await lab_world.play(fan(len(delays)))
        numbers = [str(number) for number in range(2, len(delays) + 2)]
        assert plan.state is PlanState.COMPLETED
        assert sorted(seen) == numbers
        assert sorted((await lab_world.context())["Seen"]) == numbers

    asyncio.run(play())


VALUES = {"owner": "ana", "details": "seen", "severity": "High", "name": "Renamed", "type": "Dump"}


@settings(max_examples=40)
@given(st.lists(st.integers(0, 8), min_size=2, max_size=5))
def test_branches_and_plans_that_change_the_incident_all_count(delays: list[int]) -> None:
    fields = list(VALUES)

    async def play() -> None:
        async def write(code: FakeCode) -> list[Json]:
            field = fields[int(code.run.args["what"]) - 2]
            for _ in range(delays[int(code.run.args["what"]) - 2]):
                await asyncio.sleep(0)
            await code.call("executeCommand", {"command": "setIncident", "args": {field: VALUES[field]}})
            return []

        lab_world = World(
            lab(command("write", "what"), command("nothing", "what")),
            {"write": write, "nothing": lambda _: []},
            store=SlowStore(),
            types=[IncidentType(id="Dump", name="Dump")],
        )
        await lab_world.begin()
        await sign_up(lab_world.store.users, "ana")
        plans = [
            await lab_world.another(fan(len(delays), after="Lab|||nothing")),
            await lab_world.another(playbook(CLOSE)),
        ]
        await asyncio.gather(*(lab_world.conductor.drive(plan.id) for plan in plans))
        incident = await lab_world.store.incident(lab_world.incident.id)
        assert incident.close_reason == "Resolved"
        found = incident.as_xsoar() | {"severity": "High" if incident.severity is Severity.HIGH else ""}
        changed = fields[: len(delays)]
        assert {field: found[field] for field in changed} == {field: VALUES[field] for field in changed}

    asyncio.run(play())


CLOSE = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: close, script: 'Builtin|||closeInvestigation'},
      scriptarguments: {closeReason: {simple: Resolved}}}
"""


async def test_an_error_in_one_branch_lets_the_other_end_and_blocks_the_join() -> None:
    def write(code: FakeCode) -> list[Json]:
        return [failure("no")] if code.run.args["what"] == "2" else [note("ok")]

    lab_world = World(lab(command("write", "what")), {"write": write})
    plan = await lab_world.play(fan(2))
    tasks = await lab_world.tasks(plan)
    assert (plan.state, plan.error) == (PlanState.FAILED, "2: no")
    assert (tasks["2"].state, tasks["3"].state) == (TaskState.ERROR, TaskState.COMPLETED)
    assert "99" not in tasks


async def test_branches_run_side_by_side() -> None:
    together = asyncio.Barrier(3)

    async def write(code: FakeCode) -> list[Json]:
        if code.run.args.get("what") in {"2", "3", "4"}:
            await together.wait()
        return []

    lab_world = World(lab(command("write", "what")), {"write": write})
    async with asyncio.timeout(60):
        plan = await lab_world.play(fan(3))
    assert plan.state is PlanState.COMPLETED
