"""Contexts as they are folded from the log, incidents as they are edited, and who is told."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.world import an_instance
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import ConflictError
from warroom.model.ids import IncidentId, PlanId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.plan import QueueJob
from warroom.services.ports.store import Changes, Committed, ContextLog, Store
from warroom.services.writing.journal import PATCHES_PER_SNAPSHOT, Journal
from warroom.testing.clock import START
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

HOME = IncidentId("1")


def merge(key: str, value: Json, incident: str = "1") -> ContextPatch:
    return ContextPatch(incident=IncidentId(incident), kind=PatchKind.MERGE, value={key: value})


def put(path: str, value: Json) -> ContextPatch:
    return ContextPatch(incident=HOME, kind=PatchKind.SET, path=path, value=value)


class CountingStore(MemoryStore):
    """Counts how often a context is read, and may let a commit wait before or after it is written."""

    def __init__(self, *, exclusive: bool = True) -> None:
        super().__init__()
        self.exclusive = exclusive
        self.reads = 0
        self.written = asyncio.Event()
        self.may_return = asyncio.Event()
        self.may_return.set()

    async def context_log(self, incident: IncidentId, after: int = 0) -> ContextLog:
        self.reads += 1
        return await super().context_log(incident, after)

    async def commit(self, changes: Changes) -> Committed:
        committed = await super().commit(changes)
        self.written.set()
        await self.may_return.wait()
        return committed


async def test_a_context_is_the_fold_of_its_patches_in_order() -> None:
    journal = Journal(MemoryStore())
    await journal.commit(some_changes(patches=[merge("A", 1), merge("A", 2), put("B.c", "x"), merge("Z", 9, "2")]))
    assert await journal.context(HOME) == {"A": [1, 2], "B": {"c": "x"}}
    assert await journal.context(IncidentId("2")) == {"Z": 9}


async def test_an_exclusive_store_is_read_once() -> None:
    store = CountingStore()
    journal = Journal(store)
    for number in range(5):
        await journal.commit(some_changes(patches=[merge("A", number)]))
        assert len((await journal.context(HOME))["A"] if number else [0]) == number + 1
    assert store.reads == 1


async def test_a_shared_store_is_asked_for_what_others_wrote() -> None:
    store = CountingStore(exclusive=False)
    journal = Journal(store)
    await journal.commit(some_changes(patches=[merge("A", 1)]))
    assert await journal.context(HOME) == {"A": 1}
    await store.commit(some_changes(patches=[merge("B", 2)], incidents=[an_incident(1, owner="bo")]))
    assert await journal.context(HOME) == {"A": 1, "B": 2}
    assert (await journal.incident(HOME)).owner == "bo"


async def test_a_preview_changes_nothing() -> None:
    journal = Journal(MemoryStore())
    await journal.commit(some_changes(patches=[merge("A", 1)]))
    assert await journal.preview(HOME, [merge("A", 2)]) == {"A": [1, 2]}
    assert await journal.context(HOME) == {"A": 1}


async def test_commits_side_by_side_fold_in_the_order_of_the_store() -> None:
    store = MemoryStore()
    journal = Journal(store)
    await journal.context(HOME)
    await asyncio.gather(*(journal.commit(some_changes(patches=[merge("A", number)])) for number in range(30)))
    assert await journal.context(HOME) == await Journal(store).context(HOME)
    assert len((await journal.context(HOME))["A"]) == 30


# -- snapshots ----------------------------------------------------------------------------------------------------


async def test_a_snapshot_spares_later_readers_the_patches_before_it() -> None:
    store = MemoryStore()
    journal = Journal(store)
    await journal.context(HOME)
    for number in range(PATCHES_PER_SNAPSHOT + 5):
        await journal.commit(some_changes(patches=[merge("A", number)]))
    log = await store.context_log(HOME)
    assert log.snapshot is not None
    assert len(log.patches) < PATCHES_PER_SNAPSHOT
    assert await Journal(store).context(HOME) == {"A": list(range(PATCHES_PER_SNAPSHOT + 5))}


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 3)), max_size=30), st.integers(1, 6))
def test_a_context_is_the_same_with_and_without_snapshots(written: list[tuple[str, int]], every: int) -> None:
    async def fold() -> tuple[Json, Json]:
        store = MemoryStore()
        journal = Journal(store, patches_per_snapshot=every)
        await journal.context(HOME)
        for key, value in written:
            await journal.commit(some_changes(patches=[merge(key, value)]))
        return await journal.context(HOME), await Journal(store).context(HOME)

    held, read = asyncio.run(fold())
    plain: dict[str, list[int]] = {}
    for key, value in written:
        plain.setdefault(key, []).append(value)
    assert held == read == {key: values if len(values) > 1 else values[0] for key, values in plain.items()}


# -- what goes wrong ----------------------------------------------------------------------------------------------


async def test_a_patch_without_a_place_changes_nothing_for_every_reader() -> None:
    store = MemoryStore()
    journal = Journal(store)
    await journal.commit(some_changes(patches=[merge("A", [1]), put("A.[7]", 2), merge("B", 3)]))
    assert await journal.context(HOME) == {"A": [1], "B": 3}
    await journal.commit(some_changes(patches=[put("A.[7]", 2)]))
    assert await journal.context(HOME) == await Journal(store).context(HOME) == {"A": [1], "B": 3}


async def test_a_commit_that_is_refused_changes_nothing_here_either() -> None:
    store = MemoryStore()
    journal = Journal(store)
    await journal.commit(some_changes(incidents=[an_incident(1, mirrors="WB-1")], patches=[merge("A", 1)]))
    await journal.context(HOME)
    with pytest.raises(ConflictError):
        await journal.commit(some_changes(incidents=[an_incident(2, mirrors="WB-1")], patches=[merge("A", 2)]))
    assert await journal.context(HOME) == {"A": 1}


async def test_a_commit_that_was_cut_off_is_looked_up_in_the_store() -> None:
    store = CountingStore()
    journal = Journal(store)
    await journal.commit(some_changes(incidents=[an_incident()], patches=[merge("A", 1)]))
    await journal.context(HOME)
    store.written.clear()
    store.may_return.clear()
    changes = some_changes(incidents=[an_incident(owner="bo")], patches=[merge("A", 2)])
    commit = asyncio.create_task(journal.commit(changes))
    await store.written.wait()
    commit.cancel()
    await asyncio.gather(commit, return_exceptions=True)
    assert await journal.context(HOME) == {"A": [1, 2]}
    assert (await journal.incident(HOME)).owner == "bo"


# -- incidents ----------------------------------------------------------------------------------------------------


async def test_two_edits_that_meet_both_count() -> None:
    store = MemoryStore()
    journal = Journal(store)
    await journal.commit(some_changes(incidents=[an_incident()]))

    def owned(incident: Incident) -> Incident:
        return replace(incident, owner="ana")

    def urgent(incident: Incident) -> Incident:
        return replace(incident, severity=Severity.CRITICAL)

    await asyncio.gather(*(journal.commit(some_changes(), {HOME: edit}) for edit in (owned, urgent)))
    stored = await store.incident(HOME)
    assert (stored.owner, stored.severity) == ("ana", Severity.CRITICAL)
    assert await journal.incident(HOME) == stored


async def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    store = MemoryStore()
    journal = Journal(store)
    await journal.commit(some_changes(incidents=[an_incident()]))
    before = await store.last_event()
    await journal.commit(some_changes(), {HOME: lambda incident: incident})
    assert await store.last_event() == before


async def test_an_edit_that_refuses_stops_the_whole_commit() -> None:
    store = MemoryStore()
    journal = Journal(store)
    await journal.commit(some_changes(incidents=[an_incident()]))

    def refuse(_: Incident) -> Incident:
        raise ConflictError("Closed already.")

    with pytest.raises(ConflictError):
        await journal.commit(some_changes(patches=[merge("A", 1)]), {HOME: refuse})
    assert await journal.context(HOME) == {}


async def test_a_commit_that_closes_takes_along_what_closing_adds() -> None:
    store = MemoryStore()
    asked: list[list[IncidentId]] = []

    async def noted(_: Store, changes: Changes, closed: Sequence[IncidentId]) -> Changes:
        asked.append(list(closed))
        return replace(changes, entries=[*changes.entries, *(an_entry(4, int(one)) for one in closed)])

    journal = Journal(store, on_close=noted)
    await journal.commit(some_changes(incidents=[an_incident()]))
    await journal.commit(some_changes(), {HOME: lambda incident: replace(incident, owner="ana")})
    await journal.commit(some_changes(), {HOME: lambda incident: replace(incident, status=Status.DONE)})
    await journal.commit(some_changes(), {HOME: lambda incident: replace(incident, owner="bo")})
    assert asked == [[], [], [HOME], []]
    assert [entry.id for entry in await store.entries(HOME)] == [an_entry(4).id]


# -- listeners and instances --------------------------------------------------------------------------------------


async def test_listeners_are_told_of_each_commit_until_they_leave() -> None:
    journal = Journal(MemoryStore())
    listener = journal.listen()
    await journal.commit(some_changes())
    assert listener.is_set()
    listener.clear()
    journal.unlisten(listener)
    await journal.commit(some_changes())
    assert not listener.is_set()


async def test_instances_are_read_once_and_again_when_one_changes() -> None:
    journal = Journal(MemoryStore())
    assert await journal.instances() == []
    await journal.save_instance(an_instance("lab-1"), "ana", START)
    assert [instance.name for instance in await journal.instances()] == ["lab-1"]
    await journal.remove_instance(an_instance("lab-1").id, "ana", START)
    assert await journal.instances() == []


class SlowStore(MemoryStore):
    """Answers what it had when it was asked, but only once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def incident(self, incident: IncidentId) -> Incident:
        read = await super().incident(incident)
        await self.may_answer.wait()
        return read

    async def instances(self) -> list[IntegrationInstance]:
        read = await super().instances()
        await self.may_answer.wait()
        return read


