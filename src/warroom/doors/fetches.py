"""Records that became no incident, set aside or dropped by a rule: list, show, replay, drop. Also resets a fetch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import Page, shaped
from warroom.doors.asked import Asked, Nothing
from warroom.doors.cursor import read, written
from warroom.doors.operation import reads, writes
from warroom.doors.words import moment_named
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission
from warroom.services.ports.fetches import DroppedMark, DroppedQuery, SetAside


class OneRecord(Asked):
    """Which record."""

    id: str


class DroppedList(Asked):
    """Of which instance, by its name, and how many of them."""

    instance: str | None = Field(default=None, max_length=200)
    cursor: str | None = Field(default=None, description="What the answer before gave, to page on.")
    limit: int = Field(default=100, ge=1, le=2**31, description="The most items in one answer.")


class Reset(Asked):
    """Which instance's fetch to reset, by its name, and why."""

    name: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """A record that could not be taken: what it seems to be, from where, why, when, and its size in bytes."""

    id: str
    what: str
    why: str
    at: datetime
    size: int
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRecord(RecordLine):
    """One with its text as the product sent it."""

    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedLine(RecordLine):
    """One that a pre-process rule dropped; `rule` is its name."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShown:
    """A pre-process rule: what it does, whether it is on, its pack, and how many alerts are kept that it dropped.

    `flaws` say why it is not applied here. The last one is the grouping of storms, which settings switch on.
    """

    name: str
    does: str
    enabled: bool
    pack: str
    flaws: Sequence[str]
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What it became; no incident where it has become one in another way."""

    id: str
    incidents: Sequence[IncidentId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What is forgotten."""

    dropped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetShown:
    """An instance whose fetch was reset: what of its `lastRun` was in the future, and where it starts."""

    instance: str
    was: str
    says: str


@reads("fetch.list", Permission.SEE)
async def list_set_aside(app: App, _asked: Nothing, actor: Actor) -> list[RecordLine]:
    """List the records that a fetch set aside, oldest first, with the reason."""
    return [shaped(RecordLine, one, instance=one.instance_name) for one in await app.set_asides.list(actor)]


@reads("fetch.dropped", Permission.SEE)
async def list_dropped(app: App, asked: DroppedList, actor: Actor) -> Page[DroppedLine]:
    """List the records that pre-process rules dropped, of all instances or of one, newest first; kept for 30 days."""
    query = DroppedQuery(
        instance_name=asked.instance,
        limit=asked.limit,
        before=mark_of(asked.cursor) if asked.cursor else None,
    )
    found = await app.set_asides.dropped(actor, query)
    return Page(
        items=[shaped(DroppedLine, one, instance=one.instance_name) for one in found],
        cursor=cursor_of(found[-1]) if len(found) == asked.limit else None,
    )


@reads("fetch.rules", Permission.SEE)
async def list_rules(app: App, _asked: Nothing, actor: Actor) -> list[RuleShown]:
    """List the pre-process rules of the packs in the order in which they are tried, and our own grouping."""
    return [shaped(RuleShown, rule) for rule in await app.preprocess_rules.list(actor)]


@reads("fetch.show", Permission.SEE, NotFoundError)
async def show_set_aside(app: App, asked: OneRecord, actor: Actor) -> WholeRecord:
    """Return a record with its text as the product sent it."""
    found = await app.set_asides.show(asked.id, actor)
    return shaped(WholeRecord, found.aside, instance=found.aside.instance_name, record=found.record)


@writes("fetch.replay", Permission.MANAGE_INSTANCES, NotFoundError, ConflictError)
async def replay_set_aside(app: App, asked: OneRecord, actor: Actor) -> Replayed:
    """Make an incident of a record, regardless of its size; refused when it still cannot be taken."""
    return Replayed(id=asked.id, incidents=(await app.set_asides.replay(asked.id, actor)).incidents)


@writes("fetch.drop", Permission.MANAGE_INSTANCES, NotFoundError)
async def drop_set_aside(app: App, asked: OneRecord, actor: Actor) -> Dropped:
    """Drop a record; the event log keeps who did that."""
    return Dropped(dropped=(await app.set_asides.drop(asked.id, actor)).id)


@writes("fetch.reset", Permission.MANAGE_INSTANCES, NotFoundError, ConflictError)
async def reset_fetch(app: App, asked: Reset, actor: Actor) -> ResetShown:
    """Make an instance fetch as for the first time: if its `lastRun` is in the future, or from another tenant."""
    return shaped(ResetShown, await app.resetting.reset(asked.name, asked.reason, actor))


def cursor_of(dropped: SetAside) -> str:
    """Encode the place of a dropped record as an opaque cursor."""
    return written(dropped.at.isoformat(), dropped.id)


def mark_of(cursor: str) -> DroppedMark:
    """Read what `cursor_of` wrote."""

    def place(at: str, id_: str) -> DroppedMark:
        return DroppedMark(at=moment_named(at), id=id_)

    return read(cursor, place)
