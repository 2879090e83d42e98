"""Approvals over time: they expire, outlive processes, and let exactly one action pass."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.approvals.approval_world import EVE, ApprovalWorld, a_user, approval_world, isolating
from tests.services.world import World, playbook, until
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState, TaskState, WaitKind
from warroom.services.approvals.rules import Rules
from warroom.testing.runner import FakeCode

ALWAYS = Rules(commands=("isolate", "wipe"))
DAY = 24 * 3600
TOO_LATE = DAY + 6


async def expired(approvals: ApprovalWorld, plan: PlanRecord) -> None:
    approvals.world.clock.advance(TOO_LATE)
    await approvals.driven(plan.id)


async def test_a_request_that_nobody_answers_becomes_an_open_task_and_nothing_is_done() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    await expired(approvals, plan)
    (left,) = await approvals.world.asked()
    assert left.wait is not None
    assert (left.wait.kind, left.wait.wake_at) == (WaitKind.EXPIRED, None)
    assert (await approvals.world.store.plan(plan.id)).state is PlanState.WAITING
    assert str((await approvals.world.said())[-1]).startswith(
        "There was no answer in time whether bob may do `!isolate"
    )
    approvals.world.clock.advance(30 * DAY)
    await approvals.driven(plan.id)
    assert len(await approvals.world.asked()) == 1
    assert approvals.product.asked == []


async def test_an_expired_request_cannot_be_approved_until_it_is_asked_again() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    await expired(approvals, plan)
    (left,) = await approvals.world.asked()
    with pytest.raises(InvalidInputError, match="Choose one of: ask again, drop it"):
        await approvals.answer(left)
    await approvals.answer(left, "ask again")
    assert approvals.product.asked == []
    (again,) = await approvals.requests()
    await approvals.answer(again)
    assert approvals.product.endpoints == ["A"]


async def test_a_request_that_expired_may_be_dropped() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    await expired(approvals, plan)
    (left,) = await approvals.world.asked()
    ended = await approvals.answer(left, "drop it", comment="Over.")
    assert (ended.state, approvals.product.asked) == (PlanState.FAILED, [])
    assert "eve dropped it: it was not approved in time. Over." in ended.error


async def test_an_approval_in_time_counts_though_its_process_comes_to_it_late() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    approvals.world.clock.advance(DAY - 1)
    await approvals.world.plans.answer(plan.id, request.key, "Approve", "It spreads.", EVE)
    approvals.world.restart()
    approvals.world.clock.advance(10 * DAY)
    assert (await approvals.driven(plan.id)).state is PlanState.COMPLETED
    assert approvals.product.endpoints == ["A"]


@pytest.mark.parametrize(("choice", "state"), [("Approve", TaskState.COMPLETED), ("Reject", TaskState.ERROR)])
async def test_a_driver_that_is_busy_reads_the_answer_before_it_lets_a_request_expire(
    choice: str, state: TaskState
) -> None:
    going_on = asyncio.Event()

    async def takes_long(_: FakeCode) -> list[Json]:
        await going_on.wait()
        return []

    approvals = await approval_world(rules=ALWAYS, read=takes_long)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: title, task: {id: a, name: Both}, nexttasks: {'#none#': ['2', '3']}}
        '2': {id: '2', taskid: b, type: regular, task: {id: b, name: Isolate, script: 'Lab|||isolate'},
              scriptarguments: {endpoint: {simple: A}}}
        '3': {id: '3', taskid: c, type: regular, task: {id: c, name: Read, script: 'Lab|||read'}}
        """
    )
    plan = await approvals.world.plans.start(approvals.world.incident, book, {}, EVE)
    approvals.world.conductor.start_soon(plan.id)
    await until(lambda: approvals.world.clock.sleeping == 1)
    (request,) = await approvals.requests()
    await approvals.world.plans.answer(plan.id, request.key, choice, "It spreads.", a_user("bob").actor)
    approvals.world.clock.advance(TOO_LATE)
    await until(lambda: approvals.world.clock.sleeping == 0)
    for _ in range(100):
        await asyncio.sleep(0)
    going_on.set()
    assert (await approvals.driven(plan.id)).state in {PlanState.COMPLETED, PlanState.FAILED}
    assert (await approvals.task(plan, "2")).state is state
    assert not any("Nobody answered in time" in str(said) for said in await approvals.world.said())


