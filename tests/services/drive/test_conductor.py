"""Which plans a process drives, and what becomes of one that cannot be driven."""

import asyncio

import pytest

from tests.services.world import ANA, World, command, lab, note, playbook, until
from warroom.content.playbook import Playbook
from warroom.model.entry import EntryType
from warroom.model.ids import PlanId, TaskKey, WorkerId
from warroom.model.incident import Severity
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.plan import Answer, PlanRecord, PlanState, TaskState, TypedCommand
from warroom.services.drive.conductor import CONCURRENT_PLANS, Conductor
from warroom.services.ports.store import Changes, Committed
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

ACT = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: act, script: 'Lab|||act'}, nexttasks: {'#none#': ['2']}}
'2': {id: '2', taskid: b, type: title, task: {id: b, name: Done}}
"""
ASK = """
'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Isolate it?}, nexttasks: {'yes': ['2'], 'no': ['2']}}
'2': {id: '2', taskid: b, type: title, task: {id: b, name: Done}}
"""
POLL = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: poll, script: 'Lab|||poll'}}
"""


OTHER = WorkerId("other")


class SharedStore(MemoryStore):
    """One that other processes write to as well."""

    exclusive = False


class FussyStore(MemoryStore):
    """Refuses to write entries that say "poison", as a full disk would refuse anything."""

    async def commit(self, changes: Changes) -> Committed:
        if any(entry.contents == "poison" for entry in changes.entries):
            raise OSError("No space left on device")
        return await super().commit(changes)


LOOK: list[Json] = [{"Type": 1, "PollingCommand": "poll", "NextRun": "60", "PollingArgs": {}, "Timeout": "600"}]


def world(store: MemoryStore | None = None, **table: FakeFunction) -> World:
    base: dict[str, FakeFunction] = {"act": lambda _: [note("acted")], "poll": lambda _: LOOK}
    commands = (command("act", execution=True), command("poll"))
    return World(lab(*commands), {**base, **table}, store=store or MemoryStore())


