"""How a plan ends: by itself, replaced by another playbook, or cancelled; then the War Room says what is left."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from warroom.model.ids import TaskKey, task_of
from warroom.model.plan import STOP, TASKS_ENDED, Answer, PlanRecord, PlanState, TaskRecord, TaskState
from warroom.services.approvals.refusing import left_behind
from warroom.services.drive.play import Play
from warroom.services.plans.playbook_replacement import is_stop
from warroom.services.ports.store import Changes, Fence, Store
from warroom.services.writing.lines import Line


def stop_among(answers: Iterable[Answer]) -> Answer | None:
    """Return the answer that ends a plan, if there is one."""
    return next((answer for answer in answers if is_stop(answer)), None)


def left_undone(records: Iterable[TaskRecord], at: datetime) -> list[TaskRecord]:
    """Return the tasks that have begun and now do not go on, as they are left."""
    return [
        replace(record, state=TaskState.SKIPPED, wait=None, ended=at)
        for record in records
        if record.state not in TASKS_ENDED and record.started
    ]


def closed(plan: PlanRecord, state: PlanState, at: datetime, error: str = "") -> PlanRecord:
    """Return the plan without a driver and without its secret arguments."""
    return replace(plan, state=state, ended=at, worker=None, wake_at=None, error=error, sealed="")


def as_ended(play: Play, at: datetime) -> PlanRecord | None:
    """Return the ended plan; None while it runs."""
    state = play.root.state
    if state is PlanState.IN_PROGRESS or play.plan.state is state:
        return None
    failed = [record for record in play.records.values() if record.state is TaskState.ERROR]
    error = "; ".join(f"{record.name}: {record.error}" for record in failed)
    return closed(play.plan, state, at, error)


async def ending(store: Store, play: Play, stop: Answer, at: datetime) -> Changes:
    """Return the commit that ends the plan."""
    plan, undone = play.plan, left_undone(play.records.values(), at)
    started = {task_of(intent.key) for intent in await store.intents(plan.id) if intent.ended is None}
    text = _sentence(_why(plan, stop), undone, started)
    waiting = [record for record in play.records.values() if record.key in {task.key for task in undone}]
    left = left_behind(plan, waiting, f"{_ended_by(stop)}. Nothing was done.", at)
    told = Line(incident=plan.incident, text=text, at=at, actor=stop.actor, plan=plan.id)
    ended = closed(plan, PlanState.CANCELLED if stop.key == STOP else PlanState.REPLACED, at)
    fence = Fence(plan=plan.id, epoch=plan.epoch)
    return Changes(
        actor=stop.actor,
        at=at,
        fence=fence,
        plans=[ended],
        tasks=undone,
        intents=left,
        entries=[await told.entry(store)],
    )


def _why(plan: PlanRecord, stop: Answer) -> str:
    if stop.key != STOP:
        return f"{plan.frame.name!r} was replaced by {stop.choice!r}"
    reason = f" ({stop.comment})" if stop.comment else ""
    return f"{plan.frame.name!r} was cancelled by {stop.actor}{reason}"


def _ended_by(stop: Answer) -> str:
    if stop.key != STOP:
        return f"{stop.choice!r} took the plan's place"
    return f"{stop.actor} cancelled the plan" + (f": {stop.comment.rstrip('.')}" if stop.comment else "")


def _sentence(ended: str, undone: Iterable[TaskRecord], started: set[TaskKey]) -> str:
    """Say what is left; an action that began before its driver was cut off may have happened."""
    unfinished = [task.name for task in undone if task.key not in started]
    unknown = [task.name for task in undone if task.key in started]
    parts = [
        ended,
        *([f"left unfinished: {', '.join(unfinished)}"] if unfinished else ()),
        *([f"began, and it is not known whether it happened: {', '.join(unknown)}"] if unknown else ()),
    ]
    return f"{'; '.join(parts)}."
