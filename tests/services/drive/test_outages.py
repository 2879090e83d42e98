"""The store is away while plans are driven: they wait and go on, and nothing is lost, doubled or asked."""

import asyncio
from collections import Counter

import pytest
import structlog

from tests.services.world import World, command, lab, note, playbook
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState, TaskState
from warroom.testing.outages import UnsteadyStore
from warroom.testing.runner import FakeCode, FakeFunction

BOOK = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'Lab|||read'},
      nexttasks: {'#none#': ['2', '3']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: act, script: 'Lab|||act'}, nexttasks: {'#none#': ['4']},
      scriptarguments: {what: {simple: host}}}
'3': {id: '3', taskid: c, type: regular, task: {id: c, name: wait, script: 'Lab|||poll'}, nexttasks: {'#none#': ['4']}}
'4': {id: '4', taskid: d, type: regular, task: {id: d, name: end, script: 'Lab|||read'}}
"""
BLIND = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: send, script: 'Lab|||send'}}
"""
PLANS = 20


class Product:
    """What is outside of us: it acts once for each key, and has ended what it does at the second look."""

    def __init__(self) -> None:
        self.acted: Counter[str] = Counter()
        self.sent = 0
        self.looks = 0

    def act(self, code: FakeCode) -> list[Json]:
        self.acted[code.run.args["idempotency_key"]] = 1
        return [note("acted")]

    def poll(self, _: FakeCode) -> list[Json]:
        self.looks += 1
        if self.looks % 2:
            return [{"Type": 1, "PollingCommand": "poll", "NextRun": "60", "PollingArgs": {}, "Timeout": "600000"}]
        return [note("polled")]

    def send(self, _: FakeCode) -> list[Json]:
        self.sent += 1
        return [note("sent")]


def world(seed: int, product: Product) -> tuple[World, UnsteadyStore]:
    store = UnsteadyStore(seed)
    commands = (
        command("read"),
        command("act", "what", "idempotency_key", execution=True),
        command("poll"),
        command("send", execution=True),
    )
    table: dict[str, FakeFunction] = {
        "read": lambda _: [note("read", Read={"Value": "host"})],
        "act": product.act,
        "poll": product.poll,
        "send": product.send,
    }
    return World(lab(*commands), table, store=store), store


async def see_through(lab_world: World, plans: list[PlanRecord]) -> None:
    """Drive plans until all have ended, with time passing."""

    async def pass_time() -> None:
        while True:
            await asyncio.sleep(0)
            lab_world.clock.advance(1)

    passing = asyncio.create_task(pass_time())
    try:
        async with asyncio.timeout(30):
            await asyncio.gather(*(ended(lab_world, plan) for plan in plans))
    finally:
        passing.cancel()


async def ended(lab_world: World, plan: PlanRecord) -> None:
    """Have a plan driven whenever its job would come."""
    open_plans = {plan.id}
    while plan.id in open_plans:
        await lab_world.conductor.drive(plan.id)
        open_plans = {each.id for each in await lab_world.store.open_plans()}


@pytest.mark.parametrize("seed", range(6))
async def test_plans_end_as_if_the_store_had_never_been_away(seed: int) -> None:
    product = Product()
    lab_world, store = world(seed, product)
    await lab_world.begin()
    plans = [await lab_world.another(playbook(BOOK)) for _ in range(PLANS)]
    store.rate = 0.3
    with structlog.testing.capture_logs() as logs:
        await see_through(lab_world, plans)
    store.rate = 0.0
    assert store.outages > PLANS
    assert {line["log_level"] for line in logs} == {"warning"}
    for plan in plans:
        assert (await store.plan(plan.id)).state is PlanState.COMPLETED
        assert {task.state for task in await store.tasks(plan.id)} == {TaskState.COMPLETED}
        assert all(intent.ended for intent in await store.intents(plan.id))
    assert len(product.acted) == PLANS
    said = Counter(
        (entry.plan, entry.task, str(entry.contents)) for entry in await store.entries(lab_world.incident.id)
    )
    assert {key: count for key, count in said.items() if count > 1} == {}
    assert Counter(text for _, _, text in said.elements())["acted"] == PLANS


async def test_an_action_that_has_happened_is_not_asked_about_because_its_answer_could_not_be_written() -> None:
    product = Product()
    lab_world, store = world(1, product)
    plan = await lab_world.start(playbook(BLIND))

    def send(code: FakeCode) -> list[Json]:
        store.away = 3
        return product.send(code)

    lab_world.runner.table["send"] = send
    await see_through(lab_world, [plan])
    assert (product.sent, store.outages) == (1, 3)
    assert (await store.plan(plan.id)).state is PlanState.COMPLETED
    assert await lab_world.said() == ["sent"]
