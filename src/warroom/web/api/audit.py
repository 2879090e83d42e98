"""The response audit: who or what did which action on which target, when, with which answer."""

from typing import Annotated

from fastapi import APIRouter, Query

from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import JsonObject
from warroom.services.ports.store import ActionMark, ActionQuery
from warroom.web.api.incidents import Cursor, Limit
from warroom.web.api_route import ApiRoute
from warroom.web.audit_rows import page, row_json
from warroom.web.cursor import read, written
from warroom.web.security import Asking, Served
from warroom.web.words import moment_named

router = APIRouter(tags=["audit"], route_class=ApiRoute)

Moment = Annotated[str | None, Query(max_length=40, description="Like 2026-11-24T10:00:00Z.")]


@router.get("/audit", operation_id="list_actions")
async def list_actions(  # noqa: PLR0913, PLR0917  # one parameter for each filter
    actor: Asking,
    app: Served,
    by: Annotated[str | None, Query(description="The person who typed it, or DBot for playbooks.")] = None,
    command: str | None = None,
    incident: str | None = None,
    since: Moment = None,
    until: Moment = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> JsonObject:
    """List response actions, newest first; `pause` and `resume` among them."""
    query = ActionQuery(
        actor=by,
        command=command,
        incident=IncidentId(incident) if incident else None,
        since=moment_named(since) if since else None,
        until=moment_named(until) if until else None,
        limit=limit,
        before=mark_of(cursor) if cursor else None,
    )
    found = await page(app, query, actor)
    return {
        "items": [row_json(row) for row in found.rows],
        "cursor": cursor_of(found.mark) if found.mark else None,
    }


def cursor_of(mark: ActionMark) -> str:
    """Write a place in the audit as a word that only we need to understand."""
    return written(mark.began.isoformat(), mark.plan, mark.key, mark.attempt)


def mark_of(cursor: str) -> ActionMark:
    """Read what `cursor_of` wrote."""

    def place(began: str, plan: str, key: str, attempt: str) -> ActionMark:
        return ActionMark(began=moment_named(began), plan=PlanId(plan), key=TaskKey(key), attempt=int(attempt))

    return read(cursor, place)
