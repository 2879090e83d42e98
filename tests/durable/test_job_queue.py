import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.durable.conftest import FAST, Handler, Queued, jobs_on, on_dbos
from warroom.durable.job_queue import DbosJobQueue
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.plan import QueueJob
from warroom.services.ports.outage import OutageError
from warroom.store.engine import writing_engine


def plan(target: str, at: datetime | None = None) -> QueueJob:
    return QueueJob(kind="plan", target=target, at=at)


# What every queue of jobs promises


async def test_what_was_committed_before_the_start_comes_after_it(queued: Queued) -> None:
    queued.commit([plan("p1"), QueueJob(kind="fetch", target="i1")])
    await queued.jobs.start(queued.handler.take)
    await queued.until(lambda: len(queued.handler.came) == 2)
    assert sorted((job.kind, job.target) for job in queued.handler.came) == [("fetch", "i1"), ("plan", "p1")]


async def test_what_is_enqueued_outside_of_a_commit_comes_too(queued: Queued) -> None:
    await queued.jobs.start(queued.handler.take)
    await queued.jobs.enqueue(plan("p1"))
    await queued.until(lambda: queued.handler.targets == ["p1"])


async def test_a_job_does_not_come_before_its_time(queued: Queued) -> None:
    came: list[datetime] = []

    async def take(job: QueueJob) -> None:
        await queued.handler.take(job)
        came.append(queued.clock.now())

    await queued.jobs.start(take)
    at = queued.clock.now() + timedelta(seconds=4)  # on a busy machine the other one takes a while
    queued.commit([plan("later", at), plan("now")])
    await queued.until(lambda: len(came) == 2)
    assert queued.handler.targets == ["now", "later"]
    assert came[0] < at <= came[1]


async def test_of_many_each_one_comes(queued: Queued) -> None:
    names = [f"p{number}" for number in range(150)]
    for name in names[:75]:
        queued.commit([plan(name)])
    queued.commit([plan(name) for name in names[75:]])
    await queued.jobs.start(queued.handler.take)
    await queued.until(lambda: len(queued.handler.came) == len(names))
    assert sorted(queued.handler.targets) == sorted(names)


async def test_a_job_that_failed_comes_again(queued: Queued) -> None:
    queued.handler.refuse.add("p1")
    queued.commit([plan("p1"), plan("p2")])
    await queued.jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.targets.count("p1") == 2)
    assert Counter(queued.handler.targets) == {"p1": 2, "p2": 1}


async def test_after_stop_nothing_comes_until_the_next_start(queued: Queued) -> None:
    await queued.jobs.start(queued.handler.take)
    queued.commit([plan("p1")])
    await queued.until(lambda: queued.handler.targets == ["p1"])
    await queued.jobs.stop()
    queued.commit([plan("p2")])
    for _ in range(20):
        await queued.step()
    assert queued.handler.targets == ["p1"]
    await queued.jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.targets == ["p1", "p2"])


# What the real one promises beyond that


async def test_a_job_of_a_transaction_that_was_rolled_back_never_comes(dbos_jobs: DbosJobQueue, engine: Engine) -> None:
    queued = on_dbos(dbos_jobs, engine)
    with engine.connect() as connection, connection.begin() as transaction:
        dbos_jobs.enqueue_in(connection, [plan("never")])
        transaction.rollback()
    queued.commit([plan("p1")])
    await dbos_jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.came)
    for _ in range(20):
        await queued.step()
    assert queued.handler.targets == ["p1"]


async def test_no_more_jobs_run_at_once_than_were_set(engine: Engine) -> None:
    settings = replace(FAST, plans=3)
    jobs = jobs_on(engine, settings)
    queued = on_dbos(jobs, engine)
    queued.commit([plan(f"p{number}") for number in range(50)])
    await jobs.start(queued.handler.take)
    await queued.until(lambda: len(queued.handler.came) == 50)
    await jobs.stop()
    assert queued.handler.most_at_once == 3


