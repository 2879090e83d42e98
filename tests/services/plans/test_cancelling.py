"""Plans that are ended before they are through, one or many at once."""

import asyncio

import pytest

from tests.services.approvals.approval_world import BOB, EVE, approval_world, isolating
from tests.services.stop import Stop
from tests.services.world import playbook, until
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, PlanId
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.services.approvals.rules import Rules
from warroom.services.plans.cancelling import PlanSelection
from warroom.services.ports.halts import HaltQuery
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_incident, some_changes

ASK = playbook("'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Sure?}, nexttasks: {'yes': []}}", "Ask")
TWO = playbook(
    """
    '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
          scriptarguments: {endpoint: {simple: A}}, nexttasks: {'#none#': ['2']}}
    '2': {id: '2', taskid: b, type: regular, task: {id: b, name: Wipe, script: 'Lab|||wipe'},
          scriptarguments: {endpoint: {simple: A}}}
    """,
    "Two",
)


async def test_every_open_plan_ends_and_says_who_cancelled_it_and_why() -> None:
    approvals = await approval_world(rules=Rules(commands=("isolate",)))
    stop = Stop.of(approvals)
    asking = await approvals.started(ASK)
    typed = await approvals.typed("!isolate endpoint=A")
    ended = await approvals.typed("!read")
    told = await stop.cancelling.cancel(PlanSelection(everything=True), "False alarm.", BOB)
    assert sorted(plan.id for plan in told) == sorted([asking.id, typed.id])
    for plan in told:
        assert (await approvals.driven(plan.id)).state is PlanState.CANCELLED
    assert (await approvals.driven(ended.id)).state is PlanState.COMPLETED
    assert "'Ask' was cancelled by bob (False alarm.); left unfinished: Sure?." in await approvals.world.said()
    assert (await approvals.world.asked(), approvals.product.asked) == ([], [])
    told_log = [event for event in await approvals.world.store.events() if event.kind == "answer"]
    assert {(event.actor, event.payload["choice"], event.payload["comment"]) for event in told_log} == {
        ("bob", "cancel", "False alarm.")
    }


async def test_the_plans_of_a_playbook_or_an_incident_end_and_others_go_on() -> None:
    approvals = await approval_world(rules=Rules(commands=("isolate",)))
    stop = Stop.of(approvals)
    other = an_incident(7)
    await approvals.world.store.commit(some_changes(incidents=[other]))
    plans = [
        await approvals.world.plans.start(incident, book, {}, BOB)
        for incident in (approvals.world.incident, other)
        for book in (ASK, isolating("A", name="Contain"))
    ]
    for plan in plans:
        await approvals.driven(plan.id)
    told = await stop.cancelling.cancel(PlanSelection(playbook="contain", incident=other.id), "", BOB)
    assert [plan.id for plan in told] == [plans[3].id]
    told = await stop.cancelling.cancel(PlanSelection(playbook="Ask"), "", BOB)
    assert [plan.id for plan in told] == [plans[0].id, plans[2].id]
    told = await stop.cancelling.cancel(PlanSelection(incident=approvals.world.incident.id), "", BOB)
    assert plans[1].id in {plan.id for plan in told}


async def test_an_action_under_way_ends_and_is_written_down_and_nothing_starts_after_it() -> None:
    going_on = asyncio.Event()

    async def takes_long(code: FakeCode) -> list[Json]:
        approvals.product.acts(code)
        await going_on.wait()
        return []

    approvals = await approval_world(isolate=takes_long)
    plan = await approvals.world.plans.start(approvals.world.incident, TWO, {}, BOB)
    approvals.world.conductor.start_soon(plan.id)
    await until(lambda: approvals.product.asked)
    await Stop.of(approvals).cancelling.cancel(PlanSelection(plan=plan.id), "", EVE)
    approvals.world.conductor.start_soon(plan.id)
    going_on.set()
    assert (await approvals.driven(plan.id)).state is PlanState.CANCELLED
    assert len(approvals.product.asked) == 1
    (intent,) = await approvals.world.store.intents(plan.id)
    assert (intent.command, intent.ended is not None) == ("isolate", True)


async def test_a_plan_that_is_paused_can_be_cancelled_and_its_action_is_never_done() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    await stop.pause()
    plan = await approvals.started(isolating("A"))
    await stop.cancelling.cancel(PlanSelection(plan=plan.id), "", EVE)
    assert (await approvals.driven(plan.id)).state is PlanState.CANCELLED
    await stop.resume()
    assert approvals.product.asked == []


async def test_a_plan_is_cancelled_once() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    plan = await approvals.started(ASK)
    assert len(await stop.cancelling.cancel(PlanSelection(everything=True), "One.", BOB)) == 1
    assert await stop.cancelling.cancel(PlanSelection(everything=True), "Two.", BOB) == []
    await approvals.driven(plan.id)
    with pytest.raises(ConflictError, match=f"Plan {plan.id} has ended already; it is cancelled"):
        await stop.cancelling.cancel(PlanSelection(plan=plan.id), "", BOB)


async def test_hundreds_are_cancelled_in_one_go() -> None:
    approvals = await approval_world()
    plans = [await approvals.world.plans.start(approvals.world.incident, ASK, {}, BOB) for _ in range(300)]
    told = await Stop.of(approvals).cancelling.cancel(PlanSelection(everything=True), "Storm.", BOB)
    assert {plan.id for plan in told} == {plan.id for plan in plans}


@pytest.mark.parametrize(
    ("which", "error", "said"),
    [
        (PlanSelection(), InvalidInputError, "Say which plans are to be cancelled"),
        (PlanSelection(playbook="Nosuch"), NotFoundError, "No open plan runs 'Nosuch'"),
        (PlanSelection(plan=PlanId("none")), NotFoundError, "There is no work plan none"),
        (PlanSelection(incident=IncidentId("99")), NotFoundError, "There is no incident 99"),
    ],
)
async def test_what_is_not_there_is_named(which: PlanSelection, error: type[Exception], said: str) -> None:
    approvals = await approval_world()
    with pytest.raises(error, match=said):
        await Stop.of(approvals).cancelling.cancel(which, "", BOB)


async def test_each_plan_that_ends_has_its_row_in_the_audit_and_many_have_one_together() -> None:
    approvals = await approval_world()
    plans = [await approvals.world.plans.start(approvals.world.incident, ASK, {}, BOB) for _ in range(3)]
    stop = Stop.of(approvals)
    await stop.cancelling.cancel(PlanSelection(plan=plans[0].id), "One.", EVE)
    await stop.cancelling.cancel(PlanSelection(everything=True), "Storm.", BOB)
    assert await stop.cancelling.cancel(PlanSelection(everything=True), "Again.", BOB) == []

    told = await approvals.world.store.halts.past(HaltQuery())
    assert [(one.actor, one.of, one.incident, one.reason) for one in reversed(told)] == [
        ("eve", f"plan {plans[0].id} (Ask)", approvals.world.incident.id, "One."),
        ("bob", f"plan {plans[1].id} (Ask)", approvals.world.incident.id, "Storm."),
        ("bob", f"plan {plans[2].id} (Ask)", approvals.world.incident.id, "Storm."),
        ("bob", "2 plans", None, "Storm."),
    ]
