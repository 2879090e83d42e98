import errno
from dataclasses import replace
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from tests.services.world import ANA
from warroom.model.custody import Act, Custody, Restriction
from warroom.model.entry import Deleted, Entry
from warroom.model.errors import DamagedError, ForbiddenError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.user import SYSTEM, Role
from warroom.services.custodian import Custodian
from warroom.services.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START, ManualClock
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
    said = r"\(entry 1@1, .*\) are damaged: they have another SHA-256, or cannot be read\. They are handed to nobody\."
    with pytest.raises(DamagedError, match=said):
        await held.link(entry, tmp_path, ANA, "read by ReadFile", of=ONE)
    blobs._held.clear()
    with pytest.raises(NotFoundError):
        await held.link(entry, tmp_path, ANA, "read by ReadFile", of=ONE)
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
