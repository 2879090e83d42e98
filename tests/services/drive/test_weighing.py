"""Approvals over time: they expire, outlive processes, and let exactly one action pass."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.approvals.desk import EVE, Desk, a_desk, a_user, isolating
from tests.services.world import World, playbook, until
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState, TaskState, WaitKind
from warroom.services.approvals.rules import Rules
from warroom.testing.runner import FakeCode

ALWAYS = Rules(commands=("isolate", "wipe"))
DAY = 24 * 3600
TOO_LATE = DAY + 6


async def expired(desk: Desk, plan: PlanRecord) -> None:
    desk.world.clock.advance(TOO_LATE)
    await desk.driven(plan.id)


async def test_a_request_that_nobody_answers_becomes_an_open_task_and_nothing_is_done() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    await expired(desk, plan)
    (left,) = await desk.world.asked()
    assert left.wait is not None
    assert (left.wait.kind, left.wait.wake_at) == (WaitKind.EXPIRED, None)
    assert (await desk.world.store.plan(plan.id)).state is PlanState.WAITING
    assert str((await desk.world.said())[-1]).startswith("Nobody answered in time whether bob may do `!isolate")
    desk.world.clock.advance(30 * DAY)
    await desk.driven(plan.id)
    assert len(await desk.world.asked()) == 1
    assert desk.product.asked == []


async def test_an_expired_request_cannot_be_approved_until_it_is_asked_again() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    await expired(desk, plan)
    (left,) = await desk.world.asked()
    with pytest.raises(InvalidInputError, match="Choose one of: ask again, drop it"):
        await desk.answer(left)
    await desk.answer(left, "ask again")
    assert desk.product.asked == []
    (again,) = await desk.requests()
    await desk.answer(again)
    assert desk.product.endpoints == ["A"]


async def test_a_request_that_expired_may_be_dropped() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    await expired(desk, plan)
    (left,) = await desk.world.asked()
    ended = await desk.answer(left, "drop it", comment="Over.")
    assert (ended.state, desk.product.asked) == (PlanState.FAILED, [])
    assert "eve dropped it: nobody had approved it in time. Over." in ended.error


async def test_an_approval_in_time_counts_though_its_process_comes_to_it_late() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    desk.world.clock.advance(DAY - 1)
    await desk.world.plans.answer(plan.id, request.key, "Approve", "It spreads.", EVE)
    desk.world.restart()
    desk.world.clock.advance(10 * DAY)
    assert (await desk.driven(plan.id)).state is PlanState.COMPLETED
    assert desk.product.endpoints == ["A"]


@pytest.mark.parametrize(("choice", "state"), [("Approve", TaskState.COMPLETED), ("Reject", TaskState.ERROR)])
async def test_a_driver_that_is_busy_reads_the_answer_before_it_lets_a_request_expire(
    choice: str, state: TaskState
) -> None:
    going_on = asyncio.Event()

    async def takes_long(_: FakeCode) -> list[Json]:
        await going_on.wait()
        return []

    desk = await a_desk(rules=ALWAYS, read=takes_long)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: title, task: {id: a, name: Both}, nexttasks: {'#none#': ['2', '3']}}
        '2': {id: '2', taskid: b, type: regular, task: {id: b, name: Isolate, script: 'Lab|||isolate'},
              scriptarguments: {endpoint: {simple: A}}}
        '3': {id: '3', taskid: c, type: regular, task: {id: c, name: Read, script: 'Lab|||read'}}
        """
    )
    plan = await desk.world.plans.start(desk.world.incident, book, {}, EVE)
    desk.world.conductor.start_soon(plan.id)
    await until(lambda: desk.world.clock.sleeping == 1)
    (request,) = await desk.requests()
    await desk.world.plans.answer(plan.id, request.key, choice, "It spreads.", a_user("bob").actor)
    desk.world.clock.advance(TOO_LATE)
    await until(lambda: desk.world.clock.sleeping == 0)
    for _ in range(100):
        await asyncio.sleep(0)
    going_on.set()
    assert (await desk.driven(plan.id)).state in {PlanState.COMPLETED, PlanState.FAILED}
    assert (await desk.task(plan, "2")).state is state
    assert not any("Nobody answered in time" in str(said) for said in await desk.world.said())


async def test_whoever_sees_a_plan_through_is_not_kept_until_the_request_expires() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    seen = asyncio.create_task(desk.world.conductor.see_through(plan.id))
    await until(seen.done)
    assert seen.result().state is PlanState.WAITING


async def test_the_next_process_finds_a_request_as_it_was() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    before = await desk.requests()
    desk.world.restart()
    await desk.driven(plan.id)
    assert await desk.requests() == before


