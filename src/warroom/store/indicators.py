"""Indicators as rows, the incidents in which they were seen, and excluded values."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, select, text, tuple_

from warroom.model.ids import IncidentId, IndicatorId
from warroom.model.indicator import Indicator, folded
from warroom.services.ports.events import NewEvent
from warroom.services.ports.indicator_events import changed_event, excluded_event, removed_event
from warroom.services.ports.indicators import (
    Exclusion,
    IndicatorEdit,
    IndicatorQuery,
    IndicatorSort,
    IndicatorStore,
)
from warroom.store import events, kinds, numbers
from warroom.store.body import incident_number, micros, moment, plain, read, text_of
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Lookup, Row, Upsert
from warroom.store.tables import INDICATOR, INDICATOR_EXCLUSION, INDICATOR_INCIDENT
from warroom.store.writer import Writer

SAVE = Upsert(table=INDICATOR)
LINK = Upsert(table=INDICATOR_INCIDENT, ignore=True)
EXCLUDE = Upsert(table=INDICATOR_EXCLUSION)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('warroom.indicator'))")  # until the transaction ends
_BY_ID = Lookup(start="SELECT id, body FROM indicator WHERE id")
_INCIDENTS = Lookup(start="SELECT indicator, incident FROM indicator_incident WHERE indicator")
_UNLINK = Lookup(start="DELETE FROM indicator_incident WHERE indicator = ? AND incident")
_FORGET = Lookup(start="DELETE FROM indicator_incident WHERE indicator")
_REMOVE = Lookup(start="DELETE FROM indicator WHERE id")
_EXCLUDED = select(INDICATOR_EXCLUSION).order_by(INDICATOR_EXCLUSION.c.folded, INDICATOR_EXCLUSION.c.type)
_ORDER: Mapping[IndicatorSort, tuple[Column[Any], ...]] = {
    IndicatorSort.CREATED: (INDICATOR.c.created, INDICATOR.c.id),
    IndicatorSort.SEEN: (INDICATOR.c.seen, INDICATOR.c.id),
}


@dataclass(frozen=True, slots=True)
class SqlIndicators(IndicatorStore):
    """Implements the IndicatorStore port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def change(
        self, ids: Sequence[IndicatorId], edit: IndicatorEdit, actor: str, at: datetime
    ) -> Sequence[Indicator]:
        return await self.writer.step(partial(_change, ids=ids, edit=edit, actor=actor, at=at))

    async def remove(self, ids: Collection[IndicatorId], actor: str, at: datetime) -> int:
        return await self.writer.step(partial(_remove, ids=ids, actor=actor, at=at))

    async def indicators(self, query: IndicatorQuery) -> Sequence[Indicator]:
        return await self.reader.ask(_matching, query)

    async def count(self, query: IndicatorQuery) -> int:
        return await self.reader.ask(_count, query)

    async def exclude(self, exclusions: Sequence[Exclusion]) -> None:
        await self.writer.step(partial(_exclude, exclusions=exclusions))

    async def exclusions(self) -> Sequence[Exclusion]:
        return await self.reader.ask(_exclusions)


def _change(
    connection: Connection, ids: Sequence[IndicatorId], edit: IndicatorEdit, actor: str, at: datetime
) -> Sequence[Indicator]:
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        connection.execute(_LOCK)
    before = _by_ids(connection, ids)
    after = edit(before)
    SAVE.write(connection, [_row_of(indicator) for indicator in after])
    links: list[Row] = []
    for indicator in after:
        had = set(before[indicator.id].incidents) if indicator.id in before else set()
        links += [(indicator.id, incident_number(one)) for one in indicator.incidents if one not in had]
        if gone := [incident_number(one) for one in had - set(indicator.incidents)]:
            list(_UNLINK.rows(connection, gone, indicator.id))
    LINK.write(connection, links)
    _log(connection, [changed_event(before.get(one.id), one) for one in after], actor, at)
    return after


