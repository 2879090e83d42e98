import errno
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from tests.services.world import ANA
from warroom.model.custody import Act
from warroom.model.entry import Entry
from warroom.model.errors import DamagedError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.services.custodian import Custodian
from warroom.services.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore


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
    path = await held.link(entry, tmp_path, ANA, "read by ReadFile")
    assert path.read_bytes() == b"evidence"  # nothing else runs beside a test
    *_, viewed = await held.store.custody.events(IncidentId("1"))
    assert (viewed.payload["change"], viewed.payload["reason"]) == ("viewed", "read by ReadFile")


async def test_code_gets_no_damaged_file(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    held, entry = await custodian(blobs)
    assert entry.file is not None
    blobs._held[entry.file.sha256] = b"tampered"
    with pytest.raises(DamagedError, match="entry 1@1"):
        await held.link(entry, tmp_path, ANA, "read by ReadFile")
    blobs._held.clear()
    with pytest.raises(NotFoundError):
        await held.link(entry, tmp_path, ANA, "read by ReadFile")
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240  # nothing else runs beside a test
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