async def test_one_job_that_takes_long_holds_up_no_other(dbos_jobs: DbosJobQueue, engine: Engine) -> None:
    queued = on_dbos(dbos_jobs, engine)
    queued.handler.hold["slow"] = asyncio.Event()
    queued.handler.refuse.add("p1")
    queued.commit([plan("slow"), plan("p1"), plan("p2")])
    await dbos_jobs.start(queued.handler.take)
    await queued.until(lambda: Counter(queued.handler.targets) == {"slow": 1, "p1": 2, "p2": 1})
    queued.handler.hold["slow"].set()


async def test_stop_lets_work_under_way_end(engine: Engine) -> None:
    patient = replace(FAST, grace_seconds=5)
    jobs = jobs_on(engine, patient)
    queued = on_dbos(jobs, engine)
    queued.handler.hold["p1"] = asyncio.Event()
    queued.commit([plan("p1")])
    await jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.came)
    asyncio.get_running_loop().call_later(1.3, queued.handler.hold["p1"].set)
    await jobs.stop()
    assert queued.handler.ended == ["p1"]
    await jobs.start(queued.handler.take)
    for _ in range(20):
        await queued.step()
    await jobs.stop()
    assert queued.handler.targets == ["p1"]


async def test_work_that_stop_interrupts_comes_again(dbos_jobs: DbosJobQueue, engine: Engine) -> None:
    queued = on_dbos(dbos_jobs, engine)
    queued.handler.hold["p1"] = asyncio.Event()
    queued.commit([plan("p1")])
    await dbos_jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.came)
    await dbos_jobs.stop()
    again = Handler()
    await dbos_jobs.start(again.take)
    await queued.until(lambda: again.targets == ["p1"])


async def test_a_job_that_fails_because_the_database_is_locked_comes_again_when_it_is_free(tmp_path: Path) -> None:
    engine = writing_engine(f"sqlite:///{tmp_path}/warroom.db", busy_seconds=0.01)
    jobs = jobs_on(engine)
    queued = on_dbos(jobs, engine)
    with closing(sqlite3.connect(tmp_path / "warroom.db", isolation_level=None)) as stranger:

        async def take(job: QueueJob) -> None:
            await queued.handler.take(job)
            if len(queued.handler.came) == 1:
                stranger.execute("BEGIN IMMEDIATE")
                asyncio.get_running_loop().call_later(0.5, stranger.execute, "ROLLBACK")
                raise OutageError("The database is locked.", unwritten=True)

        queued.commit([plan("p1")])
        await jobs.start(take)
        await queued.until(lambda: queued.handler.targets == ["p1", "p1"])
        await jobs.stop()
    engine.dispose()


async def test_refuses_a_kind_that_has_no_queue(dbos_jobs: DbosJobQueue) -> None:
    with pytest.raises(InvalidInputError, match="kind report"):
        await dbos_jobs.enqueue(QueueJob(kind="report", target="r1"))


async def test_a_process_delivers_once_at_a_time(dbos_jobs: DbosJobQueue, engine: Engine) -> None:
    queued = on_dbos(dbos_jobs, engine)
    other = jobs_on(engine, worker="w2")
    await dbos_jobs.start(queued.handler.take)
    with pytest.raises(ConflictError, match="only one"):
        await other.start(queued.handler.take)
    await other.stop()
    queued.commit([plan("p1")])
    await queued.until(lambda: queued.handler.targets == ["p1"])


async def test_housekeeping_deletes_what_is_done_and_nothing_else(engine: Engine) -> None:
    jobs = jobs_on(engine, replace(FAST, keep_seconds=-60))
    queued = on_dbos(jobs, engine)
    queued.commit([plan("done")])
    await jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.came)
    await jobs.stop()
    queued.commit([plan("waiting")])
    assert await jobs.housekeeping() == 1
    await jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.targets == ["done", "waiting"])
    await jobs.stop()


async def test_what_is_done_is_kept_for_a_while(dbos_jobs: DbosJobQueue, engine: Engine) -> None:
    queued = on_dbos(dbos_jobs, engine)
    queued.commit([plan("done")])
    await dbos_jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.came)
    await dbos_jobs.stop()
    assert await dbos_jobs.housekeeping() == 0
