# ruff: noqa: ASYNC240  # nothing else runs beside a test, so it may block
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
import structlog
from cryptography.fernet import Fernet

from tests.database import lay_database
from tests.services.world import ANA
from warroom.model.custody import Act, Custody, Restriction
from warroom.model.entry import Deleted, Entry
from warroom.model.errors import DamagedError, ForbiddenError, NotFoundError
from warroom.model.ids import EntryId, IncidentId, InstanceId
from warroom.model.user import SYSTEM, Role
from warroom.services.evidence.custodian import Custodian
from warroom.services.evidence.scrubbing import SHELVES, Scrubbing
from warroom.services.ports.fetches import FetchStep, SetAside, Untaken
from warroom.services.writing.journal import Journal
from warroom.store.blobs import FolderBlobs
from warroom.store.store import open_store
from warroom.store.vault import FernetVault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START, ManualClock
from warroom.testing.locks import MemoryLocks
from warroom.testing.samples import an_actor, an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

ONE = IncidentId("1")


class Failing(RawIOBase):
    """What a disk with a bad sector, or one without a free descriptor, does."""

    def __init__(self, error: OSError) -> None:
        self._error = error

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object, /) -> int:
        raise self._error


class FailingBlobs(MemoryBlobs):
    """Blobs that cannot be read."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def open(self, sha256: str) -> BinaryIO:
        assert len(sha256) == 64
        return cast("BinaryIO", Failing(self._error))


async def custodian(blobs: MemoryBlobs) -> tuple[Custodian, Entry]:
    store = MemoryStore()
    entry = an_entry(1, file=await blobs.put(b"evidence", "lsass.zip"))
    await store.commit(some_changes(incidents=[an_incident(1)], entries=[entry, an_entry(2)]))
    return Custodian(store, Journal(store), blobs, ManualClock()), entry


async def acts(custodian: Custodian) -> list[str]:
    events = await custodian.store.custody.events(IncidentId("1"))
    return [str(event.payload["change"]) for event in events]


async def test_code_reads_a_whole_file_and_the_log_says_which_code(tmp_path: Path) -> None:
    held, entry = await custodian(MemoryBlobs())
    path = await held.link(entry, tmp_path, ANA, "read by ReadFile", of=ONE)
    assert path.read_bytes() == b"evidence"  # nothing else runs beside a test
    *_, viewed = await held.store.custody.events(IncidentId("1"))
    assert (viewed.payload["change"], viewed.payload["reason"]) == ("viewed", "read by ReadFile")


async def test_code_gets_no_damaged_file(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    held, entry = await custodian(blobs)
    assert entry.file is not None
    blobs._held[entry.file.sha256] = b"tampered"
    said = r"\(entry 1@1, .*\) are damaged: they have another SHA-256, or cannot be read\. They cannot be downloaded\."
    with pytest.raises(DamagedError, match=said):
        await held.link(entry, tmp_path, ANA, "read by ReadFile", of=ONE)
    blobs._held.clear()
    with pytest.raises(NotFoundError):
        await held.link(entry, tmp_path, ANA, "read by ReadFile", of=ONE)
    assert list(tmp_path.iterdir()) == []
    assert await acts(held) == ["saved", "damaged", "damaged"]


async def test_a_bad_sector_is_a_damage() -> None:
    held, entry = await custodian(FailingBlobs(OSError(errno.EIO, "Input/output error")))
    with pytest.raises(DamagedError, match="they cannot be read"):
        await held.open(entry, Act.DOWNLOADED, ANA)
    assert await acts(held) == ["saved", "damaged"]


async def test_what_passes_is_no_damage() -> None:
    held, entry = await custodian(FailingBlobs(OSError(errno.EMFILE, "Too many open files")))
    with pytest.raises(OSError, match="Too many open files"):
        await held.open(entry, Act.DOWNLOADED, ANA)
    assert await acts(held) == ["saved"]
    assert await held.store.custody.damages() == []


async def test_an_entry_without_a_file_is_named() -> None:
    held, _ = await custodian(MemoryBlobs())
    with pytest.raises(NotFoundError, match="Entry 2@1 holds no file"):
        await held.entry(EntryId("2@1"))


async def test_nothing_is_handed_out_before_the_log_has_it() -> None:
    held, entry = await custodian(MemoryBlobs())
    file, stream = await held.open(entry, Act.DOWNLOADED, ANA)
    assert await acts(held) == ["saved", "downloaded"]
    with stream:
        assert stream.read() == BytesIO(b"evidence").read()
    assert file == entry.file


# -- for named people ----------------------------------------------------------------------------------------------


async def restricted() -> tuple[Custodian, Entry]:
    held, entry = await custodian(MemoryBlobs())
    rule = Restriction(incident=ONE, people=("bob", "key:ci"), by="ana", at=START, reason="Credentials of the board")
    await held.store.custody.restrict(rule, Custody(incident=ONE, act=Act.RESTRICTED))
    return held, entry


@pytest.mark.parametrize("name", ["bob", "key:ci"])
async def test_who_is_named_has_it(name: str) -> None:
    held, entry = await restricted()
    (await held.open(entry, Act.DOWNLOADED, an_actor(name, Role.RESPONDER)))[1].close()
    assert await acts(held) == ["saved", "restricted", "downloaded"]


async def test_who_is_not_named_is_refused_whatever_the_door(tmp_path: Path) -> None:
    held, entry = await restricted()
    for door in ("console", "API", "command line"):
        eve = replace(an_actor("eve", Role.RESPONDER), door=door)
        with pytest.raises(ForbiddenError, match=r"is for bob, key:ci only\. Ask one of them"):
            await held.open(entry, Act.EXPORTED, eve, why="curious")
    typed = replace(ANA, door="command")
    with pytest.raises(ForbiddenError, match="Ask one of them"):
        await held.link(entry, tmp_path, typed, "read by ReadFile", of=ONE)
    assert await acts(held) == ["saved", "restricted"]


async def test_an_admin_who_is_not_named_opens_it_with_a_reason_and_is_heard() -> None:
    held, entry = await restricted()
    with pytest.raises(ForbiddenError, match="may open it with a reason"):
        await held.open(entry, Act.DOWNLOADED, ANA, why="  ")
    (await held.open(entry, Act.DOWNLOADED, ANA, why="bob is ill"))[1].close()
    assert await acts(held) == ["saved", "restricted", "opened", "downloaded"]
    *_, line = await held.store.entries(ONE)
    assert "ana opened 'lsass.zip'" in line.readable
    assert "bob is ill" in line.readable


async def test_a_playbook_reads_what_is_of_its_own_incident_and_no_other(tmp_path: Path) -> None:
    held, entry = await restricted()
    playbook = replace(SYSTEM, door="command")
    assert (await held.link(entry, tmp_path, playbook, "read by Verify", of=ONE)).exists()  # alone
    with pytest.raises(ForbiddenError):
        await held.link(entry, tmp_path, playbook, "read by Verify", of=IncidentId("2"))


# -- letting go ----------------------------------------------------------------------------------------------------


async def test_bytes_go_when_nothing_needs_them() -> None:
    held, entry = await custodian(MemoryBlobs())
    assert entry.file is not None
    assert not await held.release(entry.file.sha256)
    gone = replace(entry, deleted=Deleted(by="ana", at=START, reason="why"))
    await held.store.commit(some_changes(entries=[gone]))
    assert await held.release(entry.file.sha256)
    assert await held.blobs.held("") == []


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[Custodian]:
    """A custodian of a real database and a real folder: only they have bytes that a row leaves."""
    lay_database(tmp_path / "w.db")
    vault = FernetVault(Fernet.generate_key().decode(), origin="the test's key")
    blobs = FolderBlobs(tmp_path / "blobs", vault.cipher())
    store = open_store(f"sqlite:///{tmp_path}/w.db", blobs, vault)
    yield Custodian(store, Journal(store), blobs, ManualClock(datetime.now(UTC)))
    store.close()


def dropped(record: str, id_: str) -> Untaken:
    aside = SetAside(
        id=id_,
        instance=InstanceId("i"),
        instance_name="i",
        what=id_,
        why="it.",
        at=START,
        size=len(record),
        rule="Quiet",
    )
    return Untaken(aside=aside, record=record)


async def fetched(held: Custodian, **step: Any) -> None:
    await held.store.commit(some_changes(fetch=FetchStep(**step)))


async def swept(held: Custodian, minutes: float) -> int:
    """Sweep after so long: rows that somebody has read just now, and bytes that came just now, wait ten minutes."""
    assert isinstance(held.clock, ManualClock)
    held.clock.advance(minutes * 60)
    return await held.sweep()


async def stored(held: Custodian) -> set[str]:
    return {sha256 for shelf in SHELVES for sha256 in await held.blobs.held(shelf)}


async def test_bytes_of_dropped_records_go_after_their_rows_but_those_that_somebody_needs(on_disk: Custodian) -> None:
    lonely, twice, proven = ("l" * 70_000, "t" * 131_072, "p" * 65_537)
    records = [dropped(lonely, "1"), dropped(twice, "2"), dropped(twice, "3"), dropped(proven, "4")]
    await fetched(on_disk, untaken=records)
    file = await on_disk.blobs.put(proven.encode(), "alert.json")
    await on_disk.store.commit(some_changes(incidents=[an_incident(1)], entries=[an_entry(1, file=file)]))
    assert len(await stored(on_disk)) == 3
    await fetched(on_disk, settled=[records[0].aside, records[1].aside, records[3].aside])
    assert [await swept(on_disk, minutes) for minutes in (0, 9, 2, 60)] == [0, 0, 1, 0]
    assert await stored(on_disk) == {hash_of(twice), hash_of(proven)}
    assert (await on_disk.store.untaken("3")).record == twice
    await fetched(on_disk, forget_dropped=START + timedelta(days=1))
    assert [await swept(on_disk, minutes) for minutes in (0, 11)] == [0, 1]
    assert await stored(on_disk) == {file.sha256}, "Evidence stays, whatever else had the same bytes."


async def test_what_a_killed_sweep_has_left_undone_the_next_one_does(on_disk: Custodian) -> None:
    records = [dropped(letter * 70_000, letter) for letter in "abc"]
    await fetched(on_disk, untaken=records)
    await fetched(on_disk, settled=[record.aside for record in records])
    await on_disk.sweep()
    gone, half, _ = (hash_of(record.record) for record in records)
    await on_disk.blobs.remove(gone, datetime.now(UTC) + timedelta(hours=1))  # killed before it was noted
    place = Path(on_disk.blobs.location(half))
    place.rename(place.with_suffix(".gone"))  # killed while it removed them
    assert await swept(on_disk, 11) == 2
    assert await stored(on_disk) == set()
    assert await on_disk.store.custody.unneeded(on_disk.clock.now(), on_disk.clock.now(), 9) == []


async def test_an_entry_that_cannot_be_read_holds_no_other_bytes_up(on_disk: Custodian) -> None:
    record, other = dropped("entry" * 20_000, "1"), dropped("other" * 20_000, "2")
    await fetched(on_disk, untaken=[record, other])
    file = await on_disk.blobs.put(record.record.encode(), "alert.json")
    entry = an_entry(1, file=file, contents="large" * 20_000)
    before = await stored(on_disk)
    await on_disk.store.commit(some_changes(incidents=[an_incident(1)], entries=[entry]))
    (body,) = await stored(on_disk) - before
    Path(on_disk.blobs.location(body)).unlink()
    await fetched(on_disk, settled=[record.aside, other.aside])
    with structlog.testing.capture_logs() as logs:
        assert [await swept(on_disk, minutes) for minutes in (0, 11)] == [0, 1]
    assert await stored(on_disk) == {file.sha256}, "What may be needed stays."
    assert [line["sha256"] for line in logs if line["log_level"] == "warning"] == [file.sha256]
    scrubbing = Scrubbing(custodian=on_disk, locks=MemoryLocks(), bytes_per_second=1e12)
    shelf = await scrubbing.check(file.sha256[:2])
    assert (shelf.blobs, shelf.at) == (1, on_disk.clock.now()), "Nor are the checks of other bytes."


async def test_bytes_that_came_again_just_now_stay(on_disk: Custodian) -> None:
    record = dropped("again" * 20_000, "1")
    await fetched(on_disk, untaken=[record])
    await fetched(on_disk, settled=[record.aside])
    await swept(on_disk, 0)
    assert isinstance(on_disk.clock, ManualClock)
    on_disk.clock.advance(11 * 60)
    place = Path(on_disk.blobs.location(hash_of(record.record)))
    soon = on_disk.clock.now().timestamp()
    os.utime(place, (soon, soon))  # stored again at this moment, and the row is on its way
    assert await on_disk.sweep() == 0
    assert place.exists()
    await fetched(on_disk, untaken=[record])
    assert await swept(on_disk, 11) == 0
    assert (await on_disk.store.untaken("1")).record == record.record


async def test_a_disk_that_does_not_let_bytes_go_is_asked_again(on_disk: Custodian) -> None:
    record, other = dropped("stuck" * 20_000, "1"), dropped("other" * 20_000, "2")
    await fetched(on_disk, untaken=[record, other])
    await fetched(on_disk, settled=[record.aside, other.aside])
    await swept(on_disk, 0)
    place = Path(on_disk.blobs.location(hash_of(record.record)))
    aside = place.with_suffix(".gone")
    aside.mkdir()  # nothing can be put there
    (aside / "something").touch()
    with structlog.testing.capture_logs() as logs:
        assert await swept(on_disk, 11) == 1
    (warned,) = [line for line in logs if line["log_level"] == "warning"]
    assert (warned["event"], warned["sha256"]) == (
        "bytes that nothing needs cannot be removed",
        hash_of(record.record),
    )
    shutil.rmtree(aside)
    assert await swept(on_disk, 0) == 1
    assert await stored(on_disk) == set()


def hash_of(record: str) -> str:
    return hashlib.sha256(record.encode()).hexdigest()
