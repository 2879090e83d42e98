import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.sealing.test_sealing import ANA
from warroom.model.custody import Act, Custody
from warroom.model.ids import IncidentId
from warroom.model.seal import NOTHING_BEFORE, Checkpoint, Seal
from warroom.services.ports.store import Store
from warroom.services.sealing.sealing import BEFORE_ALL, Sealing
from warroom.store.store import SqlStore
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.signing import MemorySigner

ONE = Seal(
    number=1, first=1, last=2, at=5, previous=NOTHING_BEFORE, root="00", leaves=b"\0" * 64, key="aa", signature="bb"
)
TWO = replace(ONE, number=2, first=3, last=3, previous=ONE.hash, leaves=b"\1" * 32)
POINT = Checkpoint(through=2, at=5, actor="ana", reason="why", number=1, seal=ONE.hash, key="aa", signature="bb")


async def test_seals_come_back_in_order_as_they_were(store: Store) -> None:
    assert await store.seals.last() is None
    assert [await store.seals.save(seal) for seal in (ONE, TWO)] == [True, True]
    assert await store.seals.last() == TWO
    assert await store.seals.seals() == [ONE, TWO]
    assert await store.seals.seals(1) == [TWO]
    assert await store.seals.seals(0, 1) == [ONE]
    assert await store.seals.seals(BEFORE_ALL) == [ONE, TWO]


async def test_the_seal_of_an_event_is_found_among_many(store: Store) -> None:
    assert await store.seals.covering(1) is None
    many = [replace(ONE, number=number, first=3 * number - 2, last=3 * number) for number in range(1, 12)]
    for seal in many:
        await store.seals.save(seal)
    found = [await store.seals.covering(sequence) for sequence in range(1, 34)]
    assert [seal and seal.number for seal in found] == [(sequence + 2) // 3 for sequence in range(1, 34)]
    assert await store.seals.covering(34) is None
    assert await store.seals.covering(0) is None


async def test_where_a_seal_is_gone_its_events_have_none(store: Store) -> None:
    for number in (2, 3, 7):
        await store.seals.save(replace(ONE, number=number, first=10 * number, last=10 * number + 9))
    found = [await store.seals.covering(sequence) for sequence in (15, 20, 39, 45, 70, 79, 80)]
    assert [seal and seal.number for seal in found] == [None, 2, 3, None, 7, 7, None]


async def test_a_number_is_sealed_once(store: Store) -> None:
    await store.seals.save(ONE)
    assert not await store.seals.save(replace(ONE, signature="cc"))
    assert await store.seals.last() == ONE


async def test_rows_are_the_events_as_they_lie_there(store: Store) -> None:
    await store.commit(some_changes(actor="ana", incidents=[an_incident(1)], entries=[an_entry(1)]))
    rows = await store.seals.rows(0, 10)
    assert [(row.sequence, row.incident, row.kind, row.actor) for row in rows] == [
        (1, 1, "incident", "ana"),
        (2, 1, "entry", "ana"),
    ]
    assert await store.seals.rows(1, 10) == [rows[1]]
    assert await store.seals.counted() == 2


async def test_removing_leaves_custody_and_the_count(store: Store) -> None:
    await store.commit(some_changes(incidents=[an_incident(1)], entries=[an_entry(1)]))
    await store.commit(some_changes(custody=[Custody(incident=IncidentId("1"), act=Act.VERIFIED)]))
    assert await store.seals.remove_events(2, 3) == 1
    assert [row.sequence for row in await store.seals.rows(0, 10)] == [1, 3]
    assert [list(await store.seals.kept(through)) for through in (2, 3)] == [[], [3]]
    assert await store.seals.counted() == 3


async def test_checkpoints_come_back_as_they_were(store: Store) -> None:
    later = replace(POINT, through=3, kept="2-3")
    for point in (POINT, later):
        await store.seals.save_checkpoint(point)
    assert await store.seals.checkpoints() == [POINT, later]


SEALING = """
import asyncio, sys
from pathlib import Path
from tests.store.conftest import open_sql
from warroom.durable.clock import SystemClock
from warroom.services.sealing.sealing import BEFORE_ALL, Sealing
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.signing import MemorySigner

async def main():
    store = open_sql(sys.argv[1], [])
    sealing = Sealing(seals=store.seals, locks=store.locks, signer=MemorySigner(), clock=SystemClock(1.0))
    await store.commit(some_changes(incidents=[an_incident(1)]))
    print("on", flush=True)
    for number in range(1, 100_000):
        await asyncio.gather(sealing.seal(), store.commit(some_changes(entries=[an_entry(number)])))
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("commits", [1, 7, 60])
async def test_a_kill_at_any_moment_loses_no_seal_and_no_event(
    commits: int, sqlite_url: str, open_sqlite: Callable[[], SqlStore]
) -> None:
    open_sqlite().close()
    process = subprocess.Popen(  # noqa: ASYNC220  # nothing else runs beside a test
        [sys.executable, "-c", SEALING, sqlite_url], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    with process:
        assert process.stdout is not None
        for _ in range(commits + 1):
            assert process.stdout.readline()
        process.kill()
    store = open_sqlite()
    sealing = Sealing(seals=store.seals, locks=store.locks, signer=MemorySigner(), clock=ManualClock())
    assert (await sealing.verify(ANA)).is_whole
    await sealing.seal()
    verdict = await sealing.verify(ANA)
    assert (verdict.is_whole, verdict.unsealed, verdict.events) == (True, 0, await store.last_event())
    store.close()
