"""A page of the response audit: actions, and between them what was paused and resumed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.audit import AuditRow
from warroom.services.ports.halts import HaltChange, HaltQuery
from warroom.services.ports.store import ActionMark, ActionQuery
from warroom.web.shapes import audit_json

COMMANDS = {"paused": "pause", "resumed": "resume"}  # as which they are found


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Rows, newest first; `mark` is where the next page begins, when there may be one."""

    rows: Sequence[AuditRow | HaltChange]
    mark: ActionMark | None


async def page(app: App, query: ActionQuery, actor: Actor) -> AuditPage:
    """Give the actions that a query wants, and the pauses of the same time, by the same filters."""
    actions = await app.audit.list(query, actor) if query.command not in COMMANDS.values() else []
    mark = actions[-1].mark if len(actions) == query.limit else None
    pauses = [] if query.incident else await app.pausing.past(_within(query, mark), actor)
    wanted = [one for one in pauses if query.command in {None, COMMANDS[one.change]}]
    return AuditPage(rows=sorted([*actions, *wanted], key=_when, reverse=True), mark=mark)


def _within(query: ActionQuery, mark: ActionMark | None) -> HaltQuery:
    """Give the time of this page: from its last action on, up to where it began."""
    since = [each for each in (query.since, mark.began if mark else None) if each]
    until = [each for each in (query.until, query.before.began if query.before else None) if each]
    return HaltQuery(actor=query.actor, since=max(since, default=None), until=min(until, default=None))


def _when(row: AuditRow | HaltChange) -> datetime:
    return row.at if isinstance(row, HaltChange) else row.began


def row_json(row: AuditRow | HaltChange) -> JsonObject:
    """Shape a row; a pause has no incident, and what it was for is its answer."""
    if isinstance(row, AuditRow):
        return audit_json(row)
    return {
        **dict.fromkeys(("incident", "plan", "playbook", "task", "attempt", "approval")),
        "command": COMMANDS[row.change],
        "actor": row.actor,
        "started_by": "",
        "approved_by": [],
        "target": {"instance": row.of},
        "began": row.at.isoformat(),
        "done": row.at.isoformat(),
        "failed": False,
        "refused": "",
        "answer": row.reason,
    }


async def list_audit(app: App, asked: JsonObject, actor: Actor) -> Json:
    """List the last actions and pauses, for the local door."""
    query = ActionQuery(
        actor=asked.get("by") or None,
        command=asked.get("command") or None,
        incident=asked.get("incident") or None,
        limit=int(asked.get("limit") or 0) or ActionQuery().limit,
    )
    found = await page(app, replace(query, limit=max(1, min(query.limit, 1000))), actor)
    return [row_json(row) for row in found.rows[: query.limit]]