def _remove(connection: Connection, ids: Collection[IndicatorId], actor: str, at: datetime) -> int:
    gone = _by_ids(connection, list(ids))
    for statement in (_FORGET, _REMOVE):
        list(statement.rows(connection, list(gone)))
    _log(connection, [removed_event(one) for one in gone.values()], actor, at)
    return len(gone)


def _log(connection: Connection, new: Sequence[NewEvent], actor: str, at: datetime) -> None:
    if new:
        first = numbers.take(connection, numbers.EVENT, len(new))
        rows = [events.row_of(one, first + place, micros(at), plain(actor)) for place, one in enumerate(new)]
        events.SAVE.write(connection, rows)


def _row_of(indicator: Indicator) -> Row:
    return (
        indicator.id,
        plain(indicator.type),
        plain(folded(indicator.value)),
        int(indicator.score),
        micros(indicator.created),
        micros(indicator.last_seen),
        text_of(kinds.INDICATOR, indicator, f"Indicator {indicator.value}"),
    )


def _by_ids(connection: Connection, ids: Sequence[IndicatorId]) -> Mapping[IndicatorId, Indicator]:
    return {one.id: one for one in _with_incidents(connection, list(_BY_ID.rows(connection, list(dict.fromkeys(ids)))))}


def _with_incidents(connection: Connection, rows: Sequence[Row]) -> list[Indicator]:
    seen: dict[str, list[int]] = defaultdict(list)
    for name, number in _INCIDENTS.rows(connection, [name for name, _ in rows]):
        seen[name].append(number)
    return [
        read(
            kinds.INDICATOR,
            body,
            id=IndicatorId(name),
            incidents=tuple(IncidentId(str(number)) for number in sorted(seen[name])),
        )
        for name, body in rows
    ]


def _matching(db: Rows, query: IndicatorQuery) -> list[Indicator]:
    order = _ORDER[query.sort]
    page = select(INDICATOR.c.id, INDICATOR.c.body).where(*_wanted(query))
    if query.after:
        page = page.where(tuple_(*order) < tuple_(micros(query.after.at), query.after.id))
    with db.connect() as connection:
        rows = connection.execute(page.order_by(*(column.desc() for column in order)).limit(query.limit))
        return _with_incidents(connection, [(name, body) for name, body in rows])


def _count(db: Rows, query: IndicatorQuery) -> int:
    ((found,),) = db.select(select(func.count()).select_from(INDICATOR).where(*_wanted(query)))
    return int(found)


def _wanted(query: IndicatorQuery) -> Iterator[ColumnElement[bool]]:
    if query.id is not None:
        yield INDICATOR.c.id == query.id
    if query.value is not None:
        yield INDICATOR.c.folded == plain(folded(query.value))
    if query.text:
        yield INDICATOR.c.folded.contains(plain(folded(query.text)), autoescape=True)
    if query.type is not None:
        yield INDICATOR.c.type == plain(query.type)
    if query.score is not None:
        yield INDICATOR.c.score == int(query.score)
    if query.incident is not None:
        number = incident_number(query.incident)
        seen = select(INDICATOR_INCIDENT.c.indicator).where(INDICATOR_INCIDENT.c.incident == number)
        yield INDICATOR.c.id.in_(seen)


def _exclude(connection: Connection, exclusions: Sequence[Exclusion]) -> None:
    rows: list[Row] = [
        (
            plain(folded(one.value)),
            plain(one.type),
            plain(one.value),
            plain(one.reason),
            plain(one.actor),
            micros(one.at),
        )
        for one in exclusions
    ]
    EXCLUDE.write(connection, rows)
    for one in exclusions:
        _log(connection, [excluded_event(one)], one.actor, one.at)


def _exclusions(db: Rows) -> list[Exclusion]:
    return [
        Exclusion(value=value, type=kind, reason=reason, actor=actor, at=moment(at))
        for _, kind, value, reason, actor, at in db.of(_EXCLUDED)
    ]
