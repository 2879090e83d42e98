import asyncio
import sqlite3
from collections.abc import Sequence
from threading import Event as Flag

import pytest
from sqlalchemy import Connection, text

from warroom.model.errors import ConflictError, StaleEpochError, UnavailableError
from warroom.model.ids import IncidentId, PlanId
from warroom.model.plan import QueueJob
from warroom.services.ports.store import Fence, IncidentQuery, Store
from warroom.store.group_commit import prepare
from warroom.store.store import SqlStore
from warroom.store.writer import GROUP_LIMIT, Job, Writer
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes

STALE = Fence(plan=PlanId("p1"), epoch=7)
JOB = QueueJob(kind="plan", target="p1")
POISON = QueueJob(kind="plan", target="poison")


async def test_a_refused_commit_does_not_hold_up_the_others(store: Store) -> None:
    commits = [
        store.commit(some_changes(fence=STALE if number % 3 == 0 else None, entries=[an_entry(number)]))
        for number in range(1, 31)
    ]
    outcomes = await asyncio.gather(*commits, return_exceptions=True)
    refused = [number for number, outcome in enumerate(outcomes, start=1) if isinstance(outcome, StaleEpochError)]
    assert refused == list(range(3, 31, 3))
    written = [entry.id for entry in await store.entries(IncidentId("1"))]
    assert written == [f"{number}@1" for number in range(1, 31) if number % 3]


async def test_what_waits_goes_into_one_transaction(sqlite_store: SqlStore) -> None:
    first_began, go_on = Flag(), Flag()
    transactions = []

    def enqueue(connection: Connection, new: Sequence[QueueJob]) -> None:
        transactions.append(len(new))
        first_began.set()
        go_on.wait(60)

    writer = Writer(sqlite_store.engine, enqueue)
    prepared = await prepare(some_changes(jobs=[JOB]), MemoryBlobs())
    first = asyncio.create_task(writer.commit(prepared))
    await asyncio.to_thread(first_began.wait, 10)
    others = [asyncio.create_task(writer.commit(prepared)) for _ in range(GROUP_LIMIT + 10)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *others)
    writer.close()
    assert transactions == [1, GROUP_LIMIT, 10]


async def test_jobs_are_enqueued_in_the_transaction_of_their_rows(sql_store: SqlStore) -> None:
    def enqueue(connection: Connection, new: Sequence[QueueJob]) -> None:
        for job in new:
            connection.execute(text("INSERT INTO content (sha256, text) VALUES (:id, 'queued')"), {"id": job.target})
        if POISON in new:
            raise ConflictError("The queue refuses.")

    sql_store.enqueue_with(enqueue)
    commits = [
        sql_store.commit(some_changes(entries=[an_entry(number)], jobs=[QueueJob(kind="plan", target=target)]))
        for number, target in enumerate(["p1", "poison", "p3"], start=1)
    ]
    outcomes = await asyncio.gather(*commits, return_exceptions=True)
    assert [isinstance(outcome, ConflictError) for outcome in outcomes] == [False, True, False]
    assert [entry.id for entry in await sql_store.entries(IncidentId("1"))] == ["1@1", "3@1"]
    with sql_store.engine.connect() as connection:
        queued = connection.execute(text("SELECT sha256 FROM content ORDER BY sha256")).scalars().all()
    assert queued == ["p1", "p3"]


async def test_when_the_transaction_fails_only_the_culprit_does(sql_store: SqlStore) -> None:
    await sql_store.commit(some_changes(plans=[a_plan()]))
    too_much = a_task("2", name="x")
    bad = some_changes(tasks=[a_task("1")], plans=[a_plan("p2", epoch=2**80)])
    good = [sql_store.commit(some_changes(tasks=[too_much])), sql_store.commit(some_changes(tasks=[a_task("3")]))]
    failed, *fine = await asyncio.gather(sql_store.commit(bad), *good, return_exceptions=True)
    assert isinstance(failed, Exception)
    assert not any(isinstance(outcome, Exception) for outcome in fine)
    assert [task.key for task in await sql_store.tasks(PlanId("p1"))] == ["2", "3"]


async def test_a_database_that_cannot_be_written_is_answered_in_a_sentence(sqlite_store: SqlStore) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("DROP TABLE entry"))
    with pytest.raises(UnavailableError, match=r"did not take a commit .*no such table.* Check its disk"):
        await sqlite_store.commit(some_changes(entries=[an_entry()]))
    await sqlite_store.commit(some_changes(incidents=[an_incident()]))


async def test_a_caller_that_gives_up_does_not_stop_the_writer(store: Store) -> None:
    commit = asyncio.ensure_future(store.commit(some_changes(incidents=[an_incident(1)])))
    await asyncio.sleep(0)
    commit.cancel()
    await store.commit(some_changes(incidents=[an_incident(2)]))
    assert await store.count_incidents(IncidentQuery()) >= 1


async def test_what_is_queued_is_written_before_the_writer_stops(sqlite_store: SqlStore, sqlite_url: str) -> None:
    commits = [asyncio.create_task(sqlite_store.commit(some_changes(entries=[an_entry(n)]))) for n in range(1, 101)]
    await asyncio.sleep(0)
    sqlite_store.close()
    await asyncio.gather(*commits)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (100,)
    connection.close()


async def test_what_is_queued_in_the_moment_of_closing_is_written_too(sqlite_store: SqlStore) -> None:
    found_nothing = Flag()

    class Late(Writer):
        """Finds nothing more to write, and looks up only when it was closed."""

        def _next_group(self) -> list[Job]:
            group = super()._next_group()
            if not group:
                found_nothing.set()
                self._closing.wait(60)
            return group

    writer = Late(sqlite_store.engine, None)
    await writer.step(lambda _: None)
    await asyncio.to_thread(found_nothing.wait, 10)
    last = asyncio.create_task(writer.step(lambda _: "written"))
    await asyncio.sleep(0)
    await asyncio.to_thread(writer.close)
    async with asyncio.timeout(60):
        assert await last == "written"


async def test_a_closed_store_takes_nothing(sqlite_store: SqlStore) -> None:
    sqlite_store.close()
    with pytest.raises(UnavailableError, match="store is closed"):
        await sqlite_store.commit(some_changes())