class Gate:
    """A command that waits until it is let through; counts who stands before it."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.waiting = 0

    async def __call__(self, _: FakeCode) -> list[Json]:
        self.waiting += 1
        await self.open.wait()
        return [note("passed")]


async def plans_of(lab_world: World, book: Playbook, count: int) -> list[PlanRecord]:
    await lab_world.begin()
    return [await lab_world.another(book) for _ in range(count)]


async def test_only_so_many_plans_are_driven_at_once_and_the_others_follow() -> None:
    gate = Gate()
    lab_world = world(act=gate)
    conductor = Conductor(lab_world.tools, WorkerId("w"), concurrency=2)
    plans = await plans_of(lab_world, playbook(ACT), 5)
    for plan in plans:
        conductor.start_soon(plan.id)
    await until(lambda: gate.waiting == 2)
    for _ in range(50):
        await asyncio.sleep(0)
    assert gate.waiting == 2
    gate.open.set()
    for plan in plans:
        await conductor.drive(plan.id)
    assert {(await lab_world.store.plan(plan.id)).state for plan in plans} == {PlanState.COMPLETED}


async def test_parked_plans_leave_their_room_to_others() -> None:
    lab_world = world()
    conductor = Conductor(lab_world.tools, WorkerId("w"), concurrency=1)
    parked = await plans_of(lab_world, playbook(ASK), 20) + await plans_of(lab_world, playbook(POLL), 20)
    for plan in parked:
        conductor.start_soon(plan.id)
    last = await lab_world.another(playbook(ACT))
    await conductor.drive(last.id)
    assert (await lab_world.store.plan(last.id)).state is PlanState.COMPLETED
    assert {(await lab_world.store.plan(plan.id)).state for plan in parked} == {PlanState.WAITING}


async def test_a_plan_is_driven_once_however_often_it_is_asked_for() -> None:
    gate = Gate()
    lab_world = world(act=gate)
    (plan,) = await plans_of(lab_world, playbook(ACT), 1)
    for _ in range(3):
        lab_world.conductor.start_soon(plan.id)
    await until(lambda: gate.waiting)
    gate.open.set()
    await lab_world.conductor.drive(plan.id)
    assert gate.waiting == 1
    assert (await lab_world.store.plan(plan.id)).epoch == 1


async def test_a_plan_that_has_ended_is_not_driven_again() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ACT))
    await lab_world.conductor.drive(plan.id)
    assert await lab_world.store.plan(plan.id) == plan


async def claimed_by_another(lab_world: World, plan: PlanRecord) -> None:
    """Have a living worker of another process drive it."""
    await lab_world.store.leases.renew(OTHER)
    assert await lab_world.store.claim(plan.id, OTHER, lab_world.clock.now())


async def test_a_plan_that_another_living_worker_drives_is_left_to_it() -> None:
    lab_world = world(SharedStore())
    (plan,) = await plans_of(lab_world, playbook(ACT), 1)
    await claimed_by_another(lab_world, plan)
    await lab_world.conductor.drive(plan.id)
    assert lab_world.runner.runs == []
    await lab_world.store.leases.end(OTHER)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED


async def test_seeing_through_waits_while_another_worker_drives() -> None:
    lab_world = world(SharedStore())
    (plan,) = await plans_of(lab_world, playbook(ACT), 1)
    await claimed_by_another(lab_world, plan)
    seen = asyncio.create_task(lab_world.conductor.see_through(plan.id))
    await until(lambda: lab_world.clock.sleeping == 1)
    lab_world.clock.advance(30)
    await until(lambda: lab_world.clock.sleeping == 1)
    assert not seen.done()
    await lab_world.store.leases.end(OTHER)
    lab_world.clock.advance(30)
    assert (await seen).state is PlanState.COMPLETED


async def test_seeing_through_waits_out_the_times_and_stops_at_a_person() -> None:
    lab_world = world()
    answers = iter([LOOK, [note("ended")]])
    lab_world.runner.table["poll"] = lambda _: next(answers)
    (polling, asking) = await plans_of(lab_world, playbook(POLL), 1) + await plans_of(lab_world, playbook(ASK), 1)
    seen = asyncio.create_task(lab_world.conductor.see_through(polling.id))
    await until(lambda: lab_world.clock.sleeping == 1)
    lab_world.clock.advance(60)
    assert (await seen).state is PlanState.COMPLETED
    assert (await lab_world.conductor.see_through(asking.id)).state is PlanState.WAITING


# -- answers and parking ------------------------------------------------------------------------------------------


class AnsweredWhileParking(MemoryStore):
    """An answer comes in the very moment of parking, before or after it is written."""

    def __init__(self, *, before: bool) -> None:
        super().__init__()
        self.before = before
        self.answer_now = False
        self.world: World | None = None

    async def commit(self, changes: Changes) -> Committed:
        parks = self.answer_now and any(plan.state is PlanState.WAITING for plan in changes.plans)
        if parks and self.before:
            await self._answer()
        committed = await super().commit(changes)
        if parks and not self.before:
            await self._answer()
        return committed

    async def _answer(self) -> None:
        assert self.world is not None
        self.answer_now = False
        ((plan, task),) = await self.tasks_for_people()
        await self.world.answer(plan.id, task.key, "yes")
        self.world.conductor.start_soon(plan.id)


@pytest.mark.parametrize("before", [True, False])
async def test_an_answer_in_the_moment_of_parking_is_not_missed(*, before: bool) -> None:
    store = AnsweredWhileParking(before=before)
    lab_world = world(store)
    store.world, store.answer_now = lab_world, True
    (plan,) = await plans_of(lab_world, playbook(ASK), 1)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED


async def test_a_nudge_reaches_a_driver_that_waits_for_a_long_command() -> None:
    gate = Gate()
    lab_world = world(act=gate)
    both = """
