import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest

from tests.services.approvals.approval_world import a_user
from tests.services.world import ANA
from warroom.model.custody import Act
from warroom.model.entry import Deleted, EntryType
from warroom.model.errors import (
    ConflictError,
    DamagedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
)
from warroom.model.ids import EntryId, IncidentId
from warroom.model.user import Actor, Role
from warroom.services.evidence.evidence import LONGEST_NAME, Evidence, _copy, plain_name
from warroom.services.evidence.intact import VerifiedFile
from warroom.services.ports.store import Changes, Committed
from warroom.services.ports.users import UserEvent
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START, ManualClock
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

DUMP = EntryId("1@1")
SHA256 = hashlib.sha256(b"evidence").hexdigest()


async def evidence(name: str = "lsass.zip", data: bytes = b"evidence") -> Evidence:
    store, blobs = MemoryStore(), MemoryBlobs()
    file = await blobs.put(data, name)
    entries = [an_entry(1, file=file), an_entry(2, contents="no file"), an_entry(1, incident=2, file=file)]
    await store.commit(some_changes(incidents=[an_incident(1), an_incident(2)], entries=entries))
    for person in ("bob", "carl"):
        await store.users.add_user(a_user(person), UserEvent(kind="user", actor="ana", at=START, payload={}))
    return Evidence(
        store=store, users=store.users, blobs=blobs, redaction=Redaction(Journal(store)), clock=ManualClock()
    )


async def test_files_are_listed_of_one_incident_or_of_all() -> None:
    held = await evidence()
    assert [entry.id for entry in await held.list(ANA)] == ["1@1", "1@2"]
    assert [entry.id for entry in await held.list(ANA, IncidentId("2"))] == ["1@2"]


async def test_a_file_is_exported_to_a_name_or_into_a_folder(tmp_path: Path) -> None:
    held = await evidence()
    named = await held.export(DUMP, tmp_path / "copy.zip", ANA)
    in_folder = await held.export(DUMP, tmp_path, ANA)
    assert (named, in_folder) == (tmp_path / "copy.zip", tmp_path / "lsass.zip")
    assert named.read_bytes() == in_folder.read_bytes() == b"evidence"


async def test_an_export_overwrites_only_when_told_to(tmp_path: Path) -> None:
    held = await evidence()
    target = tmp_path / "copy.zip"
    target.write_bytes(b"mine")
    with pytest.raises(ConflictError, match="exists already"):
        await held.export(DUMP, target, ANA)
    assert target.read_bytes() == b"mine"
    await held.export(DUMP, target, ANA, overwrite=True)
    assert target.read_bytes() == b"evidence"


@pytest.mark.parametrize("name", ["../../escape.zip", "..\\..\\escape.zip", "/etc/escape.zip"])
async def test_a_hostile_name_does_not_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    assert await (await evidence(name)).export(DUMP, folder, ANA) == folder / "escape.zip"
    assert not (tmp_path / "escape.zip").exists()


@pytest.mark.parametrize("name", ["a\0b", "x" * 400 + ".zip", "..", "", "ü" * 300])
async def test_any_name_can_be_exported(tmp_path: Path, name: str) -> None:
    path = await (await evidence(name)).export(DUMP, tmp_path, ANA)
    assert path.read_bytes() == b"evidence"
    assert path.parent == tmp_path


def test_a_long_name_keeps_its_end() -> None:
    assert plain_name("x" * 400 + ".zip").endswith("x.zip")
    assert len(plain_name("ü" * 300).encode()) <= LONGEST_NAME


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"cannot be written: No such file or directory"):
        await (await evidence()).export(DUMP, tmp_path / "missing" / "a.zip", ANA)


async def test_an_entry_without_a_file_and_one_that_is_not_there_are_said(tmp_path: Path) -> None:
    held = await evidence()
    with pytest.raises(NotFoundError, match="Entry 2@1 holds no file"):
        await held.export(EntryId("2@1"), tmp_path, ANA)
    with pytest.raises(NotFoundError, match="There is no entry 9@1"):
        await held.verify(EntryId("9@1"), ANA)


async def test_verifying_hashes_the_stored_bytes_again() -> None:
    held = await evidence()
    digest = hashlib.sha256(b"evidence").hexdigest()
    assert await held.verify(DUMP, ANA) == (digest, True)
    assert isinstance(held.blobs, MemoryBlobs)
    held.blobs._held[digest] = b"tampered"
    assert await held.verify(DUMP, ANA) == (hashlib.sha256(b"tampered").hexdigest(), False)


def spoil(held: Evidence, data: bytes = b"tampered") -> None:
    """Put other bytes where the evidence lies."""
    assert isinstance(held.blobs, MemoryBlobs)
    held.blobs._held[SHA256] = data


async def told(held: Evidence, incident: str = "1") -> list[tuple[str, str, str]]:
    """Return what the log says of an incident's evidence."""
    events = await held.custody(IncidentId(incident), ANA)
    return [(event.custody.act.value, event.actor, event.custody.door) for event in events]


