from collections.abc import Sequence

from sqlalchemy import Connection

from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import ConflictError, StaleEpochError, WarroomError
from warroom.model.ids import IncidentId, PlanId
from warroom.model.plan import QueueJob
from warroom.services.ports.store import Changes, Committed, Fence, IncidentQuery
from warroom.store.group_commit import prepare, write_group
from warroom.store.store import SqlStore
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes

PATCH = ContextPatch(incident=IncidentId("1"), kind=PatchKind.SET, path="A", value=1)
STALE = Fence(plan=PlanId("p1"), epoch=7)


async def write(store: SqlStore, *group: Changes, jobs: list[QueueJob] | None = None) -> list[Committed | WarroomError]:
    def enqueue(_connection: Connection, new: Sequence[QueueJob]) -> None:
        (jobs if jobs is not None else []).extend(new)

    prepared = [await prepare(changes, MemoryBlobs()) for changes in group]
    with store.engine.begin() as connection:
        return write_group(connection, prepared, enqueue)


async def test_a_refused_member_fails_alone(sql_store: SqlStore) -> None:
    jobs: list[QueueJob] = []
    first, refused, last = await write(
        sql_store,
        some_changes(plans=[a_plan()], tasks=[a_task()], jobs=[QueueJob(kind="plan", target="p1")]),
        some_changes(fence=STALE, tasks=[a_task("2")], jobs=[QueueJob(kind="plan", target="p2")]),
        some_changes(tasks=[a_task("3")]),
        jobs=jobs,
    )
    assert (first, last) == (Committed(event=2), Committed(event=3))
    assert isinstance(refused, StaleEpochError)
    assert [task.key for task in await sql_store.tasks(PlanId("p1"))] == ["1", "3"]
    assert [job.target for job in jobs] == ["p1"]


async def test_members_are_numbered_in_their_order(sql_store: SqlStore) -> None:
    outcomes = await write(
        sql_store,
        some_changes(patches=[PATCH, PATCH], entries=[an_entry(1)]),
        some_changes(fence=STALE, patches=[PATCH], entries=[an_entry(2)]),
        some_changes(patches=[PATCH]),
        some_changes(entries=[an_entry(3), an_entry(4)]),
    )
    refused = outcomes.pop(1)
    assert isinstance(refused, StaleEpochError)
    expected = [Committed(patches=(1, 2), event=1), Committed(patches=(3,), event=1), Committed(event=3)]
    assert outcomes == expected


async def test_two_members_cannot_take_one_record(sql_store: SqlStore) -> None:
    first, second = await write(
        sql_store,
        some_changes(incidents=[an_incident(1, mirrors="WB-1")]),
        some_changes(incidents=[an_incident(2, mirrors="WB-1")]),
    )
    assert isinstance(first, Committed)
    assert isinstance(second, ConflictError)
    assert await sql_store.count_incidents(IncidentQuery()) == 1


async def test_the_last_state_of_a_group_is_kept(sql_store: SqlStore) -> None:
    await write(
        sql_store,
        some_changes(incidents=[an_incident(1)], tasks=[a_task(branch="yes")]),
        some_changes(incidents=[an_incident(1, name="Newer")], tasks=[a_task(branch="no")]),
    )
    assert (await sql_store.incident(IncidentId("1"))).name == "Newer"
    assert await sql_store.tasks(PlanId("p1")) == [a_task(branch="no")]


async def test_a_group_of_refused_members_writes_nothing(sql_store: SqlStore) -> None:
    (outcome,) = await write(sql_store, some_changes(fence=STALE, entries=[an_entry()], patches=[PATCH]))
    assert isinstance(outcome, StaleEpochError)
    assert await sql_store.last_event() == 0
