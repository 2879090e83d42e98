"""Leases: every store promises the same of them; that one lapses is PostgreSQL's promise, which has several workers."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import PlanState
from warroom.services.ports.leases import NOBODY
from warroom.services.ports.store import Store
from warroom.store.leases import LEASE_SECONDS
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, some_changes

ADA, BOB = WorkerId("ada"), WorkerId("bob")


async def driven(store: Store) -> None:
    """Have p1 driven by Ada, p2 by Bob, both alive; p3 has not begun, p4 has ended."""
    await store.commit(some_changes(plans=[a_plan(name) for name in ("p1", "p2", "p3", "p4")]))
    for worker, plans in ((ADA, ("p1", "p4")), (BOB, ("p2",))):
        await store.leases.renew(worker)
        for plan in plans:
            assert await store.claim(PlanId(plan), worker, START)
    await store.commit(some_changes(plans=[a_plan("p4", state=PlanState.COMPLETED)]))


async def test_a_worker_lives_from_its_first_word_to_its_last(store: Store) -> None:
    assert await store.leases.living() == frozenset()
    for _ in range(2):
        await store.leases.renew(ADA)
    await store.leases.renew(BOB)
    assert await store.leases.living() == {ADA, BOB}
    await store.leases.end(ADA)
    await store.leases.end(ADA)
    assert await store.leases.living() == {BOB}


async def test_abandoned_plans_are_those_in_progress_whose_driver_has_no_lease(store: Store) -> None:
    await driven(store)
    assert await store.leases.abandoned() == []
    await store.leases.end(ADA)
    assert await store.leases.abandoned() == ["p1"]
    await store.leases.renew(ADA)
    assert await store.leases.abandoned() == []


async def test_a_plan_that_was_released_is_anybodys_at_once(store: Store) -> None:
    await driven(store)
    await store.release(PlanId("p1"), BOB)  # not his
    assert await store.leases.abandoned() == []
    await store.release(PlanId("p1"), ADA)
    assert await store.leases.abandoned() == ["p1"]
    left = await store.plan(PlanId("p1"))
    assert (left.worker, left.epoch, left.state) == (NOBODY, 2, PlanState.IN_PROGRESS)
    taken = await store.claim(PlanId("p1"), BOB, START)
    assert taken is not None
    assert (taken.worker, taken.epoch) == (BOB, 3)


def pass_time(store: SqlStore, worker: WorkerId, seconds: float) -> None:
    """Let a worker have been silent: the time is the database's."""
    with store.engine.begin() as connection:
        connection.execute(
            text("UPDATE worker_lease SET seen = seen - make_interval(secs => :seconds) WHERE worker = :worker"),
            {"worker": worker, "seconds": seconds},
        )


@pytest.mark.postgres
async def test_a_worker_that_was_silent_for_too_long_is_gone_until_it_speaks_again(
    open_postgres: Callable[[], SqlStore],
) -> None:
    one, two = open_postgres(), open_postgres()
    await driven(one)
    pass_time(one, ADA, LEASE_SECONDS - 5)
    assert await two.claim(PlanId("p1"), BOB, START) is None
    pass_time(one, ADA, 6)
    assert await two.leases.abandoned() == ["p1"]
    await one.leases.renew(ADA)
    assert await two.leases.abandoned() == []
    assert await two.claim(PlanId("p1"), BOB, START) is None
    one.close()
    two.close()


@pytest.mark.postgres
async def test_a_claim_finds_by_itself_that_the_driver_is_gone(open_postgres: Callable[[], SqlStore]) -> None:
    store = open_postgres()
    await driven(store)
    pass_time(store, ADA, LEASE_SECONDS + 1)
    taken = await store.claim(PlanId("p1"), BOB, START)
    assert taken is not None
    assert (taken.worker, taken.epoch) == (BOB, 2)
    store.close()


async def test_whoever_opens_an_sqlite_database_is_its_only_worker(open_sqlite: Callable[[], SqlStore]) -> None:
    store = open_sqlite()
    await driven(store)
    store.close()
    again = open_sqlite()
    assert await again.leases.living() == frozenset()
    assert sorted(await again.leases.abandoned()) == ["p1", "p2"]
    again.close()
