import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.durable.conftest import FAST, Desk, Queued, on_dbos
from warroom.durable.clock import SystemClock
from warroom.durable.legs import DbosLegs
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.ids import WorkerId
from warroom.model.plan import Leg
from warroom.services.ports.outage import OutageError
from warroom.store.engine import writing_engine


def plan(target: str, at: datetime | None = None) -> Leg:
    return Leg(kind="plan", target=target, at=at)


# What every queue of legs promises


async def test_what_was_committed_before_the_start_comes_after_it(queued: Queued) -> None:
    queued.commit([plan("p1"), Leg(kind="fetch", target="i1")])
    await queued.legs.start(queued.desk.take)
    await queued.until(lambda: len(queued.desk.came) == 2)
    assert sorted((leg.kind, leg.target) for leg in queued.desk.came) == [("fetch", "i1"), ("plan", "p1")]


async def test_what_is_enqueued_outside_of_a_commit_comes_too(queued: Queued) -> None:
    await queued.legs.start(queued.desk.take)
    await queued.legs.enqueue(plan("p1"))
    await queued.until(lambda: queued.desk.targets == ["p1"])


async def test_a_leg_does_not_come_before_its_time(queued: Queued) -> None:
    came: list[datetime] = []

    async def take(leg: Leg) -> None:
        await queued.desk.take(leg)
        came.append(queued.clock.now())

    await queued.legs.start(take)
    at = queued.clock.now() + timedelta(seconds=4)  # on a busy machine the other one takes a while
    queued.commit([plan("later", at), plan("now")])
    await queued.until(lambda: len(came) == 2)
    assert queued.desk.targets == ["now", "later"]
    assert came[0] < at <= came[1]


async def test_of_many_each_one_comes(queued: Queued) -> None:
    names = [f"p{number}" for number in range(150)]
    for name in names[:75]:
        queued.commit([plan(name)])
    queued.commit([plan(name) for name in names[75:]])
    await queued.legs.start(queued.desk.take)
    await queued.until(lambda: len(queued.desk.came) == len(names))
    assert sorted(queued.desk.targets) == sorted(names)


async def test_a_leg_that_failed_comes_again(queued: Queued) -> None:
    queued.desk.refuse.add("p1")
    queued.commit([plan("p1"), plan("p2")])
    await queued.legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.targets.count("p1") == 2)
    assert Counter(queued.desk.targets) == {"p1": 2, "p2": 1}


async def test_after_stop_nothing_comes_until_the_next_start(queued: Queued) -> None:
    await queued.legs.start(queued.desk.take)
    queued.commit([plan("p1")])
    await queued.until(lambda: queued.desk.targets == ["p1"])
    await queued.legs.stop()
    queued.commit([plan("p2")])
    for _ in range(20):
        await queued.step()
    assert queued.desk.targets == ["p1"]
    await queued.legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.targets == ["p1", "p2"])


# What the real one promises beyond that


async def test_a_leg_of_a_transaction_that_was_rolled_back_never_comes(dbos_legs: DbosLegs, engine: Engine) -> None:
    queued = on_dbos(dbos_legs, engine)
    with engine.connect() as connection, connection.begin() as transaction:
        dbos_legs.enqueue_in(connection, [plan("never")])
        transaction.rollback()
    queued.commit([plan("p1")])
    await dbos_legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.came)
    for _ in range(20):
        await queued.step()
    assert queued.desk.targets == ["p1"]


async def test_no_more_legs_run_at_once_than_were_set(engine: Engine) -> None:
    settings = replace(FAST, plans=3)
    legs = DbosLegs(engine=engine, worker=WorkerId("w1"), clock=SystemClock(), settings=settings)
    queued = on_dbos(legs, engine)
    queued.commit([plan(f"p{number}") for number in range(50)])
    await legs.start(queued.desk.take)
    await queued.until(lambda: len(queued.desk.came) == 50)
    await legs.stop()
    assert queued.desk.most_at_once == 3


