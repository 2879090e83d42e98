"""Intents as rows: what had begun when a process died, and the response audit."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, bindparam, select, tuple_

from warroom.model.ids import IncidentId, PlanId
from warroom.model.plan import Intent
from warroom.services.ports.store import Action, ActionQuery
from warroom.store import kinds
from warroom.store.body import incident_number, micros, moment, plain, text_of
from warroom.store.plans import plan_from
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import INTENT, WORK_PLAN

SAVE = Upsert(table=INTENT)

_OF_PLAN = select(INTENT).where(INTENT.c.work_plan == bindparam("plan")).order_by(INTENT.c.began)
_ORDER = (INTENT.c.began, INTENT.c.work_plan, INTENT.c.key, INTENT.c.attempt)


def row_of(intent: Intent) -> Row:
    text = text_of(kinds.INTENT, intent, "An intent")
    key = (intent.plan, intent.key, intent.attempt)
    return (*key, micros(intent.started), text, plain(intent.command), plain(intent.actor))


def of_plan(db: Rows, plan: PlanId) -> list[Intent]:
    """Return the actions that started; a request that was refused is only in the audit."""
    found = (_intent_from(row, db) for row in db.of(_OF_PLAN, plan=plan))
    return [intent for intent in found if not intent.refused]


def _intent_from(row: Row, db: Rows) -> Intent:
    plan, key, attempt, began, text, command, actor = row
    key_of = {"plan": plan, "key": key, "attempt": attempt}
    return db.read(kinds.INTENT, text, **key_of, started=moment(began), command=command, actor=actor)


def actions(db: Rows, query: ActionQuery) -> list[Action]:
    width = len(INTENT.columns)
    statement = (
        select(*INTENT.columns, *WORK_PLAN.columns)
        .join(WORK_PLAN, WORK_PLAN.c.id == INTENT.c.work_plan)
        .where(*_wanted(query))
        .order_by(*(column.desc() for column in _ORDER))
        .limit(query.limit)
    )
    return [
        Action(intent=_intent_from(row[:width], db), plan=plan_from(row[width:], db)) for row in db.select(statement)
    ]


def _wanted(query: ActionQuery) -> Iterator[ColumnElement[bool]]:
    if query.actor is not None:
        yield INTENT.c.actor == plain(query.actor)
    if query.command is not None:
        yield INTENT.c.command == plain(query.command)
    if query.incident is not None:
        yield WORK_PLAN.c.incident == incident_number(IncidentId(query.incident))
    if query.since is not None:
        yield INTENT.c.began >= micros(query.since)
    if query.until is not None:
        yield INTENT.c.began < micros(query.until)
    if mark := query.before:
        yield tuple_(*_ORDER) < tuple_(micros(mark.started), mark.plan, mark.key, mark.attempt)
