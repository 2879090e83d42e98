"""Whatever moment a process dies at: the next one ends the plan the same way, and no action happens twice."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.world import World, command, lab, note, playbook
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanRecord, PlanState, WaitKind
from warroom.services.ports.store import Changes, Committed
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.store import MemoryStore

KINDS = ("read", "keyed", "blind", "many", "check", "child", "loop", "script")
CHILD = {
    "1": {"script": "Lab|||keyed", "next": ["2"], "args": {"what": "${inputs.host}"}},
    "2": {"script": "Lab|||read", "args": {"what": "${Keyed.Host}"}},
}


class SlowStore(MemoryStore):
    """A commit takes a moment, so that a process can die before it is written and before it is told."""

    async def commit(self, changes: Changes) -> Committed:
        await asyncio.sleep(0)
        committed = await super().commit(changes)
        await asyncio.sleep(0)
        return committed


@dataclass
class Product:
    """The world outside: what has been done to it, and under which key."""

    keyed: dict[str, str] = field(default_factory=dict)
    blind: Counter[str] = field(default_factory=Counter)

    async def read(self, code: FakeCode) -> list[Json]:
        await asyncio.sleep(0)
        return [note(f"read {code.run.args['what']}", Read=code.run.args["what"])]

    async def act_once(self, code: FakeCode) -> list[Json]:
        await asyncio.sleep(0)
        self.keyed.setdefault(code.run.args["idempotency_key"], code.run.args["what"])
        await asyncio.sleep(0)
        return [note(f"did {code.run.args['what']}", Keyed={"Host": code.run.args["what"]})]

    async def act_blindly(self, code: FakeCode) -> list[Json]:
        await asyncio.sleep(0)
        self.blind[code.run.args["what"]] += 1
        await asyncio.sleep(0)
        return [note(f"did {code.run.args['what']}")]

    async def check(self, code: FakeCode) -> list[Json]:
        await asyncio.sleep(0)
        return ["yes" if code.run.args["what"] else "no"]

    async def script(self, code: FakeCode) -> list[Json]:
        """A script that is no action itself and calls one of each kind."""
        what = code.run.args["what"]
        await code.call("executeCommand", {"command": "keyed", "args": {"what": f"{what}-by-script"}})
        await code.call("executeCommand", {"command": "blind", "args": {"what": f"{what}-by-script"}})
        return [note(f"script {what}")]


def tasks_text(nodes: dict[str, JsonObject]) -> str:
    """Write tasks as playbooks do; JSON is YAML."""
    written = {}
    for number, node in nodes.items():
        is_child = "playbook" in node
        inner = {"id": number, "name": f"task {number}"}
        inner |= {"playbookName": node["playbook"]} if is_child else {"script": node["script"]}
        following = node.get("next", [])
        kind = "playbook" if is_child else "condition" if node.get("check") else "regular"
        written[number] = {
            "id": number,
            "taskid": number,
            "type": kind,
            "task": inner,
            "separatecontext": True,
            "loop": {"forEach": True} if node.get("loop") else {},
            "nexttasks": {"yes" if node.get("check") else "#none#": following} if following else {},
            "scriptarguments": {key: {"simple": value} for key, value in node["args"].items()},
        }
    return "\n".join(f"'{number}': {json.dumps(node)}" for number, node in written.items())


def node_of(kind: str, number: int) -> JsonObject:
    what = f"h{number}"
    match kind:
        case "many":
            return {"script": "Lab|||keyed", "args": {"what": "${incident.hosts}"}}
        case "child" | "loop":
            hosts = "${incident.hosts}" if kind == "loop" else what
            return {"playbook": "Child", "args": {"host": hosts}, "loop": kind == "loop"}
        case _:
            return {"script": f"Lab|||{kind}", "check": kind == "check", "args": {"what": what}}


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, JsonObject]:
    """Up to five tasks of any kind; each leads to some of the later ones."""
    count = draw(st.integers(1, 5))
    nodes = {}
    for number in range(1, count + 1):
        node = node_of(draw(st.sampled_from(KINDS)), number)
        later = st.lists(st.integers(number + 1, count).map(str), max_size=3, unique=True)
        nodes[str(number)] = node | {"next": draw(later) if number < count else []}
    return nodes


def world_of(product: Product) -> World:
    commands = (
        command("read", "what"),
        command("keyed", "what", "idempotency_key", execution=True),
        command("blind", "what", execution=True),
        command("check", "what"),
        command("script", "what"),
    )
    table: dict[str, FakeFunction] = {
        "read": product.read,
        "keyed": product.act_once,
        "blind": product.act_blindly,
        "check": product.check,
        "script": product.script,
    }
    child = playbook(tasks_text(CHILD), "Child", inputs={"host": None}, outputs=["Keyed"])
    world = World(lab(*commands), table, playbooks={"Child": child}, store=SlowStore())
    world.incident = replace(world.incident, custom_fields={"hosts": ["a", "b"]})
    return world


async def finish(world: World, product: Product, plan: PlanRecord) -> PlanRecord:
    """Drive to the end; the person who is asked looks into the product and answers by what is there."""
    await world.conductor.drive(plan.id)
    while (left := await world.store.plan(plan.id)).state is PlanState.WAITING:
        for task in await world.asked():
            assert task.wait is not None
            assert task.wait.kind is WaitKind.UNKNOWN
            what = f"h{task.key}" + ("-by-script" if task.name in SCRIPTS else "")
            choice = "it happened" if product.blind[what] else "run it again"
            await world.answer(plan.id, task.key, choice)
        await world.conductor.drive(plan.id)
    return left


SCRIPTS: set[str] = set()


async def outcome_of(nodes: dict[str, JsonObject], deaths: list[int]) -> JsonObject:
    """Play a graph in processes that die after so many steps of the event loop, and say what came of it."""
    product = Product()
    world = world_of(product)
    SCRIPTS.clear()
    SCRIPTS.update(f"task {number}" for number, node in nodes.items() if node.get("script") == "Lab|||script")
    plan = await world.start(playbook(tasks_text(nodes)))
    for steps in deaths:
        world.conductor.start_soon(plan.id)
        for _ in range(steps):
            await asyncio.sleep(0)
        await world.conductor.close()
        world.restart()
    ended = await finish(world, product, plan)
    context = await world.context()
    return {
        "state": ended.state,
        "error": ended.error,
        "tasks": {key: (task.state, task.branch) for key, task in (await world.tasks(plan)).items()},
        "keyed": sorted((key.replace(plan.id, "p"), what) for key, what in product.keyed.items()),
        "blind": dict(product.blind),
        "reads": sorted(json.dumps(context.get("Read"), sort_keys=True)),
        "hosts": sorted(str(context.get("Keyed"))),
        "open intents": [intent.key for intent in await world.store.intents(plan.id) if not intent.ended],
    }


@pytest.mark.slow
@settings(max_examples=150)
@given(graphs(), st.lists(st.integers(0, 80), max_size=4))
def test_a_plan_ends_the_same_whenever_its_processes_die(nodes: dict[str, JsonObject], deaths: list[int]) -> None:
    undisturbed = asyncio.run(outcome_of(nodes, []))
    assert undisturbed["state"] is PlanState.COMPLETED
    assert asyncio.run(outcome_of(nodes, deaths)) == undisturbed


@pytest.mark.slow
def test_every_kind_of_task_survives_a_death_at_every_step() -> None:
    chain = {str(number): node_of(kind, number) for number, kind in enumerate(KINDS, 1)}
    nodes = {number: node | {"next": [str(int(number) + 1)] if int(number) < len(KINDS) else []}
             for number, node in chain.items()}  # fmt: skip
    undisturbed = asyncio.run(outcome_of(nodes, []))
    assert set(undisturbed["blind"].values()) == {1}
    assert len(undisturbed["keyed"]) == len(set(undisturbed["keyed"])) == 1 + 2 + 1 + 2 + 1
    for steps in range(0, 120, 1):
        assert asyncio.run(outcome_of(nodes, [steps])) == undisturbed, f"died after {steps} steps"
