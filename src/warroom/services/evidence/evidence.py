"""Evidence: the files of the War Room, exported and verified by their hashes."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from warroom.model.custody import Act, Custody, CustodyEvent, Restriction, custody_from, custody_of
from warroom.model.entry import Deleted, Entry, StoredFile
from warroom.model.errors import ConflictError, DamagedError, InvalidInputError
from warroom.model.event import Event
from warroom.model.ids import EntryId, IncidentId
from warroom.model.user import Actor
from warroom.services.evidence.custodian import Custodian, found_said
from warroom.services.evidence.intact import CHUNK
from warroom.services.people.access import Permission, may, require
from warroom.services.people.named_people import named_people
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, Store
from warroom.services.ports.users import UserStore
from warroom.services.proof.sink import refuse_unless_a_name
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.lines import Line

LONGEST_NAME = 200  # bytes; file systems take 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What can be done with the files of incidents."""

    store: Store
    users: UserStore
    blobs: Blobs
    redaction: Redaction
    clock: Clock

    @property
    def custodian(self) -> Custodian:
        return Custodian(self.store, self.redaction.journal, self.blobs, self.clock)

    async def list(self, actor: Actor, incident: IncidentId | None = None) -> Sequence[Entry]:
        """List the entries that hold a file, of one incident or of all."""
        require(actor, Permission.SEE)
        found = await self.store.files(incident)
        return [shown for entry in found for shown in await self.redaction.entries(entry.incident, [entry], actor)]

    async def damaged(self, actor: Actor) -> frozenset[str]:
        """Return the hashes of files that are known to be damaged."""
        require(actor, Permission.SEE)
        return frozenset(damage.sha256 for damage in await self.store.custody.damages())

    def location(self, entry: Entry) -> str:
        """Return the path or URL of an entry's bytes, for people."""
        return self.blobs.location(entry.file.sha256) if entry.file else ""

    async def open(self, entry_id: EntryId, actor: Actor, why: str = "") -> tuple[StoredFile, BinaryIO]:
        """Open an entry's file to be read piece by piece; the caller closes it.

        `why` opens what is for others to an admin, and the incident says so.
        """
        require(actor, Permission.DOWNLOAD_EVIDENCE)
        return await self.custodian.open(await self.custodian.entry(entry_id), Act.DOWNLOADED, actor, why=why)

    async def export(
        self, entry_id: EntryId, target: Path, actor: Actor, *, overwrite: bool = False, why: str = ""
    ) -> Path:
        """Copy an entry's file to `target` on this machine (a file, or a folder that takes it under its own name)."""
        require(actor, Permission.DOWNLOAD_EVIDENCE)
        entry = await self.custodian.entry(entry_id)
        path = await asyncio.to_thread(_place, entry, target, overwrite=overwrite)
        _, source = await self.custodian.open(entry, Act.EXPORTED, actor, f"to {path}", why=why)
        return await asyncio.to_thread(_copy, source, path)

    async def verify(self, entry_id: EntryId, actor: Actor) -> tuple[str, bool]:
        """Hash the stored bytes again; returns the hash (empty: unreadable) and whether it is the entry's."""
        require(actor, Permission.SEE)
        entry = await self.custodian.entry(entry_id)
        assert entry.file is not None
        found = await self.custodian.found(entry, actor)
        if found != entry.file.sha256:
            await self.custodian.damaged(entry, found_said(found), actor)
        else:
            await self.custodian.note(custody_of(entry, Act.VERIFIED, door=actor.door, address=actor.address), actor)
        return found, found == entry.file.sha256

    async def restrict(
        self, incident: IncidentId, people: Sequence[str], reason: str, actor: Actor, *, to_all: bool = False
    ) -> None:
        """Restrict an incident's evidence to named people; or, with `to_all`, open it to every role that may."""
        require(actor, Permission.RESTRICT_EVIDENCE)
        reason = _reason(reason, "Evidence is restricted or opened")
        await self.redaction.journal.incident(incident)
        if to_all and people:
            raise InvalidInputError(
                f"It is either for {', '.join(people)}, or for everyone with the necessary role. Say one of the two."
            )
        names = () if to_all else await named_people(people, self.users, actor)
        now, to = (
            self.clock.now(),
            f"for {', '.join(names)} only" if names else "for everyone with the necessary role again",
        )
        rule = Restriction(incident=incident, people=names, by=actor.name, at=now, reason=reason)
        custody = Custody(
            incident=incident, act=Act.RESTRICTED, door=actor.door, address=actor.address, reason=f"{to}: {reason}"
        )
        await self.store.custody.restrict(rule, custody)
        said = f"{actor.name}: the evidence of this incident is {to}. Reason: {reason}"
        line = await Line(incident=incident, text=said, at=now, actor=actor.name).entry(self.store)
        await self.redaction.journal.commit(Changes(actor=actor.name, at=now, entries=[line]))

    async def restriction(self, incident: IncidentId, actor: Actor) -> Restriction | None:
        """Return whom an incident's evidence is restricted to; None when the role alone decides."""
        require(actor, Permission.SEE)
        return await self.store.custody.restriction(incident)

    async def delete(self, entry_id: EntryId, reason: str, actor: Actor) -> bool:
        """Delete an entry's file; the entry stays, with who and why. Returns whether the bytes are removed already.

        They stay while another entry has them, and for some minutes when they have just been stored.
        """
        require(actor, Permission.DELETE_EVIDENCE)
        reason = _reason(reason, "Evidence is deleted")
        entry = await self.custodian.entry(entry_id)
        assert entry.file is not None
        gone = replace(entry, deleted=Deleted(by=actor.name, at=self.clock.now(), reason=reason))
        file = entry.file
        said = f"{actor.name} deleted {file.name!r} (entry {entry_id}, SHA-256 {file.sha256}). Reason: {reason}"
        custody = custody_of(entry, Act.DELETED, door=actor.door, address=actor.address, reason=reason)
        await self.custodian.tell(entry.incident, said, custody, actor, [gone])
        return await self.custodian.release(entry.file.sha256)

    async def custody(self, incident: IncidentId, actor: Actor, after: int = 0) -> Sequence[CustodyEvent]:
        """Return what happened to the evidence of an incident, in order: who, what, when, from where.

        From where is for those who may have evidence themselves.
        """
        require(actor, Permission.SEE)
        events = await self.store.custody.events(incident, after)
        is_told = may(actor.role, Permission.DOWNLOAD_EVIDENCE)
        return [custody_event(event, is_told=is_told) for event in events]


