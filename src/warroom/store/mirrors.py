"""What is remembered of mirrored incidents, as rows."""

from sqlalchemy import bindparam, or_, select

from warroom.model.ids import IncidentId, InstanceId
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.services.ports.store import MirrorQuery
from warroom.store import kinds
from warroom.store.body import incident_number, plain, text_of
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
    text = text_of(kinds.MIRROR_RECORD, record, f"The mirror record of incident {record.incident}")
    return (incident_number(record.incident), plain(record.instance), int(record.due), text)


def run_row(mirror_run: MirrorRun) -> Row:
    text = text_of(kinds.MIRROR_RUN, mirror_run, f"The mirror run of {mirror_run.instance}")
    return (mirror_run.instance, text)


def run_of(db: Rows, instance: InstanceId) -> MirrorRun:
    for (text,) in db.of(_RUN, instance=instance):
        return db.read(kinds.MIRROR_RUN, text, instance=instance)
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
    return db.read(kinds.MIRROR_RECORD, text, incident=str(number), due=bool(due))
