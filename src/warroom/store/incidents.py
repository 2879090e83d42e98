"""Incidents as rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from sqlalchemy import Column, ColumnElement, Select, bindparam, func, select, tuple_

from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.services.ports.store import IncidentGroup, IncidentQuery, IncidentSort
from warroom.store import kinds, search
from warroom.store.body import Large, incident_number, pack, plain
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import INCIDENT

SAVE = Upsert(table=INCIDENT)

_COLUMNS = (INCIDENT.c.number, INCIDENT.c.body, INCIDENT.c.blob)
_ONE = select(*_COLUMNS).where(INCIDENT.c.number == bindparam("number"))
_GROUP = (INCIDENT.c.type, INCIDENT.c.status, INCIDENT.c.severity, INCIDENT.c.owner)
_ORDER: Mapping[IncidentSort, tuple[Column[Any], ...]] = {
    IncidentSort.NEWEST: (INCIDENT.c.number,),
    IncidentSort.SEVERITY: (INCIDENT.c.severity, INCIDENT.c.number),
}
_CHUNK = 500


def row_of(incident: Incident, large: Large) -> Row:
    body = pack(kinds.INCIDENT, incident, f"Incident {incident.id}", large)
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
        plain(incident.owner),
        plain(incident.mirror_source) if mirror else None,
    )


def _incident_from(row: Row, db: Rows) -> Incident:
    number, text, blob = row
    return db.read(kinds.INCIDENT, text, blob, id=str(number))


def by_id(db: Rows, incident: IncidentId) -> Incident:
    rows = db.of(_ONE, number=incident_number(incident))
    if not rows:
        raise NotFoundError(f"There is no incident {incident}.")
    return _incident_from(rows[0], db)


def matching(db: Rows, query: IncidentQuery) -> list[Incident]:
    # Which ones, an index says alone; only their bodies are read then.
    page = _page(query, db).limit(query.limit).offset(query.offset).correlate(None)
    rows = select(*_COLUMNS).where(INCIDENT.c.number.in_(page)).order_by(*_order(query))
    return [_incident_from(row, db) for row in db.select(rows)]


def _page(query: IncidentQuery, db: Rows) -> Select[Row]:
    every = select(INCIDENT.c.number)
    # When the filters leave few of the found incidents, they are applied first: else many pages would be read.
    is_soon_full = query.sort is IncidentSort.NEWEST and (query.owner, query.type) == (None, None)
    if query.text is not None and is_soon_full and not query.severities:
        found = search.newest_first(every, query.text, db.dialect)
        if found is not None:
            return found.where(*_wanted(replace(query, text=None), db), *_behind(query))
    return every.where(*_wanted(query, db), *_behind(query)).order_by(*_order(query))


def _order(query: IncidentQuery) -> Iterator[ColumnElement[Any]]:
    return (column.desc() for column in _ORDER[query.sort])


def count(db: Rows, query: IncidentQuery) -> int:
    wanted = (*_wanted(query, db), *_behind(query))
    ((found,),) = db.select(select(func.count()).select_from(INCIDENT).where(*wanted))
    return int(found)


def groups(db: Rows, query: IncidentQuery) -> list[IncidentGroup]:
    statement = select(*_GROUP, func.count()).where(*_wanted(query, db)).group_by(*_GROUP)
    return [
        IncidentGroup(type=kind, status=Status(status), severity=Severity(severity), owner=owner, count=number)
        for kind, status, severity, owner, number in db.select(statement)
    ]


def _behind(query: IncidentQuery) -> Iterator[ColumnElement[bool]]:
    """Return the condition for what follows the incident that a page ended with."""
    if query.before is None:
        return
    number = incident_number(query.before)
    match query.sort:
        case IncidentSort.NEWEST:
            yield INCIDENT.c.number < number
        case IncidentSort.SEVERITY:
            severity = select(INCIDENT.c.severity).where(INCIDENT.c.number == number).scalar_subquery()
            yield tuple_(*_ORDER[query.sort]) < tuple_(severity, number)
        case _:
            assert_never(query.sort)


def _wanted(query: IncidentQuery, db: Rows) -> Iterator[ColumnElement[bool]]:
    if query.type is not None:
        yield INCIDENT.c.type == plain(query.type)
    if query.status is not None:
        yield INCIDENT.c.status == query.status.value
    if query.severity is not None:
        yield INCIDENT.c.severity == query.severity.value
    if query.mirror_instance is not None:
        yield INCIDENT.c.mirror_instance == plain(query.mirror_instance)
    if query.statuses:
        yield INCIDENT.c.status.in_([status.value for status in query.statuses])
    if query.severities:
        yield INCIDENT.c.severity.in_([severity.value for severity in query.severities])
    if query.owner is not None:
        yield INCIDENT.c.owner == plain(query.owner)
    if query.but_type is not None:
        yield INCIDENT.c.type != plain(query.but_type)
    if query.text is not None:
        yield from search.found(query.text, db.dialect)


def known_mirrors(db: Rows, instance: IntegrationInstance, ids: Sequence[str]) -> Mapping[str, IncidentId]:
    sources = [plain(instance.id), plain(instance.name)]
    originals = {plain(remote): remote for remote in ids}
    asked = list(originals)
    known: dict[str, IncidentId] = {}
    for start in range(0, len(asked), _CHUNK):
        statement = select(INCIDENT.c.mirror_id, INCIDENT.c.number).where(
            INCIDENT.c.mirror_source.in_(sources),
            INCIDENT.c.mirror_id.in_(asked[start : start + _CHUNK]),
        )
        known |= {originals[remote]: IncidentId(str(number)) for remote, number in db.select(statement)}
    return known
