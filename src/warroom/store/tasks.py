"""Tasks of work plans as rows, and what people answered them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, text, tuple_

from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Answer, Frame, PlanRecord, TaskRecord, TaskState, Wait, WaitKind
from warroom.services.ports.store import AskedMark, AskedQuery
from warroom.store.body import Large, encode, from_iso, incident_number, iso, micros, moment, pack
from warroom.store.plans import OPEN, plan_from
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import ANSWER, TASK, WORK_PLAN

SAVE_TASK = Upsert(table=TASK)
SAVE_ANSWER = Upsert(table=ANSWER)

FOR_PEOPLE = frozenset({WaitKind.PERSON, WaitKind.UNKNOWN})

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
    body = pack(_task_body(task), f"Task {task.key} of work plan {task.plan}", large)
    wait = task.wait
    asks = task.state is TaskState.WAITING and wait is not None and wait.kind in FOR_PEOPLE
    return (task.plan, task.key, micros(wait.since) if asks and wait else None, *body)


def _task_body(task: TaskRecord) -> JsonObject:
    return {
        "name": task.name,
        "state": task.state.value,
        "branch": task.branch,
        "attempts": task.attempts,
        "started": iso(task.started),
        "finished": iso(task.finished),
        "error": task.error,
        "wait": task.wait and _wait_body(task.wait),
        "frame": task.frame and asdict(task.frame),
        "inputs": task.inputs,
    }


def _wait_body(wait: Wait) -> JsonObject:
    return {
        "kind": wait.kind.value,
        "since": iso(wait.since),
        "wake_at": iso(wait.wake_at),
        "deadline": iso(wait.deadline),
        "data": dict(wait.data),
    }


def _task_from(row: Row, db: Rows) -> TaskRecord:
    plan, key, text_, blob = row
    body = db.unpack(text_, blob)
    wait, frame = body.pop("wait"), body.pop("frame")
    return TaskRecord(
        plan=PlanId(plan),
        key=TaskKey(key),
        state=TaskState(body.pop("state")),
        started=from_iso(body.pop("started")),
        finished=from_iso(body.pop("finished")),
        wait=wait and _wait_from(wait),
        frame=frame and Frame(**frame),
        **body,
    )


def _wait_from(body: Mapping[str, Json]) -> Wait:
    since = from_iso(body["since"])
    assert since is not None  # every wait has it
    return Wait(
        kind=WaitKind(body["kind"]),
        since=since,
        wake_at=from_iso(body["wake_at"]),
        deadline=from_iso(body["deadline"]),
        data=body["data"],
    )


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
    body = {"choice": answer.choice, "comment": answer.comment, "form": dict(answer.form), "actor": answer.actor}
    return (answer.plan, answer.key, answer.attempt, micros(answer.at), encode(body, "An answer"))


def answers_of(db: Rows, plan: PlanId) -> list[Answer]:
    return [
        Answer(plan=PlanId(of), key=TaskKey(key), attempt=attempt, at=moment(at), **db.unpack(text_, None))
        for of, key, attempt, at, text_ in db.of(_ANSWERS, plan=plan)
    ]
