"""Incidents as rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Label, Mirror, Severity, Status
from warroom.model.json import JsonObject
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.store import IncidentQuery
from warroom.store.body import from_iso, incident_number, iso, pack, plain
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import INCIDENT

SAVE = Upsert(table=INCIDENT)

_COLUMNS = (INCIDENT.c.number, INCIDENT.c.body, INCIDENT.c.blob)
_ONE = select(*_COLUMNS).where(INCIDENT.c.number == bindparam("number"))
_TIMES = ("occurred", "created", "modified")
_CHUNK = 500


async def row_of(incident: Incident, blobs: Blobs) -> Row:
    body = await pack(_body_of(incident), f"Incident {incident.id}", blobs)
    mirror = incident.mirror
    return (
        incident_number(incident.id),
        plain(incident.name),
        plain(incident.name.casefold()),
        plain(incident.type),
        incident.severity.value,
        incident.status.value,
        plain(mirror.instance) if mirror else None,
        plain(mirror.id) if mirror else None,
        *body,
    )


def _body_of(incident: Incident) -> JsonObject:
    mirror = incident.mirror
    return {
        "name": incident.name,
        "type": incident.type,
        "severity": incident.severity.value,
        "status": incident.status.value,
        "owner": incident.owner,
        "occurred": iso(incident.occurred),
        "created": iso(incident.created),
        "modified": iso(incident.modified),
        "closed": iso(incident.closed),
        "details": incident.details,
        "raw_json": incident.raw_json,
        "labels": [[label.type, label.value] for label in incident.labels],
        "custom_fields": dict(incident.custom_fields),
        "playbook": incident.playbook,
        "source_brand": incident.source_brand,
        "source_instance": incident.source_instance,
        "mirror": [mirror.instance, mirror.id, mirror.direction] if mirror else None,
        "close_reason": incident.close_reason,
        "close_notes": incident.close_notes,
    }


def _incident_from(row: Row, db: Rows) -> Incident:
    number, text, blob = row
    body = db.unpack(text, blob)
    mirror = body.pop("mirror")
    closed = body.pop("closed")
    times: dict[str, Any] = {name: datetime.fromisoformat(body.pop(name)) for name in _TIMES}
    return Incident(
        id=IncidentId(str(number)),
        severity=Severity(body.pop("severity")),
        status=Status(body.pop("status")),
        labels=tuple(Label(type=kind, value=value) for kind, value in body.pop("labels")),
        mirror=Mirror(instance=mirror[0], id=mirror[1], direction=mirror[2]) if mirror else None,
        closed=from_iso(closed),
        **times,
        **body,
    )


def by_id(db: Rows, incident: IncidentId) -> Incident:
    rows = db.of(_ONE, number=incident_number(incident))
    if not rows:
        raise NotFoundError(f"There is no incident {incident}.")
    return _incident_from(rows[0], db)


def matching(db: Rows, query: IncidentQuery) -> list[Incident]:
    newest = select(*_COLUMNS).where(*_wanted(query)).order_by(INCIDENT.c.number.desc()).limit(query.limit)
    return [_incident_from(row, db) for row in db.select(newest)]


def count(db: Rows, query: IncidentQuery) -> int:
    ((found,),) = db.select(select(func.count()).select_from(INCIDENT).where(*_wanted(query)))
    return int(found)


def _wanted(query: IncidentQuery) -> Iterator[ColumnElement[bool]]:
    if query.type is not None:
        yield INCIDENT.c.type == plain(query.type)
    if query.status is not None:
        yield INCIDENT.c.status == query.status.value
    if query.severity is not None:
        yield INCIDENT.c.severity == query.severity.value
    if query.mirror_instance is not None:
        yield INCIDENT.c.mirror_instance == plain(query.mirror_instance)
    if query.text is not None:
        yield INCIDENT.c.folded.contains(plain(query.text.casefold()), autoescape=True)
    if query.before is not None:
        yield INCIDENT.c.number < incident_number(query.before)


def known_mirrors(db: Rows, instance: str, ids: Sequence[str]) -> Mapping[str, IncidentId]:
    originals = {plain(remote): remote for remote in ids}
    asked = list(originals)
    known: dict[str, IncidentId] = {}
    for start in range(0, len(asked), _CHUNK):
        statement = select(INCIDENT.c.mirror_id, INCIDENT.c.number).where(
            INCIDENT.c.mirror_instance == plain(instance),
            INCIDENT.c.mirror_id.in_(asked[start : start + _CHUNK]),
        )
        known |= {originals[remote]: IncidentId(str(number)) for remote, number in db.select(statement)}
    return known
