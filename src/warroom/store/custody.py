"""Custody as rows: its events are found by incident, damages by hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select, text, union_all, update

from warroom.model.custody import Custody, Damage, Restriction, Shelf
from warroom.model.entry import Entry
from warroom.model.event import Event
from warroom.model.ids import IncidentId
from warroom.services.ports.events import new_custody_event
from warroom.store import entries, events
from warroom.store.body import incident_number, micros, moment, plain
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Upsert, run
from warroom.store.tables import (
    CONTEXT_PATCH,
    CONTEXT_SNAPSHOT,
    DAMAGE,
    ENTRY,
    EVENT,
    EVIDENCE_RULE,
    INCIDENT,
    SET_ASIDE,
    SHELF,
    TASK,
    UNNEEDED_BLOB,
    WORK_PLAN,
)
from warroom.store.writer import Writer

SAVE_RULE = Upsert(table=EVIDENCE_RULE)
SAVE_SHELF = Upsert(table=SHELF)
SAVE_DAMAGE = Upsert(table=DAMAGE)

# The kind is a literal, not a parameter: the partial index of these events is used only then.
_EVENTS = (
    select(EVENT)
    .where(text("kind = 'evidence'"), EVENT.c.incident == bindparam("incident"), EVENT.c.sequence > bindparam("after"))
    .order_by(EVENT.c.sequence)
    .limit(bindparam("most"))
)
_HOLDERS = (
    select(ENTRY.c.incident, ENTRY.c.number, ENTRY.c.body, ENTRY.c.blob)
    .where(ENTRY.c.file.is_not(None), ENTRY.c.file == bindparam("sha256"))
    .order_by(ENTRY.c.incident, ENTRY.c.number)
)
_WITH_BLOBS = (INCIDENT, ENTRY, CONTEXT_PATCH, CONTEXT_SNAPSHOT, WORK_PLAN, TASK)
_BODY = union_all(
    *(select(table.c.blob).where(table.c.blob == bindparam("sha256")) for table in _WITH_BLOBS),
    select(SET_ASIDE.c.record).where(SET_ASIDE.c.record == bindparam("sha256"), SET_ASIDE.c.text.is_(None)),
)
_HASHES = (
    select(ENTRY.c.file)
    .where(ENTRY.c.file.is_not(None), ENTRY.c.file >= bindparam("low"), ENTRY.c.file < bindparam("high"))
    .distinct()
)
_RULE = select(EVIDENCE_RULE).where(EVIDENCE_RULE.c.incident == bindparam("number"))
_OPEN = delete(EVIDENCE_RULE).where(EVIDENCE_RULE.c.incident == bindparam("number"))
_SHELVES = select(SHELF).order_by(SHELF.c.at, SHELF.c.name)
_DAMAGES = select(DAMAGE).order_by(DAMAGE.c.at, DAMAGE.c.sha256)
_DAMAGE = select(DAMAGE.c.found).where(DAMAGE.c.sha256 == bindparam("hash"))
_SEE = update(UNNEEDED_BLOB).where(UNNEEDED_BLOB.c.seen.is_(None)).values(seen=bindparam("now"))
_UNNEEDED = (
    select(UNNEEDED_BLOB.c.sha256)
    .where(UNNEEDED_BLOB.c.seen <= bindparam("before"))
    .order_by(UNNEEDED_BLOB.c.seen, UNNEEDED_BLOB.c.sha256)
    .limit(bindparam("most"))
)
_FORGET = delete(UNNEEDED_BLOB).where(UNNEEDED_BLOB.c.sha256 == bindparam("hash"), UNNEEDED_BLOB.c.seen.is_not(None))
_CLEAR = delete(DAMAGE).where(DAMAGE.c.sha256 == bindparam("hash"))


@dataclass(frozen=True, slots=True)
class SqlCustody:
    """Implements the CustodyStore port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def events(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Event]:
        return await self.reader.ask(_events, incident, after, limit)

    async def holders(self, sha256: str) -> list[Entry]:
        return await self.reader.ask(_holders, sha256)

    async def is_needed(self, sha256: str) -> bool:
        if any(not entry.deleted for entry in await self.holders(sha256)):
            return True
        return await self.reader.ask(_is_body, sha256)

    async def hashes(self, shelf: str) -> Sequence[str]:
        return await self.reader.ask(_hashes, shelf)

    async def restriction(self, incident: IncidentId) -> Restriction | None:
        return await self.reader.look(_restriction, incident)

    async def restrict(self, restriction: Restriction, custody: Custody) -> None:
        await self.writer.step(partial(_restrict, rule=restriction, custody=custody), durable=True)

    async def shelves(self) -> Sequence[Shelf]:
        return await self.reader.ask(_shelves)

    async def save_shelf(self, shelf: Shelf) -> None:
        row = (shelf.name, micros(shelf.at), shelf.blobs, shelf.size)
        await self.writer.step(partial(SAVE_SHELF.write, rows=[row]))

    async def unneeded(self, now: datetime, before: datetime, limit: int) -> Sequence[str]:
        return await self.writer.step(partial(_unneeded, now=now, before=before, limit=limit))

    async def forget_unneeded(self, sha256: str) -> None:
        await self.writer.step(partial(run, statement=_FORGET, hash=sha256))

    async def damages(self) -> Sequence[Damage]:
        return await self.reader.ask(_damages)

    async def save_damage(self, damage: Damage) -> bool:
        return await self.writer.step(partial(_save_damage, damage=damage))

    async def clear_damage(self, sha256: str) -> bool:
        return await self.writer.step(partial(_clear_damage, sha256=sha256))


