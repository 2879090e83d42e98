import pytest

from warroom.model.custody import KIND
from warroom.model.errors import ConflictError
from warroom.services.sealing.keeping import Keeping
from warroom.services.sealing.sealing import Sealing
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.locks import MemoryLocks
from warroom.testing.samples import an_actor, an_entry, an_incident, some_changes
from warroom.testing.signing import MemorySigner
from warroom.testing.store import MemoryStore

DAY = 86_400.0  # seconds


async def a_log(days: float = 30) -> tuple[MemoryStore, ManualClock, Keeping]:
    """A log of an incident, a note and a file, sealed."""
    store, clock = MemoryStore(), ManualClock()
    file = await MemoryBlobs().put(b"MDMP", "lsass.zip")
    entries = [an_entry(1, contents="a note"), an_entry(2, file=file)]
    await store.commit(some_changes(incidents=[an_incident(1)], entries=entries))
    sealing = Sealing(seals=store.seals, locks=MemoryLocks(), signer=MemorySigner(), clock=clock)
    await sealing.seal()
    return store, clock, Keeping(sealing=sealing, days=days)


async def test_old_events_go_but_custody_and_the_rest_is_checked_from_a_signed_checkpoint() -> None:
    store, clock, keeping = await a_log()
    clock.advance(29 * DAY)
    assert await keeping.turn() == 0
    await store.commit(some_changes(entries=[an_entry(3, contents="young")]))
    await keeping.sealing.seal()
    clock.advance(2 * DAY)
    assert await keeping.turn() > 0
    [point] = await store.seals.checkpoints()
    assert (point.actor, point.reason) == ("DBot", "Events are kept for 30 days (audit_keep_days)")
    old = [row.kind for row in await store.seals.rows(0, 100) if row.sequence <= point.through]
    assert old == [KIND]
    assert (await keeping.sealing.verify(an_actor())).is_whole


async def test_nothing_goes_where_it_is_off_nor_twice_within_a_day() -> None:
    store, clock, off = await a_log(days=0)
    clock.advance(4000 * DAY)
    assert (await off.turn(), await off.is_late()) == (0, False)
    on = Keeping(sealing=off.sealing, days=30)
    assert await on.turn() > 0
    await store.commit(some_changes(entries=[an_entry(3)]))
    await on.sealing.seal()
    assert await Keeping(sealing=off.sealing, days=0.01).turn() == 0
    assert len(await store.seals.checkpoints()) == 1


async def test_a_log_that_is_not_whole_is_left_alone_and_that_is_told_when_it_lasts() -> None:
    store, clock, keeping = await a_log()
    store.seals.removed.add(1)
    clock.advance(31 * DAY)
    with pytest.raises(ConflictError, match="since the log is not whole"):
        await keeping.turn()
    assert not await keeping.is_late()
    clock.advance(2 * DAY)
    assert await keeping.is_late()
    assert await store.seals.checkpoints() == []
