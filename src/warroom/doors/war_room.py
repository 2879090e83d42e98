"""The War Room: its entries, notes, and typed commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import Window, shaped
from warroom.doors.asked import Asked
from warroom.doors.operation import reads, writes
from warroom.model.entry import Deleted, Entry, EntryFormat, EntryType
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.plan import PlanState
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.incidents.war_room import ENTRIES
from warroom.services.people.access import Permission
from warroom.services.ports.store import EntryKind, EntryQuery

LONGEST_LINE = 1_000_000


class EntryList(Asked):
    """Which entries of an incident: with `after` the next ones, else the last ones, those before `before` with that."""

    incident: str
    after: int | None = 0
    before: int | None = None
    kind: EntryKind | None = None
    limit: int = Field(default=ENTRIES, ge=1, description="The most items in one answer.")


class OneEntry(Asked):
    """Which entry; an entry's id looks like 4@17."""

    entry: str


class Note(Asked):
    """A note, which may be Markdown."""

    incident: str
    text: str = Field(min_length=1, max_length=LONGEST_LINE)


class Typed(Asked):
    """A command as it is typed in the War Room; without an incident it runs on the playground."""

    text: str = Field(min_length=1, max_length=LONGEST_LINE)
    incident: str = ""
    using: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """A file with its hashes; `path` is where it is stored, for clients on the same machine."""

    name: str
    size: int
    md5: str
    sha1: str
    sha256: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """An entry; `type` 4 is an error."""

    id: EntryId
    type: EntryType
    format: EntryFormat
    contents: Json
    human_readable: str | None
    context: Mapping[str, Json]
    file: FileShown | None
    deleted: Deleted | None
    incident: IncidentId
    created: datetime
    modified: datetime | None
    actor: str
    command: str
    instance: str
    plan: PlanId | None
    task: TaskKey | None
    note: bool
    tags: Sequence[str]
    trace: str
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A command that was started; its entries will be in the War Room."""

    incident: IncidentId
    plan: PlanId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran(Started):
    """A command that has ended or waits, with its own entries."""

    state: PlanState
    entries: Sequence[EntryShown]


def entry_of(entry: Entry, location: str = "") -> EntryShown:
    """Shape an entry, with the path of its file."""
    return shaped(EntryShown, entry, file=shaped(FileShown, entry.file, path=location) if entry.file else None)


async def incident_or_playground(app: App, incident: str, actor: Actor) -> Incident:
    """Return the incident of this id; without one, the playground."""
    return await (app.incidents.get(IncidentId(incident), actor) if incident else app.war_room.playground(actor))


@reads("entries", Permission.SEE, NotFoundError)
async def list_entries(app: App, asked: EntryList, actor: Actor) -> Window[EntryShown]:
    """List entries in order: with `after` the next ones, else the last ones, those before `before` with that."""
    query = EntryQuery(
        incident=IncidentId(asked.incident),
        after=asked.after,
        before=asked.before,
        kind=asked.kind,
        limit=min(asked.limit, ENTRIES),
    )
    found = await app.war_room.find(query, actor)
    return Window(items=[entry_of(entry) for entry in found], full=len(found) == query.limit)


@reads("entry.show", Permission.SEE, NotFoundError)
async def show_entry(app: App, asked: OneEntry, actor: Actor) -> EntryShown:
    """Return one entry; an entry's id looks like 4@17."""
    return entry_of(await app.war_room.entry(EntryId(asked.entry), actor))


@writes("say", Permission.NOTE, NotFoundError)
async def say(app: App, asked: Note, actor: Actor) -> EntryShown:
    """Add a note, which may be Markdown."""
    return entry_of(await app.war_room.say(asked.text, IncidentId(asked.incident), actor))


@writes("start", Permission.RUN_READS, NotFoundError, ConflictError)
async def start(app: App, asked: Typed, actor: Actor) -> Started:
    """Start a typed command; its entries will be in the War Room."""
    incident = await incident_or_playground(app, asked.incident, actor)
    plan = await app.war_room.run(asked.text, incident, actor, asked.using)
    return Started(incident=incident.id, plan=plan.id)


@writes("run", Permission.RUN_READS, NotFoundError, ConflictError)
async def run(app: App, asked: Typed, actor: Actor) -> Ran:
    """Run a typed command to its end; returns its entries, an error as an entry of type 4."""
    incident = await incident_or_playground(app, asked.incident, actor)
    plan = await app.war_room.run(asked.text, incident, actor, asked.using)
    ended = await app.conductor.see_through(plan.id, Lane.PEOPLE)
    newest = await app.war_room.find(EntryQuery(incident=incident.id, limit=ENTRIES), actor)
    entries = [entry for entry in newest if entry.plan == plan.id]
    return Ran(incident=incident.id, plan=plan.id, state=ended.state, entries=[entry_of(entry) for entry in entries])