'1': {id: '1', taskid: s, type: title, task: {id: s, name: Both}, nexttasks: {'#none#': ['2', '3']}}
'2': {id: '2', taskid: a, type: regular, task: {id: a, name: act, script: 'Lab|||act'}}
'3': {id: '3', taskid: b, type: condition, task: {id: b, name: Sure?}, nexttasks: {'yes': ['4']}}
'4': {id: '4', taskid: c, type: regular, task: {id: c, name: poll, script: 'Lab|||poll'}}
"""
    (plan,) = await plans_of(lab_world, playbook(both), 1)
    lab_world.conductor.start_soon(plan.id)
    await until(lambda: gate.waiting and lab_world.store._tasks[plan.id][TaskKey("3")].wait)
    await lab_world.answer(plan.id, TaskKey("3"), "yes")
    lab_world.conductor.start_soon(plan.id)
    await until(lambda: len(lab_world.runner.runs) == 2)
    assert not gate.open.is_set()
    gate.open.set()
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.WAITING


async def test_two_answers_at_once_are_both_taken_and_the_plan_still_parks() -> None:
    """The second answer may be read with the first one's signal; that must not keep the driver busy for ever."""

    class Late(MemoryStore):
        is_answering = False

        async def answers(self, plan: PlanId) -> list[Answer]:
            if len(await super().answers(plan)) == 1 and not self.is_answering:
                self.is_answering = True  # answering reads the answers, too
                await lab_world.answer(plan, TaskKey("3"), "yes")
            return await super().answers(plan)

    lab_world = world(Late())
    book = playbook("""
'1': {id: '1', taskid: s, type: title, task: {id: s, name: All}, nexttasks: {'#none#': ['2', '3', '4']}}
'2': {id: '2', taskid: a, type: condition, task: {id: a, name: One?}, nexttasks: {'yes': []}}
'3': {id: '3', taskid: b, type: condition, task: {id: b, name: Two?}, nexttasks: {'yes': []}}
'4': {id: '4', taskid: c, type: regular, task: {id: c, name: poll, script: 'Lab|||poll'}}
""")
    plan = await lab_world.play(book)
    await lab_world.answer(plan.id, TaskKey("2"), "yes")
    async with asyncio.timeout(60):
        await lab_world.conductor.drive(plan.id)
    tasks = await lab_world.tasks(plan)
    assert {key: tasks[key].state for key in "234"} == {
        "2": TaskState.COMPLETED, "3": TaskState.COMPLETED, "4": TaskState.WAITING
    }  # fmt: skip


async def test_looking_at_a_parked_plan_queues_no_second_timer() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(POLL))
    timers = [job for job in lab_world.store.jobs if job.at]
    for _ in range(3):
        await lab_world.conductor.drive(plan.id)
    assert [job for job in lab_world.store.jobs if job.at] == timers
    assert len(timers) == 1
    lab_world.clock.advance(60)
    await lab_world.conductor.drive(plan.id)
    assert len([job for job in lab_world.store.jobs if job.at]) == 2


# -- what cannot be driven ----------------------------------------------------------------------------------------


async def test_a_driver_that_fails_leaves_the_plan_failed_and_says_so() -> None:
    lab_world = world(FussyStore(), act=lambda _: ["poison"])
    (plan,) = await plans_of(lab_world, playbook(ACT), 1)
    async with asyncio.timeout(60):
        plan = await lab_world.conductor.see_through(plan.id)
    assert plan.state is PlanState.FAILED
    assert plan.error == "'Book' could not be driven any further: OSError: No space left on device"
    (entry,) = await lab_world.store.entries(plan.incident)
    assert (entry.type, entry.contents, entry.plan) == (EntryType.ERROR, plan.error, plan.id)
    assert (await lab_world.tasks(plan))["1"].state is TaskState.ERROR


async def test_a_plan_whose_playbook_cannot_be_read_any_more_fails_with_the_reason() -> None:
    lab_world = world()
    (plan,) = await plans_of(lab_world, playbook(ACT), 1)
    lab_world.store._contents[plan.frame.content] = "id: ["
    lab_world.restart()
    await lab_world.conductor.drive(plan.id)
    left = await lab_world.store.plan(plan.id)
    assert left.state is PlanState.FAILED
    assert "This is not valid YAML" in left.error


