"""Evidence: the files of the War Room, who did what with them, and who may have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked
from warroom.doors.local import path_for
from warroom.doors.operation import reads, writes
from warroom.doors.war_room import EntryShown, OneEntry, entry_of
from warroom.model.custody import Act, CustodyEvent, Restriction
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.evidence.meters import Stage
from warroom.services.people.access import Permission

LONGEST_REASON = 10_000


class EvidenceList(Asked):
    """Of which incident; without one, of all."""

    incident: str | None = None


class CustodyList(Asked):
    """Of which incident, from which event on."""

    incident: str
    after: int = Field(default=0, ge=0, le=2**53, description="Events with a greater number.")


class OneCase(Asked):
    """The evidence of which incident."""

    incident: str


class Restricting(OneCase):
    """For whom an incident's evidence is from now on, by name; with `open`: everyone with the necessary role."""

    people: list[str] = Field(default=[], max_length=100)
    open: bool = False
    reason: str = Field(max_length=LONGEST_REASON)


class Deleting(OneEntry):
    """Which entry's file is deleted, and why."""

    reason: str = Field(max_length=LONGEST_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLine:
    """What happened to evidence: who did what with which file, when, and from where; without an entry, with all."""

    sequence: int
    at: datetime
    actor: str
    change: Act
    entry: EntryId | None
    name: str
    sha256: str
    size: int
    door: str
    address: str
    reason: str
    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionShown:
    """For whom an incident's evidence is; no names means everyone with the necessary role."""

    people: Sequence[str]
    by: str
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The hash of the bytes as they are stored now; empty when they cannot be read."""

    entry: EntryId
    sha256: str
    intact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDeleted:
    """Whose file is deleted; `removed` says whether its bytes are gone already."""

    entry: EntryId
    removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportUnderWay:
    """The progress of an export: files of this stage that are done, and bytes of them."""

    incident: IncidentId
    by: str
    since: datetime
    stage: Stage
    files: int
    of_files: int
    bytes: int
    of_bytes: int


def _line(event: CustodyEvent) -> CustodyLine:
    at = {"sequence": event.sequence, "at": event.at, "actor": event.actor}
    return shaped(CustodyLine, event.custody, change=event.custody.act, **at)


def restriction_of(restriction: Restriction | None) -> RestrictionShown:
    """Shape for whom evidence is."""
    if restriction is None:
        return RestrictionShown(people=[], by="", at=None, reason="")
    return shaped(RestrictionShown, restriction)


@reads("evidence.list", Permission.SEE, NotFoundError)
async def list_evidence(app: App, asked: EvidenceList, actor: Actor) -> list[EntryShown]:
    """List the entries that hold a file, of one incident or of all."""
    found = await app.evidence.list(actor, IncidentId(asked.incident) if asked.incident else None)
    return [entry_of(entry, path_for(actor, app.evidence.location(entry))) for entry in found]


@reads("evidence.custody", Permission.SEE, NotFoundError)
async def list_custody(app: App, asked: CustodyList, actor: Actor) -> list[CustodyLine]:
    """List what happened to the evidence of an incident: who saved, viewed, took or verified which file."""
    incident = await app.incidents.get(IncidentId(asked.incident), actor)
    return [_line(event) for event in await app.evidence.custody(incident.id, actor, asked.after)]


@reads("evidence.restriction", Permission.SEE, NotFoundError)
async def show_restriction(app: App, asked: OneCase, actor: Actor) -> RestrictionShown:
    """Return the people that the incident's evidence is restricted to."""
    incident = await app.incidents.get(IncidentId(asked.incident), actor)
    return restriction_of(await app.evidence.restriction(incident.id, actor))


@reads("evidence.exports", Permission.SEE)
async def list_exports(app: App, asked: EvidenceList, actor: Actor) -> list[ExportUnderWay]:
    """List the exports that are being made now, of one incident or of all, and how far each is."""
    incident = IncidentId(asked.incident) if asked.incident else None
    return [shaped(ExportUnderWay, one) for one in await app.exporting.under_way(actor, incident)]


@writes("evidence.restrict", Permission.RESTRICT_EVIDENCE, NotFoundError)
async def restrict_evidence(app: App, asked: Restricting, actor: Actor) -> RestrictionShown:
    """Keep the incident's evidence for named people, or open it to everyone with the necessary role."""
    incident = IncidentId(asked.incident)
    await app.evidence.restrict(incident, asked.people, asked.reason, actor, to_all=asked.open)
    return restriction_of(await app.evidence.restriction(incident, actor))


@writes("evidence.delete", Permission.DELETE_EVIDENCE, NotFoundError, ConflictError)
async def delete_file(app: App, asked: Deleting, actor: Actor) -> FileDeleted:
    """Delete an entry's file with a reason; the entry stays and says so."""
    entry = EntryId(asked.entry)
    return FileDeleted(entry=entry, removed=await app.evidence.delete(entry, asked.reason, actor))


@writes("evidence.verify", Permission.SEE, NotFoundError)
async def verify_file(app: App, asked: OneEntry, actor: Actor) -> Verified:
    """Hash the stored bytes again; custody keeps that."""
    digest, is_intact = await app.evidence.verify(EntryId(asked.entry), actor)
    return Verified(entry=EntryId(asked.entry), sha256=digest, intact=is_intact)
