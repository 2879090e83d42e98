import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from warroom.model.custody import Act
from warroom.model.entry import EntryType
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError, UnavailableError
from warroom.model.ids import IncidentId
from warroom.model.user import Actor, Role
from warroom.services.incidents.uploading import Uploading, pieces_of
from warroom.services.writing.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

CARL = Actor(name="carl", role=Role.ANALYST, door="browser", address="192.0.2.7")
CASE = IncidentId("1")


async def pieces(*given: bytes | Exception) -> AsyncIterator[bytes]:
    for one in given:
        if isinstance(one, Exception):
            raise one
        yield one


async def uploading(tmp_path: Path, most: int = 100) -> Uploading:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[an_incident(1)]))
    return Uploading(
        store=store,
        journal=Journal(store),
        blobs=MemoryBlobs(),
        clock=ManualClock(),
        scratch=tmp_path / "scratch",
        most=most,
    )


async def test_a_file_becomes_an_entry_with_its_hash_in_the_context_and_in_custody(tmp_path: Path) -> None:
    room = await uploading(tmp_path)
    entry = await room.add(CASE, r"C:\Users\anna\invoice.docm", pieces(b"ab", b"cd"), CARL)
    assert entry.file is not None
    assert (entry.type, entry.actor, entry.file.name, entry.file.size) == (EntryType.FILE, "carl", "invoice.docm", 4)
    assert entry.file.sha256 == hashlib.sha256(b"abcd").hexdigest()
    assert room.blobs.open(entry.file.sha256).read() == b"abcd"
    context = await room.journal.context(CASE)
    assert context["File"]["EntryID"] == entry.id
    assert context["File"]["SHA256"] == entry.file.sha256
    [event] = await room.store.custody.events(CASE, 0)
    assert (event.payload["change"], event.payload["door"], event.payload["address"]) == (
        Act.SAVED.value, "browser", "192.0.2.7",
    )  # fmt: skip
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "name", "error", "said"),
    [
        ([b""], "a", InvalidInputError, "is empty"),
        ([], "a", InvalidInputError, "is empty"),
        ([b"x" * 60, b"x" * 41], "a", InvalidInputError, "larger than 100 bytes"),
        ([b"x"], "  ", InvalidInputError, "has no name"),
        ([b"x", OSError(errno.ENOSPC, "No space left on device")], "a", UnavailableError, "No space left"),
    ],
)
async def test_what_does_not_arrive_whole_is_said_and_leaves_nothing(
    tmp_path: Path, given: list[bytes | Exception], name: str, error: type[Exception], said: str
) -> None:
    room = await uploading(tmp_path)
    with pytest.raises(error, match=said):
        await room.add(CASE, name, pieces(*given), CARL)
    assert await room.store.entries(CASE) == []
    assert not (tmp_path / "scratch").exists() or list((tmp_path / "scratch").iterdir()) == []


async def test_nothing_is_read_for_who_may_not_or_for_an_incident_that_is_not_there(tmp_path: Path) -> None:
    room = await uploading(tmp_path)
    unread = pieces(AssertionError("read"))
    with pytest.raises(ForbiddenError):
        await room.add(CASE, "a", unread, Actor(name="rita", role=Role.READER))
    with pytest.raises(NotFoundError):
        await room.add(IncidentId("9"), "a", unread, CARL)


async def test_a_file_of_this_machine_is_read_piece_by_piece(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(os.urandom(3 << 20))
    sizes = [len(piece) async for piece in pieces_of(tmp_path / "big")]
    assert (sum(sizes), max(sizes) <= 1 << 20) == (3 << 20, True)


async def test_what_is_no_file_or_not_there_is_one_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path, "is no file|cannot be read"),
        (tmp_path / "pipe", "is no file"),
        (tmp_path / "x", "cannot be read"),
    ):
        with pytest.raises(InvalidInputError, match=said):
            async with asyncio.timeout(60):
                await anext(pieces_of(path))
