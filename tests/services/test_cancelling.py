"""Plans that are ended before they are through, one or many at once."""

import asyncio

import pytest

from tests.services.approvals.desk import BOB, EVE, a_desk, isolating
from tests.services.stop import Stop
from tests.services.world import playbook, until
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, PlanId
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.services.approvals.rules import Rules
from warroom.services.cancelling import Which
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
    desk = await a_desk(rules=Rules(commands=("isolate",)))
    stop = Stop.of(desk)
    asking = await desk.started(ASK)
    typed = await desk.typed("!isolate endpoint=A")
    ended = await desk.typed("!read")
    told = await stop.cancelling.cancel(Which(everything=True), "False alarm.", BOB)
    assert sorted(plan.id for plan in told) == sorted([asking.id, typed.id])
    for plan in told:
        assert (await desk.driven(plan.id)).state is PlanState.CANCELLED
    assert (await desk.driven(ended.id)).state is PlanState.COMPLETED
    assert "'Ask' was cancelled by bob (False alarm.); left unfinished: Sure?." in await desk.world.said()
    assert (await desk.world.asked(), desk.product.asked) == ([], [])
    told_log = [event for event in await desk.world.store.events() if event.kind == "answer"]
    assert {(event.actor, event.payload["choice"], event.payload["comment"]) for event in told_log} == {
        ("bob", "cancel", "False alarm.")
    }


async def test_the_plans_of_a_playbook_or_an_incident_end_and_others_go_on() -> None:
    desk = await a_desk(rules=Rules(commands=("isolate",)))
    stop = Stop.of(desk)
    other = an_incident(7)
    await desk.world.store.commit(some_changes(incidents=[other]))
    plans = [
        await desk.world.plans.start(incident, book, {}, BOB)
        for incident in (desk.world.incident, other)
        for book in (ASK, isolating("A", name="Contain"))
    ]
    for plan in plans:
        await desk.driven(plan.id)
    told = await stop.cancelling.cancel(Which(playbook="contain", incident=other.id), "", BOB)
    assert [plan.id for plan in told] == [plans[3].id]
    told = await stop.cancelling.cancel(Which(playbook="Ask"), "", BOB)
    assert [plan.id for plan in told] == [plans[0].id, plans[2].id]
    told = await stop.cancelling.cancel(Which(incident=desk.world.incident.id), "", BOB)
    assert plans[1].id in {plan.id for plan in told}


async def test_an_action_under_way_ends_and_is_written_down_and_nothing_starts_after_it() -> None:
    going_on = asyncio.Event()

    async def takes_long(code: FakeCode) -> list[Json]:
        desk.product.acts(code)
        await going_on.wait()
        return []

    desk = await a_desk(isolate=takes_long)
    plan = await desk.world.plans.start(desk.world.incident, TWO, {}, BOB)
    desk.world.conductor.start_soon(plan.id)
    await until(lambda: desk.product.asked)
    await Stop.of(desk).cancelling.cancel(Which(plan=plan.id), "", EVE)
    desk.world.conductor.start_soon(plan.id)
    going_on.set()
    assert (await desk.driven(plan.id)).state is PlanState.CANCELLED
    assert len(desk.product.asked) == 1
    (intent,) = await desk.world.store.intents(plan.id)
    assert (intent.command, intent.done is not None) == ("isolate", True)


async def test_a_plan_that_is_paused_can_be_cancelled_and_its_action_is_never_done() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    await stop.pause()
    plan = await desk.started(isolating("A"))
    await stop.cancelling.cancel(Which(plan=plan.id), "", EVE)
    assert (await desk.driven(plan.id)).state is PlanState.CANCELLED
    await stop.resume()
    assert desk.product.asked == []


async def test_a_plan_is_cancelled_once() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    plan = await desk.started(ASK)
    assert len(await stop.cancelling.cancel(Which(everything=True), "One.", BOB)) == 1
    assert await stop.cancelling.cancel(Which(everything=True), "Two.", BOB) == []
    await desk.driven(plan.id)
    with pytest.raises(ConflictError, match=f"Plan {plan.id} has ended already; it is cancelled"):
        await stop.cancelling.cancel(Which(plan=plan.id), "", BOB)


async def test_hundreds_are_cancelled_in_one_go() -> None:
    desk = await a_desk()
    plans = [await desk.world.plans.start(desk.world.incident, ASK, {}, BOB) for _ in range(300)]
    told = await Stop.of(desk).cancelling.cancel(Which(everything=True), "Storm.", BOB)
    assert {plan.id for plan in told} == {plan.id for plan in plans}


@pytest.mark.parametrize(
    ("which", "error", "said"),
    [
        (Which(), InvalidInputError, "Say which plans are to be cancelled"),
        (Which(playbook="Nosuch"), NotFoundError, "No open plan runs 'Nosuch'"),
        (Which(plan=PlanId("none")), NotFoundError, "There is no work plan none"),
        (Which(incident=IncidentId("99")), NotFoundError, "There is no incident 99"),
    ],
)
async def test_what_is_not_there_is_named(which: Which, error: type[Exception], said: str) -> None:
    desk = await a_desk()
    with pytest.raises(error, match=said):
        await Stop.of(desk).cancelling.cancel(which, "", BOB)
