"""Work plans as rows, and who drives them."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId, PlanId, WorkerId
from warroom.model.plan import PlanRecord, PlanState
from warroom.services.ports.events import Happening
from warroom.store import events, kinds
from warroom.store.body import Large, incident_number, micros, moment, pack
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import WORK_PLAN

# Epoch, signal, worker and heartbeat are moved by claim, renew and answers alone: a driver that saves its plan from
# memory must not turn them back. A plan that is not driven any more has neither worker nor heartbeat.
_WHILE_DRIVEN = "CASE WHEN excluded.state = 'inprogress' THEN work_plan.{0} END"
SAVE = Upsert(
    table=WORK_PLAN,
    kept={
        "epoch": "work_plan.epoch",
        "signal": "work_plan.signal",
        "worker": _WHILE_DRIVEN.format("worker"),
        "heartbeat": _WHILE_DRIVEN.format("heartbeat"),
    },
)
OPEN = (PlanState.IN_PROGRESS.value, PlanState.WAITING.value)

_ONE = select(WORK_PLAN).where(WORK_PLAN.c.id == bindparam("plan"))
_OF_INCIDENT = select(WORK_PLAN).where(WORK_PLAN.c.incident == bindparam("incident")).order_by(WORK_PLAN.c.created)
_OPEN = select(WORK_PLAN).where(WORK_PLAN.c.state.in_(OPEN)).order_by(WORK_PLAN.c.created)
_ABANDONED = select(WORK_PLAN.c.id).where(
    WORK_PLAN.c.state == PlanState.IN_PROGRESS.value, WORK_PLAN.c.heartbeat < bindparam("stale")
)
_CLAIM = (
    update(WORK_PLAN)
    .where(WORK_PLAN.c.id == bindparam("plan"))
    .values(
        epoch=WORK_PLAN.c.epoch + 1,
        state=PlanState.IN_PROGRESS.value,
        worker=bindparam("by"),
        heartbeat=bindparam("now"),
    )
    .returning(*WORK_PLAN.columns)
)
_RENEW = (
    update(WORK_PLAN)
    .where(WORK_PLAN.c.worker == bindparam("by"), WORK_PLAN.c.state == PlanState.IN_PROGRESS.value)
    .values(heartbeat=bindparam("now"))
)


def row_of(plan: PlanRecord, large: Large) -> Row:
    body = pack(kinds.PLAN, plan, f"Work plan {plan.id}", large)
    return (
        plan.id,
        incident_number(plan.incident),
        plan.state.value,
        plan.epoch,
        plan.signal,
        plan.worker,
        plan.heartbeat and micros(plan.heartbeat),
        micros(plan.created),
        *body,
    )


def plan_from(row: Row, db: Rows) -> PlanRecord:
    plan, incident, state, epoch, signal, worker, heartbeat, created, text, blob = row
    return db.read(
        kinds.PLAN,
        text,
        blob,
        id=plan,
        incident=str(incident),
        state=state,
        epoch=epoch,
        signal=signal,
        worker=worker,
        heartbeat=None if heartbeat is None else moment(heartbeat),
        created=moment(created),
    )


def by_id(db: Rows, plan: PlanId) -> PlanRecord:
    rows = db.of(_ONE, plan=plan)
    if not rows:
        raise NotFoundError(f"There is no work plan {plan}.")
    return plan_from(rows[0], db)


def of_incident(db: Rows, incident: IncidentId) -> list[PlanRecord]:
    return [plan_from(row, db) for row in db.of(_OF_INCIDENT, incident=incident_number(incident))]


def not_ended(db: Rows) -> list[PlanRecord]:
    return [plan_from(row, db) for row in db.select(_OPEN)]


def abandoned(db: Rows, stale_before: datetime) -> list[PlanId]:
    return [PlanId(plan) for (plan,) in db.of(_ABANDONED, stale=micros(stale_before))]


def claim(connection: Connection, plan: PlanId, worker: WorkerId, now: datetime, stale_before: datetime) -> Row | None:
    """Take a plan over for driving: its row as it is now, or None when it is left to the one who drives it."""
    found = run(connection, _ONE, plan=plan)
    if not found:
        return None
    (_, incident, state, _, _, driver, heartbeat, *_) = found[0]
    alive = heartbeat is not None and heartbeat >= micros(stale_before)
    if state not in OPEN or (driver not in {None, worker} and alive):
        return None
    if state != PlanState.IN_PROGRESS.value:
        payload = {"id": plan, "state": PlanState.IN_PROGRESS.value}
        happening = Happening(incident=IncidentId(str(incident)), kind="plan", payload=payload)
        events.append(connection, happening, worker, now)
    (claimed,) = run(connection, _CLAIM, plan=plan, by=worker, now=micros(now))
    return claimed


def renew(connection: Connection, worker: WorkerId, now: datetime) -> None:
    run(connection, _RENEW, by=worker, now=micros(now))