async def test_an_approved_action_of_which_nobody_knows_whether_it_happened_is_asked_for_once_more() -> None:
    hung = asyncio.Event()

    async def hangs(code: FakeCode) -> list[Json]:
        asked.append(code.run.args["endpoint"])
        if len(asked) == 1:
            await hung.wait()
        return []

    asked: list[Json] = []
    desk = await a_desk(rules=ALWAYS, wipe=hangs)
    plan = await desk.typed("!wipe endpoint=A")
    (request,) = await desk.requests()
    await desk.world.plans.answer(plan.id, request.key, "Approve", "It spreads.", EVE)
    desk.world.conductor.start_soon(plan.id)
    await until(lambda: asked)
    await desk.world.conductor.close()
    desk.world.restart()
    await desk.driven(plan.id)
    (doubt,) = await desk.world.asked()
    assert doubt.wait is not None
    assert doubt.wait.kind is WaitKind.UNKNOWN
    assert str(doubt.wait.data["question"]).startswith("'!wipe' had begun `wipe` on A and was cut off")
    await desk.answer(doubt, "run it again")
    assert asked == ["A"]
    (again,) = await desk.requests()
    assert "it was approved once, may have happened, and eve wants it run again" in str(again.wait)
    first, = await desk.world.store.intents(plan.id)  # fmt: skip
    assert (first.failed, first.answer) == (True, "Nobody knows whether it happened; eve had it run again.")
    await desk.answer(again, actor=a_user("bob").actor)
    assert asked == ["A", "A"]


async def test_an_action_of_which_nobody_knows_is_told_by_a_person_and_needs_no_second_approval() -> None:
    desk = await a_desk()
    plan = await desk.started(isolating("A"))
    assert plan.state is PlanState.COMPLETED
    assert [intent.approved for intent in await desk.world.store.intents(plan.id)] == [None]


async def test_a_task_whose_command_is_not_there_is_skipped_before_anything_begins() -> None:
    desk = await a_desk(rules=ALWAYS, instances=())
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              skipunavailable: true, scriptarguments: {endpoint: {simple: A}}}
        """
    )
    plan = await desk.started(book)
    assert (await desk.task(plan)).state is not TaskState.ERROR
    assert await desk.world.store.intents(plan.id) == []


# -- whatever happens in between ----------------------------------------------------------------------------------


async def die(world: World, plan: PlanRecord, steps: int) -> None:
    """Drive a plan in a process that dies after so many steps of the event loop."""
    world.conductor.start_soon(plan.id)
    for _ in range(steps):
        await asyncio.sleep(0)
    await world.conductor.close()
    world.restart()


async def play_out(hosts: list[str], order: list[int], decisions: list[bool], deaths: list[int]) -> None:
    desk = await a_desk(rules=ALWAYS)
    world = desk.world
    plans = [await world.plans.start(world.incident, isolating(), {"hosts": host}, EVE) for host in hosts]
    pauses = iter([*deaths, *[0] * 1000])
    for plan in plans:
        await die(world, plan, next(pauses))
        await desk.driven(plan.id)
    assert desk.product.asked == []
    approved: Counter[str] = Counter()
    for turn, yes in zip(order, decisions, strict=False):
        waiting = await desk.requests()
        if not waiting:
            break
        request = waiting[turn % len(waiting)]
        assert request.wait is not None
        host = request.wait.data["request"]["args"]["endpoint"]
        choice = "Approve" if yes else "Reject"
        approved[host] += yes
        await world.plans.answer(request.plan, request.key, choice, "why", a_user("bob").actor)
        with pytest.raises(ConflictError):
            await world.plans.answer(request.plan, request.key, "Approve", "again", a_user("bob").actor)
        for plan in plans:
            await die(world, plan, next(pauses))
            await desk.driven(plan.id)
    done = Counter(endpoint for endpoint in _keyed(desk).values())
    assert done == +approved
    intents = [intent for plan in plans for intent in await world.store.intents(plan.id)]
    words = {(intent.plan, intent.approved.key, intent.approved.attempt) for intent in intents if intent.approved}
    assert len(words) == len({(intent.plan, intent.key) for intent in intents}) == sum(approved.values())


def _keyed(desk: Desk) -> dict[str, str]:
    """What was done: a key that comes twice acts once, as commands that have one promise."""
    return dict(desk.product.keys)


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["A", "B", "C"]), min_size=1, max_size=4),
    st.lists(st.integers(0, 3), min_size=4, max_size=8),
    st.lists(st.booleans(), min_size=4, max_size=8),
    st.lists(st.integers(0, 40), max_size=12),
)
def test_each_approval_lets_exactly_one_action_pass_and_it_is_the_one_that_was_approved(
    hosts: list[str], order: list[int], decisions: list[bool], deaths: list[int]
) -> None:
    asyncio.run(play_out(hosts, order, decisions, deaths))


def test_two_plans_two_approvals_and_a_death_at_every_step() -> None:
    for steps in range(0, 60, 3):
        asyncio.run(play_out(["A", "B"], [1, 0], [True, True], [0, 0, steps, 0, steps]))