async def test_a_driver_that_fails_after_it_was_overtaken_writes_nothing() -> None:
    async def overtaken(_: FakeCode) -> list[Json]:
        await lab_world.store.claim(plan.id, WorkerId("other"), lab_world.clock.now())
        return ["poison"]

    lab_world = world(FussyStore(), act=overtaken)
    (plan,) = await plans_of(lab_world, playbook(ACT), 1)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).worker == "other"
    assert await lab_world.said() == []


async def test_closing_stops_what_is_under_way_and_the_next_driver_takes_it_up() -> None:
    gate = Gate()
    lab_world = world(poll=gate)
    (plan,) = await plans_of(lab_world, playbook(POLL), 1)
    lab_world.conductor.start_soon(plan.id)
    await until(lambda: gate.waiting)
    lab_world.conductor.start_soon(plan.id)  # a nudge must not start it again behind the closed door
    await lab_world.conductor.close()
    assert (await lab_world.store.plan(plan.id)).state is PlanState.IN_PROGRESS
    gate.open.set()
    lab_world.restart()
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED


# -- who comes first ---------------------------------------------------------------------------------------------------


async def storm(lab_world: World, gate: Gate) -> list[PlanRecord]:
    """Fill every place of the process with plans that stand before the gate, and let more wait."""
    plans = await plans_of(lab_world, playbook(ACT), 70)
    for plan in plans:
        lab_world.conductor.start_soon(plan.id)
    await until(lambda: gate.waiting == CONCURRENT_PLANS)
    return plans


async def typed(lab_world: World) -> PlanRecord:
    incident = lab_world.incident
    return await lab_world.plans.start_command(incident, TypedCommand(name="poll"), {}, ANA)


async def test_a_typed_command_does_not_wait_for_a_storm_of_playbooks() -> None:
    gate = Gate()
    lab_world = world(act=gate, poll=lambda _: [note("polled")])
    await storm(lab_world, gate)
    plan = await typed(lab_world)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert gate.waiting == CONCURRENT_PLANS
    assert lab_world.runner.runs[-1].lane is Lane.PEOPLE
    await lab_world.conductor.close()


async def test_an_answer_hastens_a_plan_that_waits_for_its_turn_already() -> None:
    gate = Gate()
    lab_world = world(act=gate)
    (asking,) = await plans_of(lab_world, playbook(ASK), 1)
    await lab_world.conductor.drive(asking.id)
    await storm(lab_world, gate)
    lab_world.conductor.start_soon(asking.id)  # a timer of it has come
    await lab_world.answer(asking.id, "1", "yes")
    await lab_world.conductor.drive(asking.id, Lane.ANSWERED)
    assert (await lab_world.store.plan(asking.id)).state is PlanState.COMPLETED
    await lab_world.conductor.close()


async def test_the_plan_of_a_critical_incident_goes_before_those_that_came_earlier() -> None:
    gate = Gate()
    lab_world = world(act=gate)
    await lab_world.begin()
    conductor = Conductor(lab_world.tools, WorkerId("w"), concurrency=1)
    first, later = [await lab_world.another(playbook(ACT)) for _ in range(2)]
    for plan in (first, later):
        conductor.start_soon(plan.id)
    await until(lambda: gate.waiting == 1)
    worse = an_incident(9, severity=Severity.CRITICAL)
    await lab_world.journal.commit(some_changes(incidents=[worse]))
    urgent = await lab_world.plans.start(worse, playbook(ACT), {}, ANA)
    conductor.start_soon(urgent.id)
    for _ in range(50):
        await asyncio.sleep(0)
    gate.open.set()
    for plan in (first, later, urgent):
        await conductor.drive(plan.id)
    lanes = [(run.investigation, run.lane) for run in lab_world.runner.runs]
    assert lanes[1] == (worse.id, Lane.CRITICAL)
    assert lanes[0] == lanes[2]


async def test_of_a_plan_that_is_not_there_nothing_is_driven() -> None:
    lab_world = world()
    await lab_world.begin()
    await lab_world.conductor.drive(PlanId("gone"))
    assert lab_world.runner.runs == []