async def test_custody_says_who_did_what_when_and_from_where(tmp_path: Path) -> None:
    held = await evidence()
    bob = Actor(name="bob", role=Role.RESPONDER, door="API", address="10.1.2.3")
    held.clock.advance(60)  # type: ignore[attr-defined]  # the tests' clock
    (await held.open(DUMP, bob))[1].close()
    await held.export(DUMP, tmp_path, replace(ANA, door="command line"))
    await held.verify(DUMP, ANA)
    saved, downloaded, exported, verified = await held.custody(IncidentId("1"), ANA)
    acts = [event.custody.act for event in (saved, downloaded, exported, verified)]
    assert acts == [Act.SAVED, Act.DOWNLOADED, Act.EXPORTED, Act.VERIFIED]
    assert (saved.actor, saved.at) == ("DBot", START)
    assert (downloaded.actor, downloaded.at - START) == ("bob", timedelta(seconds=60))
    seen = downloaded.custody
    assert (seen.door, seen.address, seen.entry, seen.name) == ("API", "10.1.2.3", DUMP, "lsass.zip")
    assert (seen.sha256, seen.size) == (SHA256, len(b"evidence"))
    assert exported.custody.reason == f"to {tmp_path / 'lsass.zip'}"
    assert await held.custody(IncidentId("1"), ANA, downloaded.sequence) == [exported, verified]
    assert await told(held, "2") == [("saved", "DBot", "runtime")]


async def test_from_where_somebody_worked_is_for_those_who_may_have_evidence_themselves() -> None:
    held = await evidence()
    await held.verify(DUMP, replace(ANA, address="10.1.2.3"))
    for role, address in ((Role.ANALYST, ""), (Role.RESPONDER, "10.1.2.3")):
        *_, verified = await held.custody(IncidentId("1"), Actor(name="eve", role=role))
        assert verified.custody.address == address


@pytest.mark.parametrize("data", [b"evidencE", b"", b"evidence and more"])
async def test_damaged_bytes_are_given_to_nobody_and_log_and_incidents_say_so(data: bytes, tmp_path: Path) -> None:
    held = await evidence()
    spoil(held, data)
    target = tmp_path / "copy.zip"
    target.write_bytes(b"mine")
    with pytest.raises(DamagedError, match=r"'lsass.zip' \(entry 1@1, SHA-256 .*\) are damaged: they have the SHA-256"):
        await held.open(DUMP, ANA)
    with pytest.raises(DamagedError, match="Restore them from a backup"):
        await held.export(DUMP, target, ANA, overwrite=True)
    assert target.read_bytes() == b"mine"
    assert await told(held) == [("saved", "DBot", "runtime"), ("damaged", "ana", ""), ("damaged", "ana", "")]
    for incident in ("1", "2"):
        *_, line = await held.store.entries(IncidentId(incident))
        assert line.type is EntryType.ERROR
        assert "are damaged" in line.readable
    assert len(await held.store.entries(IncidentId("1"))) == 3  # told once, however often it is found
    (damage,) = await held.store.custody.damages()
    assert damage.sha256 == SHA256
    assert await held.damaged(ANA) == {SHA256}


async def test_bytes_that_come_back_are_no_damage_any_more() -> None:
    held = await evidence()
    spoil(held)
    assert (await held.verify(DUMP, ANA))[1] is False
    spoil(held, b"evidence")
    assert (await held.verify(DUMP, ANA))[1] is True
    assert await held.store.custody.damages() == []


async def test_what_is_swapped_between_the_check_and_the_end_is_not_given_as_whole(tmp_path: Path) -> None:
    held = await evidence()
    _, stream = await held.open(DUMP, ANA)
    cast("VerifiedFile", stream)._source = BytesIO(b"evidencE")
    with pytest.raises(DamagedError, match="the rest is not sent"):
        _copy(stream, tmp_path / "half")
    assert not (tmp_path / "half").exists()


async def test_gone_bytes_are_a_damage_too() -> None:
    held = await evidence()
    assert isinstance(held.blobs, MemoryBlobs)
    held.blobs._held.clear()
    with pytest.raises(NotFoundError):
        await held.verify(DUMP, ANA)
    assert (await told(held))[-1][0] == "damaged"
    (damage,) = await held.store.custody.damages()
    assert "not in memory" in damage.found


async def test_a_deleted_file_is_said_with_by_whom_and_why() -> None:
    held = await evidence()
    entry = await held.store.entry(DUMP)
    gone = replace(entry, deleted=Deleted(by="eve", at=START, reason="A legal hold ended."))
    await held.store.commit(some_changes(entries=[gone]))
    with pytest.raises(NotFoundError, match=r"was deleted by eve at 2026-01-05 09:00 UTC: A legal hold ended\."):
        await held.open(DUMP, ANA)
    assert await told(held) == [("saved", "DBot", "runtime")]  # a deleted file is not saved anew