def _events(db: Rows, incident: IncidentId, after: int, limit: int) -> list[Event]:
    rows = db.of(_EVENTS, incident=incident_number(incident), after=after, most=limit)
    return [events.event_from(row, db) for row in rows]


def _holders(db: Rows, sha256: str) -> list[Entry]:
    return [entries.entry_from(row, db) for row in db.of(_HOLDERS, sha256=sha256)]


def _is_body(db: Rows, sha256: str) -> bool:
    return bool(db.of(_BODY, sha256=sha256))


def _hashes(db: Rows, shelf: str) -> list[str]:
    return [str(sha256) for (sha256,) in db.of(_HASHES, low=shelf, high=f"{shelf}~")]


def _restriction(db: Rows, incident: IncidentId) -> Restriction | None:
    rows = db.of(_RULE, number=incident_number(incident))
    for _, people, by, at, reason in rows:
        return Restriction(incident=incident, people=tuple(people.split()), by=by, at=moment(at), reason=reason)
    return None


def _restrict(connection: Connection, rule: Restriction, custody: Custody) -> None:
    number = incident_number(rule.incident)
    if rule.people:
        SAVE_RULE.write(
            connection, [(number, " ".join(rule.people), plain(rule.by), micros(rule.at), plain(rule.reason))]
        )
    else:
        run(connection, _OPEN, number=number)
    events.append(connection, new_custody_event(custody), rule.by, rule.at)


def _shelves(db: Rows) -> list[Shelf]:
    return [Shelf(name=name, at=moment(at), blobs=blobs, size=size) for name, at, blobs, size in db.of(_SHELVES)]


def _unneeded(connection: Connection, now: datetime, before: datetime, limit: int) -> list[str]:
    run(connection, _SEE, now=micros(now))
    return [str(sha256) for (sha256,) in run(connection, _UNNEEDED, before=micros(before), most=limit)]


def _damages(db: Rows) -> list[Damage]:
    return [Damage(sha256=sha256, at=moment(at), found=found) for sha256, at, found in db.of(_DAMAGES)]


def _save_damage(connection: Connection, damage: Damage) -> bool:
    known, found = run(connection, _DAMAGE, hash=damage.sha256), plain(damage.found)
    SAVE_DAMAGE.write(connection, [(damage.sha256, micros(damage.at), found)])
    return known != [(found,)]


def _clear_damage(connection: Connection, sha256: str) -> bool:
    known = run(connection, _DAMAGE, hash=sha256)
    run(connection, _CLEAR, hash=sha256)
    return bool(known)
