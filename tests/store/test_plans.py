from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.errors import ConflictError, NotFoundError, StaleEpochError
from warroom.model.ids import IncidentId, PlanId, WorkerId
from warroom.model.plan import Answer, Frame, PlanKind, PlanRecord, PlanState, TypedCommand
from warroom.model.user import Role
from warroom.services.ports.store import Fence, Store
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, some_changes

ADA, BOB = WorkerId("ada"), WorkerId("bob")
P1 = PlanId("p1")
LATER = START + timedelta(seconds=30)
FULL = PlanRecord(
    id=P1,
    incident=IncidentId("1"),
    frame=Frame(playbook="b", name="B", content="c", inputs={"host": ["WIN-7"]}, scope="subplaybook-1"),
    kind=PlanKind.COMMAND,
    command=TypedCommand(name="isolate", args={"endpoint": "WIN-7"}),
    state=PlanState.WAITING,
    epoch=3,
    signal=2,
    worker=ADA,
    wake_at=LATER,
    created=START,
    ended=LATER,
    error="Vision One refused.",
    started_by="ana",
    rights=Role.ANALYST,
    sealed="a sealed text",
)


async def claimed(store: Store, plan: str = "p1", worker: WorkerId = ADA) -> PlanRecord:
    taken = await store.claim(PlanId(plan), worker, START)
    assert taken is not None
    return taken


async def test_a_plan_comes_back_as_it_was_saved(store: Store) -> None:
    await store.commit(some_changes(plans=[FULL, a_plan("p2")]))
    assert await store.plan(P1) == FULL
    assert await store.plans(IncidentId("1")) == [FULL, a_plan("p2")]
    assert await store.plans(IncidentId("2")) == []


async def test_an_unknown_plan_is_named_in_the_error(store: Store) -> None:
    with pytest.raises(NotFoundError, match="There is no work plan p1"):
        await store.plan(P1)


async def test_open_plans_are_those_that_have_not_ended(store: Store) -> None:
    states = [*PlanState]
    await store.commit(some_changes(plans=[a_plan(state.value, state=state) for state in states]))
    assert {plan.id for plan in await store.open_plans()} == {"inprogress", "waiting"}


async def test_claiming_raises_the_epoch_and_sets_the_worker(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan(state=PlanState.WAITING, wake_at=LATER)]))
    taken = await claimed(store)
    expected = a_plan(state=PlanState.IN_PROGRESS, wake_at=LATER, epoch=1, worker=ADA)
    assert taken == expected == await store.plan(P1)


@pytest.mark.parametrize("state", [PlanState.COMPLETED, PlanState.FAILED])
async def test_an_ended_plan_cannot_be_claimed(store: Store, state: PlanState) -> None:
    await store.commit(some_changes(plans=[a_plan(state=state)]))
    assert await store.claim(P1, ADA, START) is None
    assert (await store.plan(P1)).epoch == 0


async def test_an_unknown_plan_cannot_be_claimed(store: Store) -> None:
    assert await store.claim(P1, ADA, START) is None


async def test_a_driven_plan_is_left_to_its_driver_while_that_has_a_lease(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()]))
    await store.leases.renew(ADA)
    await claimed(store)
    assert await store.claim(P1, BOB, LATER) is None
    await store.leases.end(ADA)
    taken = await store.claim(P1, BOB, LATER)
    assert taken is not None
    assert (taken.worker, taken.epoch) == (BOB, 2)


async def test_the_same_worker_may_claim_again(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()]))
    await claimed(store)
    assert (await claimed(store)).epoch == 2


async def test_a_parked_plan_can_be_claimed_by_anyone(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()]))
    taken = await claimed(store)
    await store.commit(some_changes(plans=[replace(taken, state=PlanState.WAITING)]))
    assert (await claimed(store, worker=BOB)).epoch == 2


async def test_a_stale_epoch_writes_nothing(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()]))
    old = await claimed(store)
    new = await claimed(store)
    with pytest.raises(StaleEpochError, match="another driver"):
        await store.commit(some_changes(fence=Fence(plan=P1, epoch=old.epoch), tasks=[a_task()]))
    assert await store.tasks(P1) == []
    await store.commit(some_changes(fence=Fence(plan=P1, epoch=new.epoch), tasks=[a_task()]))
    assert await store.tasks(P1) == [a_task()]


async def test_a_fence_on_an_unknown_plan_is_stale(store: Store) -> None:
    with pytest.raises(StaleEpochError, match="p1"):
        await store.commit(some_changes(fence=Fence(plan=P1, epoch=0)))


async def test_parking_is_refused_when_an_answer_has_come(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()], tasks=[a_task()]))
    taken = await claimed(store)
    parked = replace(taken, state=PlanState.WAITING)
    answer = Answer(plan=P1, key=a_task().key, choice="yes", actor="eve", at=START)
    await store.commit(some_changes(answers=[answer]))
    with pytest.raises(ConflictError, match="answered meanwhile"):
        await store.commit(some_changes(fence=Fence(plan=P1, epoch=1, park_at_signal=0), plans=[parked]))
    assert (await store.plan(P1)).state is PlanState.IN_PROGRESS
    await store.commit(some_changes(fence=Fence(plan=P1, epoch=1, park_at_signal=1), plans=[parked]))
    assert (await store.plan(P1)).state is PlanState.WAITING


async def test_saving_a_plan_from_memory_turns_nothing_back(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()], tasks=[a_task()]))
    await claimed(store)
    answer = Answer(plan=P1, key=a_task().key, choice="yes", actor="eve", at=START)
    await store.commit(some_changes(answers=[answer]))
    await store.commit(some_changes(plans=[a_plan(error="tried again")]))
    kept = a_plan(error="tried again", epoch=1, signal=1, worker=ADA)
    assert await store.plan(P1) == kept


async def test_a_plan_that_is_not_driven_has_no_worker(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan()]))
    taken = await claimed(store)
    await store.commit(some_changes(plans=[replace(taken, state=PlanState.COMPLETED, ended=LATER)]))
    ended = await store.plan(P1)
    assert (ended.worker, ended.epoch) == (None, 1)