async def test_bytes_that_are_gone_are_said(tmp_path: Path) -> None:
    held = await evidence()
    assert isinstance(held.blobs, MemoryBlobs)
    held.blobs._held.clear()
    with pytest.raises(NotFoundError):
        await held.export(DUMP, tmp_path / "copy.zip", ANA)
    assert not (tmp_path / "copy.zip").exists()


async def test_a_file_can_be_read_piece_by_piece_and_its_place_is_told() -> None:
    held = await evidence()
    file, stream = await held.open(DUMP, ANA)
    with stream:
        assert stream.read() == b"evidence"
    (entry, *_) = await held.list(ANA)
    assert held.location(entry) == f"memory:{file.sha256}"
    assert held.location(an_entry()) == ""


async def test_evidence_is_restricted_with_a_reason_and_opened_again() -> None:
    held = await evidence()
    await held.restrict(IncidentId("1"), ["bob", " bob ", "", "carl"], "Credentials of the board", ANA)
    rule = await held.restriction(IncidentId("1"), ANA)
    assert rule is not None
    assert (rule.people, rule.by, rule.reason) == (("bob", "carl"), "ana", "Credentials of the board")
    with pytest.raises(ForbiddenError):
        await held.open(DUMP, ANA)
    (await held.open(DUMP, ANA, "bob is ill"))[1].close()
    await held.restrict(IncidentId("1"), [], "All know it", ANA, to_all=True)
    assert await held.restriction(IncidentId("1"), ANA) is None
    (await held.open(DUMP, ANA))[1].close()
    assert [act for act, *_ in await told(held)] == [
        "saved",
        "restricted",
        "opened",
        "downloaded",
        "restricted",
        "downloaded",
    ]
    (await held.open(EntryId("1@2"), ANA))[1].close()  # another incident's


class Mortal(MemoryStore):
    """Its process ends before the next commit."""

    async def commit(self, changes: Changes) -> Committed:
        raise UnavailableError(f"{changes.actor}'s process was killed.")


async def test_that_evidence_was_opened_stands_in_the_log_even_when_the_process_ends_right_after_it() -> None:
    held = await evidence()
    await held.restrict(IncidentId("1"), ["bob"], "Credentials of the board", ANA)
    held.store.__class__ = Mortal
    with pytest.raises(UnavailableError):
        await held.restrict(IncidentId("1"), [], "All know it", ANA, to_all=True)
    assert await held.restriction(IncidentId("1"), ANA) is None
    assert (await told(held))[-1][0] == "restricted"
    assert len(await told(held)) == 3


async def test_restricting_and_deleting_take_a_reason_and_what_is_there() -> None:
    held = await evidence()
    with pytest.raises(InvalidInputError, match="with a reason"):
        await held.restrict(IncidentId("1"), ["bob"], "  ", ANA)
    with pytest.raises(InvalidInputError, match="with a reason"):
        await held.delete(DUMP, "", ANA)
    with pytest.raises(NotFoundError, match="There is no incident 9"):
        await held.restrict(IncidentId("9"), ["bob"], "why", ANA)
    with pytest.raises(NotFoundError, match="holds no file"):
        await held.delete(EntryId("2@1"), "why", ANA)
    for nobody in ([], ["", " "]):
        with pytest.raises(InvalidInputError, match=r"Nobody is named. .* or say that it is for everyone"):
            await held.restrict(IncidentId("1"), nobody, "why", ANA)
    with pytest.raises(InvalidInputError, match="either for bob, or for everyone with the necessary role"):
        await held.restrict(IncidentId("1"), ["bob"], "why", ANA, to_all=True)
    with pytest.raises(InvalidInputError, match="'two words' names nobody"):
        await held.restrict(IncidentId("1"), ["bob", "two words"], "why", ANA)
    with pytest.raises(InvalidInputError, match=r"^'bobb' is no user or API key that can sign in. Did you mean bob"):
        await held.restrict(IncidentId("1"), ["carl", "bobb"], "why", ANA)
    assert len(await told(held)) == 1


async def test_deleted_evidence_leaves_its_entry_which_says_by_whom_and_why() -> None:
    held = await evidence()
    assert not await held.delete(DUMP, "A legal hold ended", ANA)  # another incident has the same bytes
    entry = await held.store.entry(DUMP)
    assert entry.deleted == Deleted(by="ana", at=START, reason="A legal hold ended")
    assert entry.file is not None
    *_, line = await held.store.entries(IncidentId("1"))
    assert "ana deleted 'lsass.zip' (entry 1@1, SHA-256" in line.readable
    assert [act for act, *_ in await told(held)] == ["saved", "deleted"]
    for again in (held.open(DUMP, ANA), held.delete(DUMP, "again", ANA)):
        with pytest.raises(NotFoundError, match="was deleted by ana"):
            await again
    (await held.open(EntryId("1@2"), ANA))[1].close()
    assert await held.delete(EntryId("1@2"), "This one, too", ANA)
    assert await held.blobs.held("") == []
