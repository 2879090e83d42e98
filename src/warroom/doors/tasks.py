"""Tasks: what waits for a person, one with everything about it, and the answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import Page, shaped
from warroom.doors.asked import Asked
from warroom.doors.audit import AuditLine, line_of
from warroom.doors.cursor import read, written
from warroom.doors.operation import reads, writes
from warroom.doors.plans import PlanShown, TaskShown, plan_now, task_of
from warroom.doors.waits import WaitExplained, WaitShown, explained, wait_of
from warroom.doors.war_room import EntryShown, entry_of
from warroom.doors.words import moment_named
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.plan import PlanRecord, TaskRecord
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission
from warroom.services.ports.store import ActionQuery, AskedMark, AskedQuery, EntryQuery

ENTRIES_LOOKED_AT = 2000
ACTIONS_LOOKED_AT = 500
SECONDS = 600.0  # the longest wait for the effects of an answer


class TaskList(Asked):
    """Of which incident, and how many of them."""

    incident: str | None = Field(default=None, max_length=20)
    cursor: str | None = Field(default=None, description="What the answer before gave, to page on.")
    limit: int | None = Field(default=None, ge=1, description="The most items in one answer.")


class OneTask(Asked):
    """Which task of which plan."""

    plan: str
    task: str


class Reply(OneTask):
    """An answer: the choice where there are some, a comment, and a form's answers by the questions' ids.

    Of a request for approval, `form` names the arguments with which it is approved instead.
    """

    choice: str = Field(default="", max_length=1000)
    comment: str = Field(default="", max_length=100_000)
    form: dict[str, Json] | None = None
    seconds: float = Field(default=SECONDS, ge=0)  # the longest wait for the result


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTask(WaitShown):
    """A task that waits for a person, with its form; `refused` says why the reader may not answer it."""

    plan: PlanId
    task: TaskKey
    incident: IncidentId
    playbook: str
    name: str
    form: Json
    refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeTask(TaskShown):
    """A task with its entries, its actions, and why it waits, in words."""

    plan: PlanId
    incident: IncidentId
    playbook: str
    attempts: int
    started: datetime | None
    finished: datetime | None
    inputs: Mapping[str, Json]
    sub_playbook: str
    waits_for: WaitExplained | None
    entries: Sequence[EntryShown]
    actions: Sequence[AuditLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(PlanShown):
    """The plan after an answer; `under_way` while it runs."""

    task: TaskKey
    under_way: bool


@reads("task.list", Permission.SEE, NotFoundError)
async def list_tasks(app: App, asked: TaskList, actor: Actor) -> Page[PersonTask]:
    """List what waits for a person, over all incidents or of one, oldest first."""
    query = AskedQuery(
        incident=IncidentId(asked.incident) if asked.incident else None,
        limit=asked.limit,
        after=mark_of(asked.cursor) if asked.cursor else None,
    )
    found = await app.plans.waiting_for_people(actor, query)
    return Page(
        items=[await _waiting(app, plan, task, actor) for plan, task in found],
        cursor=cursor_of(found[-1][1]) if found and len(found) == asked.limit else None,
    )


async def _waiting(app: App, plan: PlanRecord, task: TaskRecord, actor: Actor) -> PersonTask:
    assert task.wait is not None  # it is one of those that are listed
    return shaped(
        PersonTask,
        wait_of(task),
        plan=plan.id,
        task=task.key,
        incident=plan.incident,
        playbook=plan.frame.name,
        name=task.name,
        form=task.wait.data.get("form"),
        refused=await app.plans.approvals.refusal(plan, task.wait, actor),
    )


@reads("task.show", Permission.SEE, NotFoundError)
async def show_task(app: App, asked: OneTask, actor: Actor) -> WholeTask:
    """Return a task: inputs, entries, error, timings, attempts; why it waits, since when, what next, who can end it."""
    id_, key = PlanId(asked.plan), TaskKey(asked.task)
    plan, tasks = await app.plans.show(id_, actor)
    task = next((item for item in tasks if item.key == key), None)
    if task is None:
        raise NotFoundError(f"Plan {id_} has not come to a task {key}. Look at the plan's tasks.")
    entries = await app.war_room.find(EntryQuery(incident=plan.incident, limit=ENTRIES_LOOKED_AT), actor)
    actions = await app.audit.list(ActionQuery(incident=plan.incident, limit=ACTIONS_LOOKED_AT), actor)
    return shaped(
        WholeTask,
        task_of(task),
        plan=id_,
        incident=plan.incident,
        playbook=plan.frame.name,
        attempts=task.attempts,
        started=task.started,
        finished=task.ended,
        inputs=task.inputs,
        sub_playbook=task.frame.name if task.frame else "",
        waits_for=explained(task),
        entries=[entry_of(entry) for entry in entries if (entry.plan, entry.task) == (id_, key)],
        actions=[line_of(row) for row in actions if row.plan == id_ and _is_of(row.task, key)],
    )


def _is_of(done: TaskKey, key: TaskKey) -> bool:
    """Whether an action is the task's own or one that its script called ("5@1").

    >>> _is_of(TaskKey("5@1"), TaskKey("5")), _is_of(TaskKey("51"), TaskKey("5"))
    (True, False)
    """
    return done == key or done.startswith(f"{key}@")


@writes("task.answer", Permission.ANSWER_TASKS, NotFoundError, ConflictError)
async def answer_task(app: App, asked: Reply, actor: Actor) -> Answered:
    """Answer a waiting task; the first answer counts, a second one is refused."""
    plan, key = PlanId(asked.plan), TaskKey(asked.task)
    if asked.seconds and await app.plans.is_overdue(plan, key):
        await app.conductor.drive(plan)  # no server has: it becomes an open task
    await app.plans.answer(plan, key, asked.choice, asked.comment, actor, asked.form)
    is_done = await _is_seen_through(app, plan, asked.seconds) if asked.seconds else False
    return shaped(Answered, await plan_now(app, plan, actor), task=key, under_way=not is_done)


async def _is_seen_through(app: App, plan: PlanId, seconds: float) -> bool:
    """Whether the plan has ended, or waits again, within a time."""
    try:
        async with asyncio.timeout(seconds):
            await app.conductor.see_through(plan, Lane.ANSWERED)
    except TimeoutError:
        return False
    return True


def cursor_of(task: TaskRecord) -> str:
    """Encode the place of a waiting task as an opaque cursor."""
    assert task.wait is not None  # it is one of those that are listed
    return written(task.wait.since.isoformat(), task.plan, task.key)


def mark_of(cursor: str) -> AskedMark:
    """Read what `cursor_of` wrote."""

    def place(since: str, plan: str, key: str) -> AskedMark:
        return AskedMark(since=moment_named(since), plan=PlanId(plan), key=TaskKey(key))

    return read(cursor, place)
