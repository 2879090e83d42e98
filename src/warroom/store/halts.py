"""Halts as rows: what is paused, and which plans wait for its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select, text

from warroom.model.halt import Halt
from warroom.model.ids import InstanceId, PlanId
from warroom.model.plan import PlanState, WaitKind
from warroom.services.ports.events import NewEvent
from warroom.services.ports.halts import HaltChange, HaltQuery, new_event_of
from warroom.store import events
from warroom.store.body import micros, moment, plain
from warroom.store.events import event_from
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import EVENT, HALT, TASK, WORK_PLAN
from warroom.store.writer import Writer

SAVE = Upsert(table=HALT)

_ALL = select(HALT).order_by(HALT.c.since, HALT.c.instance)
_ONE = select(HALT).where(HALT.c.instance == bindparam("of"))
_END = delete(HALT).where(HALT.c.instance == bindparam("of"))
# The kind of a wait is in the body of its task. A large body is in a blob: its plan is then woken needlessly.
_HELD = (
    select(WORK_PLAN.c.id)
    .distinct()
    .join(TASK, TASK.c.work_plan == WORK_PLAN.c.id)
    .where(
        and_(
            WORK_PLAN.c.state == PlanState.WAITING.value,
            or_(TASK.c.body.like(bindparam("kind")), TASK.c.blob.is_not(None)),
        )
    )
)


_EVENTS = select(EVENT).where(text("kind = 'halt'")).order_by(EVENT.c.sequence.desc())


@dataclass(frozen=True, slots=True)
class SqlHalts:
    """Implements the Halts port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def all(self) -> Sequence[Halt]:
        return await self.reader.look(_all_of_them)

    async def start(self, halt: Halt) -> bool:
        return await self.writer.step(partial(_begin, halt=halt), durable=True)

    async def end(self, halt: Halt, reason: str, actor: str, at: datetime) -> bool:
        told = new_event_of(halt, "resumed", reason)
        return await self.writer.step(partial(_end, halt=halt, told=told, actor=actor, at=at), durable=True)

    async def tell(self, changes: Sequence[HaltChange]) -> None:
        await self.writer.step(partial(_tell, changes=changes))

    async def past(self, query: HaltQuery) -> Sequence[HaltChange]:
        return await self.reader.look(_past, query)

    async def held(self) -> Sequence[PlanId]:
        return await self.reader.ask(_held)


def _begin(connection: Connection, halt: Halt) -> bool:
    row = (plain(halt.instance), halt.instance_id or "", plain(halt.reason), plain(halt.actor), micros(halt.since))
    if run(connection, _ONE, of=row[0]):
        return False
    SAVE.write(connection, [row])
    events.append(connection, new_event_of(halt, "paused", halt.reason), halt.actor, halt.since)
    return True


def _end(connection: Connection, halt: Halt, told: NewEvent, actor: str, at: datetime) -> bool:
    name = plain(halt.instance)
    if not run(connection, _ONE, of=name):
        return False
    run(connection, _END, of=name)
    events.append(connection, told, actor, at)
    return True


def _tell(connection: Connection, changes: Sequence[HaltChange]) -> None:
    for change in changes:
        events.append(connection, change.new_event, change.actor, change.at)


def _all_of_them(db: Rows) -> list[Halt]:
    return [_halt_from(row) for row in db.of(_ALL)]


def _halt_from(row: Row) -> Halt:
    instance, instance_id, reason, actor, since = row
    which = InstanceId(instance_id) if instance_id else None
    return Halt(instance=instance, instance_id=which, reason=reason, actor=actor, since=moment(since))


def _past(db: Rows, query: HaltQuery) -> list[HaltChange]:
    found = (event_from(row, db) for row in db.select(_EVENTS.where(*_wanted(query)).limit(query.limit)))
    return [
        HaltChange(
            change=event.payload["change"],
            instance=event.payload["instance"],
            plan=PlanId(plan) if (plan := event.payload.get("plan")) else None,
            playbook=event.payload.get("playbook") or "",
            incident=event.incident,
            count=event.payload.get("count") or 0,
            reason=event.payload["reason"],
            actor=event.actor,
            at=event.at,
        )
        for event in found
    ]


def _wanted(query: HaltQuery) -> Iterator[ColumnElement[bool]]:
    if query.actor is not None:
        yield EVENT.c.actor == plain(query.actor)
    if query.since is not None:
        yield EVENT.c.at >= micros(query.since)
    if query.until is not None:
        yield EVENT.c.at < micros(query.until)


def _held(db: Rows) -> list[PlanId]:
    return [PlanId(plan) for (plan,) in db.of(_HELD, kind=f'%"{WaitKind.PAUSED.value}"%')]
