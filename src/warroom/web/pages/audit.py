"""The response audit: who or what did which action on which target, when, with which answer."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from starlette.datastructures import QueryParams

from warroom.doors.audit import COMMANDS, cursor_of, mark_of, page
from warroom.model.ids import IncidentId
from warroom.model.json import Json, JsonObject
from warroom.model.user import SYSTEM, Actor
from warroom.services.app import App
from warroom.services.audit.audit import AuditRow
from warroom.services.ports.halts import HaltChange
from warroom.services.ports.store import ActionQuery
from warroom.web.markdown import html_of, plain_html_of
from warroom.web.pages.page import bare, show
from warroom.web.pages.text import one_line, spent
from warroom.web.security import Asking, Served

router = APIRouter()

PAGE = 50
MOST_PARTS = 12
DEEPEST = 6
LONGEST_ANSWER = 3000
HEADING = re.compile(r"<(/?)h[1-6]>")  # answers bring their own, the page has one order
APPEARANCES = {"paused": "wait", "resumed": "good", "cancelled": "bad"}
PREFIX = "trendmicro-visionone-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An action as the page shows it. `appearance` is good, bad or wait."""

    row: AuditRow
    who: str
    through: str
    command: str
    target: tuple[tuple[str, str], ...]
    outcome: str
    appearance: str
    took: str
    answer: Markup
    mark: str
    is_halt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHalt:
    """A pause as the page shows it, or the end of one."""

    row: HaltChange
    who: str
    command: str
    of: str
    reason: str
    appearance: str
    mark: str
    is_halt: bool = True


@router.get("/audit")
async def audit(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    return await show(request, "audit.html", actor, "audit", await view(app, actor, request.query_params))


@router.get("/fragments/audit")
async def rows(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return the rows behind a cursor."""
    return bare(request, "audit_rows.html", await view(app, actor, request.query_params))


async def view(app: App, actor: Actor, params: QueryParams) -> JsonObject:
    """Return one page of actions, newest first, with the filters that an address names."""
    found = await page(app, query_of(params), actor)
    return {
        "filters": {name: params.get(name, "") for name in ("by", "command", "incident", "since", "until")},
        "rows": [shown_halt(row) if isinstance(row, HaltChange) else shown(row) for row in found.rows],
        "cursor": cursor_of(found.mark) if found.mark else None,
        "standing": await app.standings.long(actor) if not params.get("cursor") else [],
        "people": [SYSTEM.name, *(person.name for person in await app.users.people(actor))],
        "commands": [*COMMANDS.values(), *sorted(filter(_is_ours, app.library.catalogue.commands()))],
    }


def query_of(params: QueryParams) -> ActionQuery:
    """Read an address. Days are whole, in UTC; a day that is none is left out.

    >>> query_of(QueryParams("since=2026-11-24&until=2026-11-24&by=alice")).until
    datetime.datetime(2026, 11, 25, 0, 0, tzinfo=datetime.timezone.utc)
    """
    incident = params.get("incident", "")
    until = _day(params.get("until", ""))
    query = ActionQuery(
        actor=params.get("by") or None,
        command=params.get("command") or None,
        incident=IncidentId(incident) if incident.isdecimal() else None,
        since=_day(params.get("since", "")),
        until=until + timedelta(days=1) if until else None,
        limit=PAGE,
    )
    cursor = params.get("cursor")
    return replace(query, before=mark_of(cursor)) if cursor else query


def shown(row: AuditRow) -> Shown:
    """Prepare an action for the page."""
    by_playbook = row.actor == SYSTEM.name
    outcome, appearance = _outcome(row)
    return Shown(
        row=row,
        who="playbook" if by_playbook else one_line(row.actor, 64),
        through=_through(row) if by_playbook else "typed",
        command=one_line(row.command, 120),
        target=target_of(row.target),
        outcome=outcome,
        appearance=appearance,
        took=spent(row.started, row.ended),
        answer=_answer(row),
        mark=f"{cursor_of(row.mark)}-{outcome}",
    )


def shown_halt(row: HaltChange) -> ShownHalt:
    """Prepare a pause, or the end of one, for the page."""
    return ShownHalt(
        row=row,
        who=one_line(row.actor, 64),
        command=COMMANDS[row.change],
        of=one_line(row.of, 120),
        reason=one_line(row.reason, 1000),
        appearance=APPEARANCES[row.change],
        mark=f"{row.change} {row.at.isoformat()} {one_line(row.of, 120)}",
    )


def _is_ours(command: str) -> bool:
    return command.startswith(PREFIX)


def _answer(row: AuditRow) -> Markup:
    """Show what a command said as Markdown, and why it failed as it is."""
    text = row.answer[:LONGEST_ANSWER]
    made = plain_html_of(text) if row.failed and text else HEADING.sub(r"<\1h3>", html_of(text))
    return Markup(made)  # noqa: S704  # both give HTML that is safe to insert


def target_of(target: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    """Name what an action was done to; of values with parts each part.

    >>> target_of({"collect_files": '[{"endpoint": "FIN-1", "reason": ""}]', "ids": ["a", "b"], "empty": ""})
    (('endpoint', 'FIN-1'), ('ids', 'a, b'))
    """
    return tuple(
        islice(((one_line(name, 60), one_line(text, 140)) for name, text in _parts("", target, DEEPEST)), MOST_PARTS)
    )


def _parts(name: str, value: Json, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        value = _parsed(value)
    if isinstance(value, Mapping) and depth:
        for key, item in value.items():
            yield from _parts(str(key), item, depth - 1)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value) and depth:
        for item in value:
            yield from _parts(name, item, depth - 1)
    elif isinstance(value, list):
        yield name, ", ".join(str(item)[:200] for item in value[:20])
    elif value not in (None, ""):
        yield name, str(value)


def _parsed(text: str) -> Json:
    try:
        return cast("Json", json.loads(text))
    except (ValueError, RecursionError):
        return f" {text}"


def _through(row: AuditRow) -> str:
    started = f", started by {one_line(row.started_by, 64)}" if row.started_by else ""
    return f"{one_line(row.playbook, 120)}{started}"


def _outcome(row: AuditRow) -> tuple[str, str]:
    if row.refused:
        return row.refused, "bad"
    if row.ended is None:
        return "under way", "wait"
    return ("failed", "bad") if row.failed else ("done", "good")


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d").date(), time(), UTC)  # noqa: DTZ007  # UTC at once
    except ValueError:
        return None
