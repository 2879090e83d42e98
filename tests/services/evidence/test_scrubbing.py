import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.database import lay_database
from warroom.model.custody import Shelf
from warroom.model.entry import Deleted, Entry
from warroom.model.errors import UnavailableError
from warroom.model.ids import IncidentId
from warroom.services.evidence.custodian import LONG_AGO, Custodian
from warroom.services.evidence.scrubbing import SHELVES, Scrubbing
from warroom.services.ports.blobs import Blobs
from warroom.services.writing.journal import Journal
from warroom.store.blobs import FolderBlobs
from warroom.store.cipher import Cipher
from warroom.store.store import open_store
from warroom.store.vault import FernetVault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START, ManualClock
from warroom.testing.locks import MemoryLocks
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

ONE = IncidentId("1")
SHA256 = hashlib.sha256(b"evidence").hexdigest()
SHELF = SHA256[:2]


async def scrubbing(blobs: Blobs) -> tuple[Scrubbing, Entry]:
    store = MemoryStore()
    entry = an_entry(1, file=await blobs.put(b"evidence", "lsass.zip"))
    await store.commit(some_changes(incidents=[an_incident(1)], entries=[entry]))
    custodian = Custodian(store, Journal(store), blobs, ManualClock())
    return Scrubbing(custodian=custodian, locks=MemoryLocks(), bytes_per_second=1e12), entry


async def acts(held: Scrubbing) -> list[str]:
    events = await held.custodian.store.custody.events(ONE)
    return [str(event.payload["change"]) for event in events]


def clock_of(held: Scrubbing) -> ManualClock:
    assert isinstance(held.custodian.clock, ManualClock)
    return held.custodian.clock


async def until(is_so: Callable[[], bool]) -> None:
    """Let others go on until it is so: what they wait for is a thread."""
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.to_thread(lambda: None)


async def test_one_shelf_after_the_other_is_checked_and_again_when_its_time_has_come() -> None:
    held, _ = await scrubbing(MemoryBlobs())
    checked = [await held.turn() for _ in SHELVES]
    assert [shelf and shelf.name for shelf in checked] == list(SHELVES)
    assert await held.turn() is None
    state = await held.state()
    assert (state.blobs, state.size, state.shelves, state.damages) == (1, len(b"evidence"), 256, ())
    clock_of(held).advance(30 * 86_400 + 1)
    assert (await held.state()).shelves == 0
    assert (await held.turn()) == Shelf(name="00", at=START + timedelta(days=30, seconds=1))


async def test_another_process_that_is_at_it_is_left_alone() -> None:
    held, _ = await scrubbing(MemoryBlobs())
    assert isinstance(held.locks, MemoryLocks)
    held.locks.elsewhere.add("scrub")
    assert await held.turn() is None


async def test_it_reads_no_faster_than_it_may() -> None:
    blobs = MemoryBlobs()
    held, _ = await scrubbing(blobs)
    held = replace(held, bytes_per_second=len(b"evidence") / 10)
    check = asyncio.create_task(held.check(SHELF))
    clock = clock_of(held)
    await until(lambda: clock.sleeping > 0)
    clock.advance(9)
    assert not check.done()
    clock.advance(1)
    assert (await check).blobs == 1


async def test_damage_is_told_once_and_forgotten_when_it_is_mended() -> None:
    blobs = MemoryBlobs()
    held, _ = await scrubbing(blobs)
    blobs._held[SHA256] = b"tampered"
    for _ in range(2):
        await held.check(SHELF)
    assert await acts(held) == ["saved", "damaged"]
    *_, line = await held.custodian.store.entries(ONE)
    assert "are damaged" in line.readable
    assert [damage.sha256 for damage in (await held.state()).damages] == [SHA256]
    blobs._held[SHA256] = b"evidence"
    await held.check(SHELF)
    assert (await held.state()).damages == ()


async def test_evidence_that_is_gone_is_a_damage_unless_it_was_deleted() -> None:
    blobs = MemoryBlobs()
    held, entry = await scrubbing(blobs)
    blobs._held.clear()
    await held.check(SHELF)
    assert await acts(held) == ["saved", "damaged"]
    gone = replace(entry, deleted=Deleted(by="ana", at=START, reason="why"))
    await held.custodian.store.commit(some_changes(entries=[gone]))
    await held.custodian.store.custody.clear_damage(SHA256)
    await held.check(SHELF)
    assert await acts(held) == ["saved", "damaged"]


async def test_bytes_of_no_entry_are_checked_too() -> None:
    blobs = MemoryBlobs()
    held, _ = await scrubbing(blobs)
    body = (await blobs.put(b"a large body", "body.json")).sha256
    blobs._held[body] = b"tampered"
    await held.check(body[:2])
    assert [damage.sha256 for damage in (await held.state()).damages] == [body]


async def test_what_lies_there_as_it_was_is_encrypted_on_the_way(tmp_path: Path) -> None:
    plain = FolderBlobs(tmp_path)
    held, _ = await scrubbing(plain)
    blobs = FolderBlobs(tmp_path, Cipher(bytes(32), origin="the test's key"))
    held = replace(held, custodian=replace(held.custodian, blobs=blobs))
    before = blobs.location(SHA256)
    assert (await held.check(SHELF)).blobs == 1
    assert blobs.location(SHA256) == f"{before}.enc"
    with blobs.open(SHA256) as file:
        assert file.read() == b"evidence"
    assert (await held.check(SHELF)).size == len(b"evidence")


async def test_bytes_of_deleted_evidence_go_when_they_have_rested(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    held, entry = await scrubbing(blobs)  # whose clock is months behind the file's time: as if it came just now
    gone = replace(entry, deleted=Deleted(by="ana", at=START, reason="why"))
    await held.custodian.store.commit(some_changes(entries=[gone]))
    assert (await held.check(SHELF)).at == LONG_AGO  # it is looked at again at the next turn
    assert await blobs.held(SHELF) == [SHA256]
    os.utime(blobs.location(SHA256), (0, 0))
    assert (await held.turn()) == Shelf(name="00", at=START)
    await held.check(SHELF)
    assert await blobs.held(SHELF) == []


async def test_a_disk_that_fails_is_said_and_the_shelf_is_tried_again() -> None:
    class Closed(MemoryBlobs):
        async def held(self, shelf: str) -> list[str]:
            raise PermissionError(13, "Permission denied", shelf)

    held, _ = await scrubbing(Closed())
    with pytest.raises(UnavailableError, match="Shelf 00 of the blobs cannot be read: Permission denied"):
        await held.turn()
    assert await held.custodian.store.custody.shelves() == []


async def test_bytes_that_a_row_has_left_go_although_no_shelf_is_due(tmp_path: Path) -> None:
    lay_database(tmp_path / "w.db")
    vault, blobs = FernetVault(Fernet.generate_key().decode(), origin="the test's key"), MemoryBlobs()
    store = open_store(f"sqlite:///{tmp_path}/w.db", blobs, vault)
    custodian = Custodian(store, Journal(store), blobs, ManualClock())
    held = Scrubbing(custodian=custodian, locks=MemoryLocks(), days=36_500)
    for details in ("x" * 70_000, "short"):
        await store.commit(some_changes(incidents=[an_incident(1, details=details)]))
    for minutes, there in ((0, 1), (11, 0)):
        clock_of(held).advance(minutes * 60)
        assert await held.turn() is None
        assert len(blobs) == there
    store.close()
