"""How fast jobs are queued and delivered, and what ten thousand waiting ones cost.

python -m bench.job_queue [--jobs 2000] [--database sqlite:///PATH | postgresql://…]
"""

import argparse
import asyncio
import os
import platform
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet

from warroom.durable.clock import SystemClock
from warroom.durable.job_queue import DbosJobQueue, JobQueueSettings
from warroom.model.ids import WorkerId
from warroom.model.plan import QueueJob
from warroom.services.ports.store import Changes
from warroom.store.store import SqlStore, open_store
from warroom.store.vault import FernetVault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.samples import an_entry, an_incident

WAITING = 10_000
IDLE_SECONDS = 20.0
CALLERS = 50
DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of the table."""

    what: str
    result: str
    goal: str = "-"

    def line(self) -> str:
        return f"{self.what:<58} {self.result:>42} {self.goal:>9}"


def names(count: int) -> list[str]:
    return [f"p{number}" for number in range(count)]


def queue_in_transactions(store: SqlStore, jobs: DbosJobQueue, count: int, per_commit: int) -> Measured:
    """Queue for another day, so that nothing is delivered meanwhile; each job has a time of its own."""
    clock = SystemClock()
    begin = time.perf_counter()
    for start in range(0, count, per_commit):
        with store.engine.begin() as connection:
            new = [
                QueueJob(kind="plan", target=f"d{n}", at=clock.after(DAY + n)) for n in range(start, start + per_commit)
            ]
            jobs.enqueue_in(connection, new)
    seconds = time.perf_counter() - begin
    return Measured(what=f"queued, {per_commit} to a transaction", result=f"{count / seconds:,.0f} jobs/s")


async def commit_beside_delivery(store: SqlStore, jobs: DbosJobQueue, count: int) -> list[Measured]:
    """What the store's commits suffer while the queue is busy: the same commits without jobs, then with one each."""
    return [
        await _commits(store, jobs, count, "store commits, no job in them", with_job=False),
        await _commits(store, jobs, count, "store commits, a job in each, delivered meanwhile", with_job=True),
    ]


async def _commits(store: SqlStore, jobs: DbosJobQueue, count: int, what: str, *, with_job: bool) -> Measured:
    clock, incident, came, worst = SystemClock(), an_incident(), 0, 0.0
    numbers = iter(range(count))
    first = await store.reserve_entries(incident.id, count)

    async def take(_job: QueueJob) -> None:
        nonlocal came
        came += 1

    async def caller() -> None:
        nonlocal worst
        for number in numbers:
            begin = time.perf_counter()
            queued = (QueueJob(kind="plan", target=f"c{number}"),) if with_job else ()
            entry = an_entry(first + number)
            await store.commit(Changes(actor="bench", at=clock.now(), entries=[entry], jobs=queued))
            worst = max(worst, time.perf_counter() - begin)

    await jobs.start(take)
    begin, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    await _until(lambda: came == (count if with_job else 0))
    drained = time.perf_counter() - begin
    await jobs.stop()
    rest = f", all in after {drained:.1f} s" if with_job else ""
    return Measured(what=what, result=f"{count / seconds:,.0f}/s, worst {worst * 1000:.0f} ms{rest}")


async def deliver(store: SqlStore, jobs: DbosJobQueue, count: int, per_commit: int) -> Measured:
    """From the start of a process that finds them waiting to the last one done."""
    for start in range(0, count, per_commit):
        with store.engine.begin() as connection:
            jobs.enqueue_in(
                connection, [QueueJob(kind="plan", target=f"e{n}") for n in range(start, start + per_commit)]
            )
    came = 0

    async def take(_job: QueueJob) -> None:
        nonlocal came
        came += 1

    begin, cpu = time.perf_counter(), time.process_time()
    await jobs.start(take)
    await _until(lambda: came == count)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    await jobs.stop()
    what = f"delivered, {per_commit} to a transaction"
    return Measured(what=what, result=f"{count / seconds:,.0f} jobs/s, {cpu / count * 1e6:,.0f} µs each")


async def idle(jobs: DbosJobQueue, waiting: int) -> Measured:
    async def take(job: QueueJob) -> None:
        raise AssertionError(f"{job.target} came before its time.")

    await jobs.start(take)
    await asyncio.sleep(3)
    cpu = time.process_time()
    await asyncio.sleep(IDLE_SECONDS)
    cpu = time.process_time() - cpu
    await jobs.stop()
    goal = "< 1 %" if waiting else "-"
    return Measured(what=f"idle, {waiting:,} jobs waiting", result=f"{cpu / IDLE_SECONDS:.2%} of a core", goal=goal)


async def housekeep(jobs: DbosJobQueue) -> Measured:
    begin = time.perf_counter()
    count = await jobs.housekeeping()
    seconds = time.perf_counter() - begin
    return Measured(what="finished rows deleted", result=f"{count / seconds:,.0f} rows/s" if count else "none")


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # what is waited for happens in other threads
        await asyncio.sleep(0.005)


def machine(store: SqlStore) -> str:
    database = store.engine.dialect.name
    if database == "sqlite":
        database += f" {sqlite3.sqlite_version}"
    return (
        f"{os.cpu_count()} CPUs, Python {platform.python_version()}, DBOS {version('dbos')}, {database}, "
        f"load {os.getloadavg()[0]:.1f}"
    )


async def run(url: str, count: int) -> None:
    vault = FernetVault(Fernet.generate_key().decode(), origin="the bench's key")
    store = open_store(url, MemoryBlobs(), vault)
    jobs = DbosJobQueue(
        engine=store.engine,
        leases=store.leases,
        worker=WorkerId("bench"),
        clock=SystemClock(),
        settings=JobQueueSettings(keep_seconds=0),
    )
    store.enqueue_with(jobs.enqueue_in)
    print(machine(store))
    await store.commit(Changes(actor="bench", at=SystemClock().now(), incidents=[an_incident()]))
    print((await idle(jobs, 0)).line())
    for line in await commit_beside_delivery(store, jobs, count):
        print(line.line())
    print((await deliver(store, jobs, count, 1)).line())
    print((await deliver(store, jobs, count, 100)).line())
    print(queue_in_transactions(store, jobs, count, 1).line())
    print(queue_in_transactions(store, jobs, WAITING - count, 100).line())
    print((await idle(jobs, WAITING)).line())
    print((await housekeep(jobs)).line())
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--database")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="warroom-bench-") as folder:
        asyncio.run(run(given.database or f"sqlite:///{Path(folder) / 'warroom.db'}", given.jobs))


if __name__ == "__main__":
    main()
