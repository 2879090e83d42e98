from collections.abc import Sequence

import pytest

from warroom.model.errors import StaleEpochError
from warroom.model.ids import IncidentId, PlanId
from warroom.model.plan import QueueJob
from warroom.services.ports.store import Fence
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

# What a store promises is tested in tests/store, on this one, SQLite and PostgreSQL.

JOB = QueueJob(kind="plan", target="p1")


async def test_the_fake_keeps_the_jobs_of_commits_that_were_accepted() -> None:
    passed_on: list[QueueJob] = []

    def enqueue(jobs: Sequence[QueueJob]) -> None:
        passed_on.extend(jobs)

    store = MemoryStore(enqueue)
    await store.commit(some_changes(jobs=[JOB]))
    with pytest.raises(StaleEpochError):
        await store.commit(some_changes(fence=Fence(plan=PlanId("p9"), epoch=1), jobs=[JOB]))
    assert store.jobs == passed_on == [JOB]


async def test_numbers_go_on_after_ids_that_a_test_made_up() -> None:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[an_incident(7)], entries=[an_entry(3, 7)]))
    assert await store.reserve_incidents(1) == 8
    assert await store.reserve_entries(IncidentId("7"), 1) == 4


async def test_what_comes_back_is_nobody_elses_object() -> None:
    store = MemoryStore()
    contents = {"list": [1]}
    await store.commit(some_changes(entries=[an_entry(contents=contents)]))
    contents["list"].append(2)
    (entry,) = await store.entries(IncidentId("1"))
    assert entry.contents == {"list": [1]}
