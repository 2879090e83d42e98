"""Work plans as rows, and their drivers."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId, PlanId, WorkerId
from warroom.model.plan import PlanRecord, PlanState
from warroom.services.ports.events import NewEvent
from warroom.services.ports.leases import NOBODY
from warroom.store import events, kinds
from warroom.store.body import Large, incident_number, micros, moment, pack
from warroom.store.leases import lives
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import WORK_PLAN

# Epoch, signal and worker are moved by claim, release and answers alone: a driver that saves its plan from memory must
# not turn them back. A plan that is not driven has no worker.
SAVE = Upsert(
    table=WORK_PLAN,
    kept={
        "epoch": "work_plan.epoch",
        "signal": "work_plan.signal",
        "worker": "CASE WHEN excluded.state = 'inprogress' THEN work_plan.worker END",
    },
)
OPEN = (PlanState.IN_PROGRESS.value, PlanState.WAITING.value)

_ONE = select(WORK_PLAN).where(WORK_PLAN.c.id == bindparam("plan"))
_OF_INCIDENT = select(WORK_PLAN).where(WORK_PLAN.c.incident == bindparam("incident")).order_by(WORK_PLAN.c.created)
_OPEN = select(WORK_PLAN).where(WORK_PLAN.c.state.in_(OPEN)).order_by(WORK_PLAN.c.created)
_CLAIM = (
    update(WORK_PLAN)
    .where(WORK_PLAN.c.id == bindparam("plan"))
    .values(
        epoch=WORK_PLAN.c.epoch + 1,
        state=PlanState.IN_PROGRESS.value,
        worker=bindparam("by"),
    )
    .returning(*WORK_PLAN.columns)
)
_RELEASE = (
    update(WORK_PLAN)
    .where(
        WORK_PLAN.c.id == bindparam("plan"),
        WORK_PLAN.c.worker == bindparam("by"),
        WORK_PLAN.c.state == PlanState.IN_PROGRESS.value,
    )
    .values(epoch=WORK_PLAN.c.epoch + 1, worker=NOBODY)
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
        micros(plan.created),
        *body,
    )


def plan_from(row: Row, db: Rows) -> PlanRecord:
    plan, incident, state, epoch, signal, worker, created, text, blob = row
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


def claim(connection: Connection, plan: PlanId, worker: WorkerId, now: datetime) -> Row | None:
    """Claim a plan for driving: returns its row, or None when its driver lives."""
    found = run(connection, _ONE, plan=plan)
    if not found:
        return None
    (_, incident, state, _, _, driver, *_) = found[0]
    if state not in OPEN or (driver not in {None, worker} and lives(connection, driver)):
        return None
    if state != PlanState.IN_PROGRESS.value:
        payload = {"id": plan, "state": PlanState.IN_PROGRESS.value}
        new_event = NewEvent(incident=IncidentId(str(incident)), kind="plan", payload=payload)
        events.append(connection, new_event, worker, now)
    (claimed,) = run(connection, _CLAIM, plan=plan, by=worker)
    return claimed


def release(connection: Connection, plan: PlanId, worker: WorkerId) -> None:
    run(connection, _RELEASE, plan=plan, by=worker)