def custody_event(event: Event, *, is_told: bool = True) -> CustodyEvent:
    """Read an event of custody."""
    assert event.incident is not None
    custody = custody_from(event.payload, event.incident)
    custody = custody if is_told else replace(custody, address="")
    return CustodyEvent(sequence=event.sequence, at=event.at, actor=event.actor, custody=custody)


def _reason(reason: str, what: str) -> str:
    if not reason.strip():
        raise InvalidInputError(f"{what} with a reason, which custody keeps. Say why.")
    return reason.strip()


def _place(entry: Entry, target: Path, *, overwrite: bool) -> Path:
    assert entry.file is not None
    refuse_unless_a_name(target)
    path = target / plain_name(entry.file.name) if target.is_dir() else target
    if path.exists() and not overwrite:
        raise ConflictError(f"{path} exists already. Choose another name, or say --overwrite.")
    return path


def _copy(source: BinaryIO, path: Path) -> Path:
    """Copy to the end; a copy that fails leaves no partial file behind."""
    with source:
        try:
            with path.open("wb") as sink:
                shutil.copyfileobj(source, sink, CHUNK)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InvalidInputError(f"{path} cannot be written: {reason}. Choose another place.") from error
        except DamagedError:
            if path.is_file():
                path.unlink()
            raise
    return path


def plain_name(name: str) -> str:
    r"""Return a file name that is safe in any folder: hostile names neither lead out of it nor break it.

    >>> plain_name("..\\..\\etc/passwd"), plain_name("a\tb"), plain_name("..")
    ('passwd', 'a_b', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    safe = "".join(character if character.isprintable() else "_" for character in last)
    while len(safe.encode()) > LONGEST_NAME:
        safe = safe[1:]  # the end is kept, for the suffix
    return "file" if safe in {"", ".", ".."} else safe
