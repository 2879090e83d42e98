"""Tasks of work plans as rows, and people's answers."""

from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, text, tuple_

from warroom.model.ids import PlanId
from warroom.model.plan import FOR_PEOPLE, Answer, PlanRecord, TaskRecord, TaskState
from warroom.services.ports.store import AskedMark, AskedQuery
from warroom.store import kinds
from warroom.store.body import Large, incident_number, micros, moment, pack, text_of
from warroom.store.plans import OPEN, plan_from
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import ANSWER, TASK, WORK_PLAN

SAVE_TASK = Upsert(table=TASK)
SAVE_ANSWER = Upsert(table=ANSWER)

_TASKS = select(TASK.c.work_plan, TASK.c.key, TASK.c.body, TASK.c.blob).where(TASK.c.work_plan == bindparam("plan"))
_ANSWERS = select(ANSWER).where(ANSWER.c.work_plan == bindparam("plan")).order_by(ANSWER.c.at)
_LAST_ANSWERED = (
    select(func.max(ANSWER.c.attempt))
    .where(and_(ANSWER.c.work_plan == TASK.c.work_plan, ANSWER.c.key == TASK.c.key))
    .scalar_subquery()
)
_PLACE = (TASK.c.asked, TASK.c.work_plan, TASK.c.key)
_ASKED = (
    select(_LAST_ANSWERED, TASK.c.work_plan, TASK.c.key, TASK.c.body, TASK.c.blob, *WORK_PLAN.columns)
    .join(WORK_PLAN, WORK_PLAN.c.id == TASK.c.work_plan)
    .where(
        text("task.asked IS NOT NULL"),
        WORK_PLAN.c.state.in_(OPEN),
    )
    .order_by(*_PLACE)
)
_TASK_COLUMNS = 4


def task_row(task: TaskRecord, large: Large) -> Row:
    body = pack(kinds.TASK, task, f"Task {task.key} of work plan {task.plan}", large)
    wait = task.wait
    asks = task.state is TaskState.WAITING and wait is not None and wait.kind in FOR_PEOPLE
    return (task.plan, task.key, micros(wait.since) if asks and wait else None, *body)


def _task_from(row: Row, db: Rows) -> TaskRecord:
    plan, key, text_, blob = row
    return db.read(kinds.TASK, text_, blob, plan=plan, key=key)


def tasks_of(db: Rows, plan: PlanId) -> list[TaskRecord]:
    rows = db.of(_TASKS, plan=plan)
    return [_task_from(row, db) for row in sorted(rows, key=lambda row: str(row[1]))]


def waiting_for_people(db: Rows, query: AskedQuery) -> list[tuple[PlanRecord, TaskRecord]]:
    asked: list[tuple[PlanRecord, TaskRecord]] = []
    after = query.after
    while True:
        rows = db.select(_asked(query, after))
        task = None
        for answered, *row in rows:
            task = _task_from(tuple(row[:_TASK_COLUMNS]), db)
            if answered is None or answered < task.attempts:  # else it has its answer, and its driver will see it
                asked.append((plan_from(tuple(row[_TASK_COLUMNS:]), db), task))
        if query.limit is None or len(rows) < query.limit or len(asked) >= query.limit:
            return asked[: query.limit]
        assert task is not None  # the page was full
        assert task.wait is not None  # it was asked
        after = AskedMark(since=task.wait.since, plan=task.plan, key=task.key)


def _asked(query: AskedQuery, after: AskedMark | None) -> Select[Any]:
    statement = _ASKED.limit(query.limit)
    if query.incident is not None:
        statement = statement.where(WORK_PLAN.c.incident == incident_number(query.incident))
    if after is not None:
        statement = statement.where(tuple_(*_PLACE) > tuple_(micros(after.since), after.plan, after.key))
    return statement


def answer_row(answer: Answer) -> Row:
    text_ = text_of(kinds.ANSWER, answer, "An answer")
    return (answer.plan, answer.key, answer.attempt, micros(answer.at), text_)


def answers_of(db: Rows, plan: PlanId) -> list[Answer]:
    return [
        db.read(kinds.ANSWER, text_, plan=of, key=key, attempt=attempt, at=moment(at))
        for of, key, attempt, at, text_ in db.of(_ANSWERS, plan=plan)
    ]
