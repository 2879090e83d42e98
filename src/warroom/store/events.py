"""The event log as rows."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from warroom.model.event import Event
from warroom.services.ports.events import NewEvent
from warroom.store import kinds, numbers
from warroom.store.body import encode, incident_number, micros, moment, plain
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import EVENT

SAVE = Upsert(table=EVENT)

_AFTER = select(EVENT).where(EVENT.c.sequence > bindparam("after")).order_by(EVENT.c.sequence).limit(bindparam("most"))
_LAST = select(func.coalesce(func.max(EVENT.c.sequence), 0))


def row_of(new_event: NewEvent, sequence: int, at: int, actor: str) -> Row:
    incident = None if new_event.incident is None else incident_number(new_event.incident)
    return (sequence, at, incident, new_event.kind, actor, _text_of(new_event))


def _text_of(new_event: NewEvent) -> str:
    """Write an event's body from its columns, without making the event: commits write many."""
    return encode([kinds.EVENT.version, {"payload": new_event.payload}], "An event")


def append(connection: Connection, new_event: NewEvent, actor: str, at: datetime) -> None:
    """Log a change that is not part of a `Changes`, in its transaction."""
    sequence = numbers.take(connection, numbers.EVENT, 1)
    SAVE.write(connection, [row_of(new_event, sequence, micros(at), plain(actor))])


def after(db: Rows, sequence: int, limit: int) -> list[Event]:
    return [event_from(row, db) for row in db.of(_AFTER, after=sequence, most=limit)]


def last(db: Rows) -> int:
    ((sequence,),) = db.of(_LAST)
    return int(sequence)


def event_from(row: Row, db: Rows) -> Event:
    sequence, at, incident, kind, actor, body = row
    home = None if incident is None else str(incident)
    return db.read(kinds.EVENT, body, sequence=sequence, at=moment(at), incident=home, kind=kind, actor=actor)
