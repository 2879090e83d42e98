"""The response audit: who or what did which action on which target, when, with which answer."""

import base64
import binascii
import json
from typing import Annotated

from fastapi import APIRouter, Query

from warroom.model.errors import InvalidInputError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import JsonObject
from warroom.services.ports.store import ActionMark, ActionQuery
from warroom.web.api.incidents import Cursor, Limit
from warroom.web.security import Asking, Served
from warroom.web.shapes import audit_json
from warroom.web.words import moment_named

router = APIRouter(tags=["audit"])

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
    """List response actions, newest first."""
    query = ActionQuery(
        actor=by,
        command=command,
        incident=IncidentId(incident) if incident else None,
        since=moment_named(since) if since else None,
        until=moment_named(until) if until else None,
        limit=limit,
        before=mark_of(cursor) if cursor else None,
    )
    rows = await app.audit.list(query, actor)
    return {
        "items": [audit_json(row) for row in rows],
        "cursor": cursor_of(rows[-1].mark) if len(rows) == limit else None,
    }


def cursor_of(mark: ActionMark) -> str:
    """Write a place in the audit as a word that only we need to understand."""
    text = json.dumps([mark.began.isoformat(), mark.plan, mark.key, mark.attempt])
    return base64.urlsafe_b64encode(text.encode()).decode()


def mark_of(cursor: str) -> ActionMark:
    """Read what `cursor_of` wrote."""
    try:
        began, plan, key, attempt = json.loads(base64.urlsafe_b64decode(cursor))
        return ActionMark(
            began=moment_named(str(began)), plan=PlanId(str(plan)), key=TaskKey(str(key)), attempt=int(attempt)
        )
    except (ValueError, TypeError, binascii.Error, InvalidInputError):
        raise InvalidInputError(
            "This cursor is not one of the audit's. Take the one that the last answer gave."
        ) from None
