"""Custody as rows: its events are found by incident, damages by hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select, text

from warroom.model.custody import Damage
from warroom.model.entry import Entry
from warroom.model.event import Event
from warroom.model.ids import IncidentId
from warroom.store import entries, events
from warroom.store.body import incident_number, micros, moment, plain
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Upsert, run
from warroom.store.tables import DAMAGE, ENTRY, EVENT
from warroom.store.writer import Writer

SAVE_DAMAGE = Upsert(table=DAMAGE)

# The kind stands there as it is, and not as a parameter: only so is the index of these events used.
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
_DAMAGES = select(DAMAGE).order_by(DAMAGE.c.at, DAMAGE.c.sha256)
_DAMAGE = select(DAMAGE.c.found).where(DAMAGE.c.sha256 == bindparam("hash"))
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