async def test_whoever_sees_a_plan_through_is_not_kept_until_the_request_expires() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    seen = asyncio.create_task(approvals.world.conductor.see_through(plan.id))
    await until(seen.done)
    assert seen.result().state is PlanState.WAITING


async def test_the_next_process_finds_a_request_as_it_was() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    before = await approvals.requests()
    approvals.world.restart()
    await approvals.driven(plan.id)
    assert await approvals.requests() == before


async def test_an_approved_action_of_which_nobody_knows_whether_it_happened_is_asked_for_once_more() -> None:
    hung = asyncio.Event()

    async def hangs(code: FakeCode) -> list[Json]:
        asked.append(code.run.args["endpoint"])
        if len(asked) == 1:
            await hung.wait()
        return []

    asked: list[Json] = []
    approvals = await approval_world(rules=ALWAYS, wipe=hangs)
    plan = await approvals.typed("!wipe endpoint=A")
    (request,) = await approvals.requests()
    await approvals.world.plans.answer(plan.id, request.key, "Approve", "It spreads.", EVE)
    approvals.world.conductor.start_soon(plan.id)
    await until(lambda: asked)
    await approvals.world.conductor.close()
    approvals.world.restart()
    await approvals.driven(plan.id)
    (doubt,) = await approvals.world.asked()
    assert doubt.wait is not None
    assert doubt.wait.kind is WaitKind.UNKNOWN
    assert str(doubt.wait.data["question"]).startswith("'!wipe' had begun `wipe` on A and was cut off")
    await approvals.answer(doubt, "run it again")
    assert asked == ["A"]
    (again,) = await approvals.requests()
    assert "it was approved once, may have happened, and eve wants it run again" in str(again.wait)
    first, = await approvals.world.store.intents(plan.id)  # fmt: skip
    assert (first.failed, first.answer) == (True, "It is not known whether it happened; eve had it run again.")
    await approvals.answer(again, actor=a_user("bob").actor)
    assert asked == ["A", "A"]


async def test_an_action_of_which_nobody_knows_is_told_by_a_person_and_needs_no_second_approval() -> None:
    approvals = await approval_world()
    plan = await approvals.started(isolating("A"))
    assert plan.state is PlanState.COMPLETED
    assert [intent.approved for intent in await approvals.world.store.intents(plan.id)] == [None]


async def test_a_task_whose_command_is_not_there_is_skipped_before_anything_begins() -> None:
    approvals = await approval_world(rules=ALWAYS, instances=())
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              skipunavailable: true, scriptarguments: {endpoint: {simple: A}}}
        """
    )
    plan = await approvals.started(book)
    assert (await approvals.task(plan)).state is not TaskState.ERROR
    assert await approvals.world.store.intents(plan.id) == []


# -- whatever happens in between ----------------------------------------------------------------------------------


async def die(world: World, plan: PlanRecord, steps: int) -> None:
    """Drive a plan in a process that dies after so many steps of the event loop."""
    world.conductor.start_soon(plan.id)
    for _ in range(steps):
        await asyncio.sleep(0)
    await world.conductor.close()
    world.restart()


async def play_out(hosts: list[str], order: list[int], decisions: list[bool], deaths: list[int]) -> None:
    approvals = await approval_world(rules=ALWAYS)
    world = approvals.world
    plans = [await world.plans.start(world.incident, isolating(), {"hosts": host}, EVE) for host in hosts]
    pauses = iter([*deaths, *[0] * 1000])
    for plan in plans:
        await die(world, plan, next(pauses))
        await approvals.driven(plan.id)
    assert approvals.product.asked == []
    approved: Counter[str] = Counter()
    for turn, yes in zip(order, decisions, strict=False):
        waiting = await approvals.requests()
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
            await approvals.driven(plan.id)
    done = Counter(endpoint for endpoint in _keyed(approvals).values())
    assert done == +approved
    intents = [intent for plan in plans for intent in await world.store.intents(plan.id)]
    words = {(intent.plan, intent.approved.key, intent.approved.attempt) for intent in intents if intent.approved}
    assert len(words) == len({(intent.plan, intent.key) for intent in intents}) == sum(approved.values())


def _keyed(approvals: ApprovalWorld) -> dict[str, str]:
    """What was done: a key that comes twice acts once, as commands that have one promise."""
    return dict(approvals.product.keys)


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
