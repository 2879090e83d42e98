"""How instances fetch, and records that are set aside, as rows; a record's text is in the blob store."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_

from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId, InstanceId
from warroom.services.ports.fetches import DroppedQuery, FetchState, Linked, SetAside, StormKey, Untaken
from warroom.store.body import LIMIT, Large, incident_number, micros, moment, plain
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import FETCH_STATE, LINKED, SET_ASIDE, STORM_KEY

SAVE_STATE = Upsert(table=FETCH_STATE)
SAVE_ASIDE = Upsert(table=SET_ASIDE)

SAVE_LINKED = Upsert(table=LINKED)
SAVE_STORM_KEY = Upsert(table=STORM_KEY)

_CHUNK = 500
_STATES = select(FETCH_STATE)
_ASIDE = select(SET_ASIDE).where(SET_ASIDE.c.rule.is_(None)).order_by(SET_ASIDE.c.at, SET_ASIDE.c.id)
_DROPPED = select(SET_ASIDE).where(SET_ASIDE.c.rule.is_not(None)).order_by(SET_ASIDE.c.at.desc(), SET_ASIDE.c.id.desc())
_COUNTS = (
    select(SET_ASIDE.c.instance, SET_ASIDE.c.rule, func.count())
    .where(SET_ASIDE.c.rule.is_not(None))
    .group_by(SET_ASIDE.c.instance, SET_ASIDE.c.rule)
)
_FORGET_DROPPED = delete(SET_ASIDE).where(SET_ASIDE.c.rule.is_not(None), SET_ASIDE.c.at < bindparam("before"))
_ONE = select(SET_ASIDE).where(SET_ASIDE.c.id == bindparam("aside"))
_FORGET = delete(STORM_KEY).where(STORM_KEY.c.at < bindparam("before"))
_SETTLE = delete(SET_ASIDE).where(SET_ASIDE.c.id == bindparam("aside"))


def state_row(state: FetchState) -> Row:
    return (
        state.instance,
        micros(state.since),
        _stored(state.brought),
        _stored(state.failing_since),
        state.failures,
        plain(state.error),
        _stored(state.started),
        state.deaths,
    )


def aside_row(untaken: Untaken, large: Large) -> Row:
    aside, record = untaken.aside, untaken.record.encode("utf-8", "surrogatepass")
    small = json.dumps(untaken.record) if len(record) <= LIMIT else None
    if small is None:
        large.append(record)
    return (
        aside.id,
        aside.instance,
        plain(aside.instance_name),
        plain(aside.what),
        plain(aside.why),
        micros(aside.at),
        aside.size,
        sha256(record).hexdigest(),
        small,
        plain(aside.rule) or None,
        plain(aside.remote) or None,
    )


def linked_row(linked: Linked) -> Row:
    return (linked.source, plain(linked.remote), incident_number(linked.incident), micros(linked.at))


def storm_key_row(key: StormKey) -> Row:
    return (key.key, incident_number(key.incident), micros(key.at))


def linked_records(db: Rows, source: InstanceId, remotes: Sequence[str]) -> dict[str, IncidentId]:
    originals = {plain(remote): remote for remote in remotes}
    asked = list(originals)
    found: dict[str, IncidentId] = {}
    for start in range(0, len(asked), _CHUNK):
        wanted = LINKED.c.remote.in_(asked[start : start + _CHUNK])
        rows = db.select(select(LINKED.c.remote, LINKED.c.incident).where(LINKED.c.source == source, wanted))
        found |= {originals[remote]: IncidentId(str(number)) for remote, number in rows}
    return found


def storm_leaders(db: Rows, keys: Sequence[str], since: datetime) -> dict[str, IncidentId]:
    found: dict[str, IncidentId] = {}
    for start in range(0, len(keys), _CHUNK):
        wanted = STORM_KEY.c.key.in_(keys[start : start + _CHUNK])
        rows = db.select(select(STORM_KEY.c.key, STORM_KEY.c.incident).where(STORM_KEY.c.at >= micros(since), wanted))
        found |= {key: IncidentId(str(number)) for key, number in rows}
    return found


def forget_storms(connection: Connection, before: datetime) -> None:
    run(connection, _FORGET, before=micros(before))


def forget_dropped(connection: Connection, before: datetime) -> None:
    run(connection, _FORGET_DROPPED, before=micros(before))


def settle(connection: Connection, settled: Sequence[SetAside]) -> None:
    for aside in settled:
        run(connection, _SETTLE, aside=aside.id)


def states(db: Rows) -> dict[InstanceId, FetchState]:
    return {state.instance: state for state in map(_state_from, db.of(_STATES))}


def aside(db: Rows) -> list[SetAside]:
    return [_aside_from(row) for row in db.of(_ASIDE)]


def dropped(db: Rows, query: DroppedQuery) -> list[SetAside]:
    wanted = _DROPPED.limit(query.limit)
    if query.instance_name is not None:
        wanted = wanted.where(SET_ASIDE.c.instance_name == plain(query.instance_name))
    if before := query.before:
        wanted = wanted.where(tuple_(SET_ASIDE.c.at, SET_ASIDE.c.id) < tuple_(micros(before.at), plain(before.id)))
    return [_aside_from(row) for row in db.select(wanted)]


def dropped_counts(db: Rows) -> dict[tuple[InstanceId, str], int]:
    return {(InstanceId(instance), rule): count for instance, rule, count in db.of(_COUNTS)}


def dropped_records(db: Rows, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, str]:
    originals = {plain(remote): remote for remote in remotes}
    asked = list(originals)
    found: dict[str, str] = {}
    for start in range(0, len(asked), _CHUNK):
        wanted = SET_ASIDE.c.remote.in_(asked[start : start + _CHUNK])
        rows = db.select(
            select(SET_ASIDE.c.remote, SET_ASIDE.c.rule).where(
                SET_ASIDE.c.instance == source, wanted, SET_ASIDE.c.rule.is_not(None)
            )
        )
        found |= {originals[remote]: rule for remote, rule in rows}
    return found


def untaken(db: Rows, aside: str) -> Untaken:
    for row in db.of(_ONE, aside=aside):
        return Untaken(aside=_aside_from(row), record=_record(db, row))
    raise NotFoundError(f"No record {aside} is set aside. `warroom fetch list` shows those that are.")


def _record(db: Rows, row: Row) -> str:
    *_, record, text, _, _ = row
    if text is not None:
        return str(json.loads(text))
    with db.blobs.open(record) as file:
        return file.read().decode("utf-8", "surrogatepass")


def _state_from(row: Row) -> FetchState:
    instance, since, brought, failing_since, failures, error, begun, deaths = row
    return FetchState(
        instance=InstanceId(instance),
        since=moment(since),
        brought=_read(brought),
        failing_since=_read(failing_since),
        failures=failures,
        error=error,
        started=_read(begun),
        deaths=deaths or 0,
    )


def _aside_from(row: Row) -> SetAside:
    id_, instance, name, what, why, at, size, _, _, rule, remote = row
    return SetAside(
        id=id_,
        instance=InstanceId(instance),
        instance_name=name,
        what=what,
        why=why,
        at=moment(at),
        size=size,
        rule=rule or "",
        remote=remote or "",
    )


def _stored(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _read(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)