async def test_one_leg_that_takes_long_holds_up_no_other(dbos_legs: DbosLegs, engine: Engine) -> None:
    queued = on_dbos(dbos_legs, engine)
    queued.desk.hold["slow"] = asyncio.Event()
    queued.desk.refuse.add("p1")
    queued.commit([plan("slow"), plan("p1"), plan("p2")])
    await dbos_legs.start(queued.desk.take)
    await queued.until(lambda: Counter(queued.desk.targets) == {"slow": 1, "p1": 2, "p2": 1})
    queued.desk.hold["slow"].set()


async def test_stop_lets_work_under_way_end(engine: Engine) -> None:
    patient = replace(FAST, grace_seconds=5)
    legs = DbosLegs(engine=engine, worker=WorkerId("w1"), clock=SystemClock(), settings=patient)
    queued = on_dbos(legs, engine)
    queued.desk.hold["p1"] = asyncio.Event()
    queued.commit([plan("p1")])
    await legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.came)
    asyncio.get_running_loop().call_later(1.3, queued.desk.hold["p1"].set)
    await legs.stop()
    assert queued.desk.ended == ["p1"]
    await legs.start(queued.desk.take)
    for _ in range(20):
        await queued.step()
    await legs.stop()
    assert queued.desk.targets == ["p1"]


async def test_work_that_stop_interrupts_comes_again(dbos_legs: DbosLegs, engine: Engine) -> None:
    queued = on_dbos(dbos_legs, engine)
    queued.desk.hold["p1"] = asyncio.Event()
    queued.commit([plan("p1")])
    await dbos_legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.came)
    await dbos_legs.stop()
    again = Desk()
    await dbos_legs.start(again.take)
    await queued.until(lambda: again.targets == ["p1"])


async def test_a_leg_that_fails_because_the_database_is_locked_comes_again_when_it_is_free(tmp_path: Path) -> None:
    engine = writing_engine(f"sqlite:///{tmp_path}/warroom.db", busy_seconds=0.01)
    legs = DbosLegs(engine=engine, worker=WorkerId("w1"), clock=SystemClock(), settings=FAST)
    queued = on_dbos(legs, engine)
    with closing(sqlite3.connect(tmp_path / "warroom.db", isolation_level=None)) as stranger:

        async def take(leg: Leg) -> None:
            await queued.desk.take(leg)
            if len(queued.desk.came) == 1:
                stranger.execute("BEGIN IMMEDIATE")
                asyncio.get_running_loop().call_later(0.5, stranger.execute, "ROLLBACK")
                raise OutageError("The database is locked.", unwritten=True)

        queued.commit([plan("p1")])
        await legs.start(take)
        await queued.until(lambda: queued.desk.targets == ["p1", "p1"])
        await legs.stop()
    engine.dispose()


async def test_refuses_a_kind_that_has_no_queue(dbos_legs: DbosLegs) -> None:
    with pytest.raises(InvalidInputError, match="kind report"):
        await dbos_legs.enqueue(Leg(kind="report", target="r1"))


async def test_a_process_delivers_once_at_a_time(dbos_legs: DbosLegs, engine: Engine) -> None:
    queued = on_dbos(dbos_legs, engine)
    other = DbosLegs(engine=engine, worker=WorkerId("w2"), clock=SystemClock(), settings=FAST)
    await dbos_legs.start(queued.desk.take)
    with pytest.raises(ConflictError, match="only one"):
        await other.start(queued.desk.take)
    await other.stop()
    queued.commit([plan("p1")])
    await queued.until(lambda: queued.desk.targets == ["p1"])


async def test_housekeeping_deletes_what_is_done_and_nothing_else(engine: Engine) -> None:
    legs = DbosLegs(engine=engine, worker=WorkerId("w1"), clock=SystemClock(), settings=replace(FAST, keep_seconds=-60))
    queued = on_dbos(legs, engine)
    queued.commit([plan("done")])
    await legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.came)
    await legs.stop()
    queued.commit([plan("waiting")])
    assert await legs.housekeeping() == 1
    await legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.targets == ["done", "waiting"])
    await legs.stop()


async def test_what_is_done_is_kept_for_a_while(dbos_legs: DbosLegs, engine: Engine) -> None:
    queued = on_dbos(dbos_legs, engine)
    queued.commit([plan("done")])
    await dbos_legs.start(queued.desk.take)
    await queued.until(lambda: queued.desk.came)
    await dbos_legs.stop()
    assert await dbos_legs.housekeeping() == 0
