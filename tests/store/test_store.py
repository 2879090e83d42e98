import asyncio
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection

from warroom.model.errors import StaleEpochError
from warroom.model.event import Event
from warroom.model.ids import IncidentId, PlanId, WorkerId
from warroom.model.json import Json
from warroom.model.plan import PlanState, QueueJob
from warroom.services.ports.store import Fence, Store
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes

P1 = PlanId("p1")
COMMITTING = """
import asyncio, sys
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.ids import IncidentId
from warroom.store.store import open_store
from warroom.store.vault import open_vault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.samples import a_task, an_entry, some_changes
from pathlib import Path

store = open_store(sys.argv[1], MemoryBlobs(), open_vault(Path(sys.argv[2])))
first = int(sys.argv[3])

async def commit(number):
    # One task, two entries and a patch: all of them or none.
    patch = ContextPatch(incident=IncidentId("1"), kind=PatchKind.SET, path=f"N{number}", value=number)
    entries = [an_entry(2 * number - 1), an_entry(2 * number)]
    await store.commit(some_changes(entries=entries, tasks=[a_task(str(number))], patches=[patch]))
    print(number, flush=True)

async def caller(start):
    number = first + start
    while True:
        await commit(number)
        number += 8

async def main():
    await asyncio.gather(*(caller(start) for start in range(8)))

asyncio.run(main())
"""


def test_a_store_is_one(sqlite_store: SqlStore) -> None:
    store: Store = sqlite_store
    assert store.exclusive


@pytest.mark.postgres
async def test_postgres_is_for_several(open_postgres: Callable[[], SqlStore]) -> None:
    store = open_postgres()
    store.close()
    assert not store.exclusive


async def test_everything_is_there_after_reopening(open_sqlite: Callable[[], SqlStore]) -> None:
    before = open_sqlite()
    await before.commit(some_changes(incidents=[an_incident()], plans=[a_plan()], tasks=[a_task()]))
    before.close()
    after = open_sqlite()
    assert await after.incident(IncidentId("1")) == an_incident()
    assert await after.tasks(P1) == [a_task()]
    assert await after.last_event() == 3
    assert (await after.commit(some_changes(entries=[an_entry()]))).event == 4
    after.close()


async def test_a_queue_can_be_named_after_opening(sqlite_store: SqlStore) -> None:
    queued: list[QueueJob] = []

    def enqueue(_connection: Connection, jobs: Sequence[QueueJob]) -> None:
        queued.extend(jobs)

    sqlite_store.enqueue_with(enqueue)
    await sqlite_store.commit(some_changes(jobs=[QueueJob(kind="plan", target="p1")]))
    assert queued == [QueueJob(kind="plan", target="p1")]


@pytest.mark.parametrize("after", [1, 40, 150, 400])
@pytest.mark.slow
async def test_killing_the_process_loses_no_commit_and_leaves_no_half_of_one(
    open_sqlite: Callable[[], SqlStore], sqlite_url: str, tmp_path_factory: pytest.TempPathFactory, after: int
) -> None:
    home = str(tmp_path_factory.mktemp("home"))
    acknowledged: set[int] = set()
    for start in (1, 10_001):
        arguments = [sys.executable, "-c", COMMITTING, sqlite_url, home, str(start)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220  # nothing else runs
            assert process.stdout is not None
            for _ in range(after):
                acknowledged.add(int(process.stdout.readline()))
            process.kill()
            acknowledged |= {int(line) for line in process.stdout if line.endswith("\n")}
    store = open_sqlite()
    tasks = {int(task.key) for task in await store.tasks(P1)}
    entries = {int(entry.id.partition("@")[0]) for entry in await store.entries(IncidentId("1"), limit=100_000)}
    patches = {patch.value for _, patch in (await store.context_log(IncidentId("1"))).patches}
    events = await store.events(limit=100_000)
    store.close()
    assert acknowledged <= tasks
    assert entries == {entry for task in tasks for entry in (2 * task - 1, 2 * task)}
    assert patches == tasks
    assert [event.sequence for event in events] == list(range(1, 3 * len(tasks) + 1))


@pytest.mark.postgres
async def test_readers_on_postgres_never_miss_an_event(open_postgres: Callable[[], SqlStore]) -> None:
    """Two processes commit at once; whoever follows the log sees each number once and in order."""
    writers, follower = [open_postgres(), open_postgres()], open_postgres()
    total = 2 * 8 * 25
    seen: list[Event] = []

    async def write(store: SqlStore, incident: int) -> None:
        for number in range(1, 26):
            await store.commit(some_changes(entries=[an_entry(number, incident)]))

    async def follow() -> None:
        while len(seen) < total:
            seen.extend(await follower.events(after=seen[-1].sequence if seen else 0, limit=7))

    jobs = [write(store, 10 * index + caller) for index, store in enumerate(writers, start=1) for caller in range(8)]
    async with asyncio.timeout(60):
        await asyncio.gather(follow(), *jobs)
    for store in (*writers, follower):
        store.close()
    assert [event.sequence for event in seen] == list(range(1, total + 1))


@pytest.mark.postgres
async def test_only_one_of_two_processes_gets_a_plan(open_postgres: Callable[[], SqlStore]) -> None:
    one, two = open_postgres(), open_postgres()
    plans = [a_plan(f"p{number}", state=PlanState.WAITING) for number in range(20)]
    await one.commit(some_changes(plans=plans))
    for worker in ("a", "b"):
        await one.leases.renew(WorkerId(worker))
    claims = [
        store.claim(plan.id, WorkerId(worker), START) for plan in plans for store, worker in ((one, "a"), (two, "b"))
    ]
    taken = [claimed for claimed in await asyncio.gather(*claims) if claimed]
    assert sorted(plan.id for plan in taken) == sorted(plan.id for plan in plans)
    assert {plan.epoch for plan in taken} == {1}
    one.close()
    two.close()


@pytest.mark.postgres
async def test_a_driver_that_was_replaced_from_another_process_writes_nothing(
    open_postgres: Callable[[], SqlStore],
) -> None:
    one, two = open_postgres(), open_postgres()
    await one.commit(some_changes(plans=[a_plan()]))
    mine = await one.claim(P1, WorkerId("a"), START)
    theirs = await two.claim(P1, WorkerId("b"), START)
    assert mine is not None
    assert theirs is not None
    with pytest.raises(StaleEpochError):
        await one.commit(some_changes(fence=Fence(plan=P1, epoch=mine.epoch), tasks=[a_task("1")]))
    await two.commit(some_changes(fence=Fence(plan=P1, epoch=theirs.epoch), tasks=[a_task("2")]))
    assert await one.tasks(P1) == [a_task("2")]
    one.close()
    two.close()


async def test_what_is_sealed_is_read_by_this_store_alone_and_shows_nothing(store: Store) -> None:
    secret: Json = {"password": "correct-horse"}
    sealed = store.seal(secret)
    assert "correct-horse" not in sealed
    assert store.unseal(sealed) == secret


async def test_a_plan_keeps_what_is_sealed_until_it_is_saved_without_it(store: Store) -> None:
    await store.commit(some_changes(plans=[a_plan(sealed="x")]))
    assert (await store.plan(PlanId("p1"))).sealed == "x"
    await store.commit(some_changes(plans=[a_plan()]))
    assert (await store.plan(PlanId("p1"))).sealed == ""
