"""What is remembered of mirrored incidents, as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from warroom.model.ids import IncidentId, InstanceId
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.services.ports.store import MirrorQuery
from warroom.store.body import encode, from_iso, incident_number, iso, plain
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import EVENT, MIRROR_RECORD, MIRROR_RUN

SAVE_RECORD = Upsert(table=MIRROR_RECORD)
SAVE_RUN = Upsert(table=MIRROR_RUN)

TOUCHING = ("incident", "entry")  # kinds of events after which something may have to go out

_COLUMNS = (MIRROR_RECORD.c.incident, MIRROR_RECORD.c.due, MIRROR_RECORD.c.body)
_ONE = select(*_COLUMNS).where(MIRROR_RECORD.c.incident == bindparam("incident"))
_RUN = select(MIRROR_RUN.c.body).where(MIRROR_RUN.c.instance == bindparam("instance"))


def record_row(record: MirrorRecord) -> Row:
    body = {
        "instance": record.instance,
        "fields": dict(record.fields),
        "unsure": list(record.unsure),
        "seen": dict(record.seen),
        "entries": list(record.entries),
        "is_closed": record.is_closed,
        "said_closed": record.said_closed,
        "owes": record.owes,
        "behind": record.behind,
        "synced": iso(record.synced),
    }
    text = encode(body, f"The mirror record of incident {record.incident}")
    return (incident_number(record.incident), plain(record.instance), int(record.due), text)


def run_row(mirror_run: MirrorRun) -> Row:
    body = {"last_update": iso(mirror_run.last_update), "event": mirror_run.event, "value": dict(mirror_run.value)}
    return (mirror_run.instance, encode(body, f"The mirror run of {mirror_run.instance}"))


def run_of(db: Rows, instance: InstanceId) -> MirrorRun:
    for (text,) in db.of(_RUN, instance=instance):
        body: dict[str, Any] = db.unpack(text, None)
        return MirrorRun(instance=instance, last_update=from_iso(body.pop("last_update")), **body)
    return MirrorRun(instance=instance)


def of_incident(db: Rows, incident: IncidentId) -> MirrorRecord | None:
    for row in db.of(_ONE, incident=incident_number(incident)):
        return _record_from(row, db)
    return None


def wanted(db: Rows, query: MirrorQuery) -> list[MirrorRecord]:
    statement = select(*_COLUMNS).where(MIRROR_RECORD.c.instance == plain(query.instance))
    if query.touched_after is not None:
        touched = select(EVENT.c.incident).where(EVENT.c.sequence > query.touched_after, EVENT.c.kind.in_(TOUCHING))
        statement = statement.where(or_(MIRROR_RECORD.c.due == 1, MIRROR_RECORD.c.incident.in_(touched)))
    return [_record_from(row, db) for row in db.select(statement.order_by(MIRROR_RECORD.c.incident).limit(query.limit))]


def _record_from(row: Row, db: Rows) -> MirrorRecord:
    number, due, text = row
    body: dict[str, Any] = db.unpack(text, None)
    return MirrorRecord(
        incident=IncidentId(str(number)),
        due=bool(due),
        synced=datetime.fromisoformat(body.pop("synced")),
        entries=tuple(body.pop("entries")),
        unsure=tuple(body.pop("unsure", ())),
        **body,
    )