async def test_a_slow_reader_does_not_bring_back_an_incident_of_before_a_commit() -> None:
    store = SlowStore()
    journal = Journal(store)
    await store.commit(some_changes(incidents=[an_incident(1)]))
    reader = asyncio.create_task(journal.incident(HOME))
    await asyncio.sleep(0)
    await journal.commit(some_changes(incidents=[an_incident(1, severity=Severity.HIGH)]))
    store.may_answer.set()
    await reader
    assert (await journal.incident(HOME)).severity is Severity.HIGH


async def test_a_slow_reader_does_not_bring_back_the_instances_of_before_a_change() -> None:
    store = SlowStore()
    journal = Journal(store)
    reader = asyncio.create_task(journal.instances())
    await asyncio.sleep(0)
    await journal.save_instance(an_instance("lab-1"), "ana", START)
    store.may_answer.set()
    await reader
    assert [instance.name for instance in await journal.instances()] == ["lab-1"]


async def test_locks_do_not_pile_up() -> None:
    journal = Journal(MemoryStore())
    for number in range(50):
        await journal.commit(some_changes(patches=[merge("A", 1, str(number))]))
    assert len(journal._locks) == 0


async def test_a_commit_wakes_the_plans_whose_jobs_are_due_at_once_and_no_others() -> None:
    journal = Journal(MemoryStore())
    woken: list[tuple[PlanId, Lane | None]] = []
    await journal.commit(some_changes(jobs=[QueueJob(kind="plan", target="p0")]))  # nobody drives plans yet
    journal.wake_with(lambda plan, lane: woken.append((plan, lane)))
    later = QueueJob(kind="plan", target="p3", at=START)
    jobs = [
        QueueJob(kind="plan", target="p1"),
        QueueJob(kind="people", target="p2"),
        later,
        QueueJob(kind="fetch", target="i1"),
    ]
    await journal.commit(some_changes(jobs=jobs))
    assert woken == [("p1", None), ("p2", Lane.ANSWERED)]


async def test_a_commit_that_is_refused_wakes_nobody() -> None:
    journal = Journal(CountingStore())
    woken: list[PlanId] = []
    journal.wake_with(lambda plan, _: woken.append(plan))

    def refuse(_: Incident) -> Incident:
        raise ConflictError("no")

    await journal.commit(some_changes(incidents=[an_incident(1)]))
    with pytest.raises(ConflictError, match="no"):
        await journal.commit(some_changes(jobs=[QueueJob(kind="plan", target="p1")]), {HOME: refuse})
    assert woken == []
