"""The response audit: actions, and between them what was paused, resumed and cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import Page, shaped
from warroom.doors.asked import Asked
from warroom.doors.cursor import read, written
from warroom.doors.operation import reads
from warroom.doors.words import moment_named
from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.audit.audit import AuditRow
from warroom.services.people.access import Permission
from warroom.services.ports.halts import HaltChange, HaltQuery
from warroom.services.ports.store import ActionMark, ActionQuery

COMMANDS = {"paused": "pause", "resumed": "resume", "cancelled": "cancel"}  # the names that a filter finds them by
MOST = 1000


class AuditList(Asked):
    """Which actions, and how many of them."""

    by: str | None = Field(default=None, description="The person who typed it, or DBot for playbooks.")
    command: str | None = None
    incident: str | None = None
    since: str | None = Field(default=None, max_length=40, description="Like 2026-11-24T10:00:00Z.")
    until: str | None = Field(default=None, max_length=40, description="Like 2026-11-24T10:00:00Z.")
    cursor: str | None = Field(default=None, description="What the answer before gave, to page on.")
    limit: int = Field(default=100, ge=1, description="The most items in one answer.")
    exact: bool = True  # pauses count, too; there is no next page then

    def query(self) -> ActionQuery:
        return ActionQuery(
            actor=self.by or None,
            command=self.command or None,
            incident=IncidentId(self.incident) if self.incident else None,
            since=moment_named(self.since) if self.since else None,
            until=moment_named(self.until) if self.until else None,
            limit=min(self.limit, MOST),
            before=mark_of(self.cursor) if self.cursor else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalShown:
    """Who approved an action, when and why; the arguments that were changed with it, before and after."""

    by: str
    at: datetime
    reason: str
    instances: Sequence[str]
    changed: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An action, or a pause: that has no task, and what it was for is its answer. `done` is null while it is open."""

    incident: IncidentId | None
    plan: PlanId | None
    playbook: str | None
    task: TaskKey | None = None
    attempt: int | None = None
    command: str
    actor: str
    started_by: str = ""
    approved_by: Sequence[str] = ()
    target: Mapping[str, Json]
    began: datetime
    done: datetime | None
    failed: bool = False
    refused: str = ""
    answer: str
    approval: ApprovalShown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Rows, newest first; `mark` is where the next page begins, when there may be one."""

    rows: Sequence[AuditRow | HaltChange]
    mark: ActionMark | None


async def page(app: App, query: ActionQuery, actor: Actor) -> AuditPage:
    """Return the actions of a query, and the pauses of the same time, by the same filters."""
    actions = await app.audit.list(query, actor) if query.command not in COMMANDS.values() else []
    mark = actions[-1].mark if len(actions) == query.limit else None
    wanted = [
        one
        for one in await app.pausing.past(_within(query, mark), actor)
        if query.command in {None, COMMANDS[one.change]} and query.incident in {None, one.incident}
    ]
    return AuditPage(rows=sorted([*actions, *wanted], key=_when, reverse=True), mark=mark)


def _within(query: ActionQuery, mark: ActionMark | None) -> HaltQuery:
    """Return the time of this page: from its last action on, up to where it began."""
    since = [each for each in (query.since, mark.started if mark else None) if each]
    until = [each for each in (query.until, query.before.started if query.before else None) if each]
    return HaltQuery(actor=query.actor, since=max(since, default=None), until=min(until, default=None))


def _when(row: AuditRow | HaltChange) -> datetime:
    return row.at if isinstance(row, HaltChange) else row.started


def line_of(row: AuditRow | HaltChange) -> AuditLine:
    """Shape a row."""
    if isinstance(row, AuditRow):
        approval = shaped(ApprovalShown, row.approval) if row.approval else None
        return shaped(AuditLine, row, began=row.started, done=row.ended, approval=approval)
    return AuditLine(
        incident=row.incident,
        plan=row.plan,
        playbook=row.playbook or None,
        command=COMMANDS[row.change],
        actor=row.actor,
        target={"plan" if row.change == "cancelled" else "instance": row.of},
        began=row.at,
        done=row.at,
        answer=row.reason,
    )


def cursor_of(mark: ActionMark) -> str:
    """Encode a place in the audit as an opaque cursor."""
    return written(mark.started.isoformat(), mark.plan, mark.key, mark.attempt)


def mark_of(cursor: str) -> ActionMark:
    """Read what `cursor_of` wrote."""

    def place(started: str, plan: str, key: str, attempt: str) -> ActionMark:
        return ActionMark(started=moment_named(started), plan=PlanId(plan), key=TaskKey(key), attempt=int(attempt))

    return read(cursor, place)


@reads("audit.list", Permission.SEE, NotFoundError)
async def list_actions(app: App, asked: AuditList, actor: Actor) -> Page[AuditLine]:
    """List response actions, newest first; `pause` and `resume` among them."""
    found = await page(app, asked.query(), actor)
    if asked.exact:
        return Page(items=[line_of(row) for row in found.rows[: asked.limit]], cursor=None)
    return Page(items=[line_of(row) for row in found.rows], cursor=cursor_of(found.mark) if found.mark else None)
