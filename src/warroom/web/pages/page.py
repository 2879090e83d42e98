"""What all pages share: the template, the shell around it, and what the signed-in role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from warroom.model.border import text
from warroom.model.sentence import counted
from warroom.model.user import Actor
from warroom.services.people.access import Permission, may
from warroom.web.assets import ROOT
from warroom.web.pages.text import one_line
from warroom.web.security import app_of

TEMPLATES = Jinja2Templates(directory=Path(__file__).parent.parent / "templates")
TEMPLATES.env.trim_blocks = True
TEMPLATES.env.lstrip_blocks = True
THEME_COOKIE = "warroom_theme"
THEMES = frozenset({"light", "dark"})  # any other value of the cookie means the system's theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of the sidebar; `name` is also its icon's; the keys g and `key` open it."""

    name: str
    says: str
    path: str
    key: str
    permission: Permission = Permission.SEE


NAVIGATION = (
    Place(name="incidents", says="Incidents", path="/", key="i"),
    Place(name="tasks", says="My tasks", path="/tasks", key="t"),
    Place(name="playbooks", says="Playbooks", path="/playbooks", key="p"),
    Place(name="packs", says="Content packs", path="/packs", key="c"),
    Place(name="integrations", says="Integrations", path="/integrations", key="n"),
    Place(name="audit", says="Response audit", path="/audit", key="a"),
    Place(name="users", says="Users", path="/users", key="u"),
)


async def show(request: Request, template: str, actor: Actor, active: str, data: Mapping[str, Any]) -> HTMLResponse:
    """Answer with a page inside the shell; `active` names its line of the sidebar."""
    shell = {
        "actor": actor,
        "active": active,
        "allowed": [permission.name.lower() for permission in Permission if may(actor.role, permission)],
        "navigation": [place for place in NAVIGATION if may(actor.role, place.permission)],
        "halts": await app_of(request).pausing.halts(actor),
        "sequence": await app_of(request).audit.last(actor),
    }
    return bare(request, template, {**shell, **data})


def bare(request: Request, template: str, data: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Answer with a template alone: a page without the shell, or a fragment."""
    theme = request.cookies.get(THEME_COOKIE, "")
    context = {"theme": theme if theme in THEMES else "", "now": app_of(request).clock.now(), **data}
    page = TEMPLATES.get_template(template).render({"request": request, **context})
    return HTMLResponse(text(page), status)


STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (float("inf"), 86_400, "d"))


def span(seconds: float) -> str:
    """Say how long something is, in its largest unit.

    >>> [span(seconds) for seconds in (4, 150, 7300, 200_000)]
    ['4 s', '2 min', '2 h', '2 d']
    """
    most, size, unit = next(step for step in STEPS if seconds < step[0])
    del most
    return f"{int(seconds // size)} {unit}"


def ago(at: datetime) -> str:
    """Say when something was, as seen from now."""
    seconds = (datetime.now(UTC) - at).total_seconds()
    return f"in {span(-seconds)}" if seconds < -1 else f"{span(max(seconds, 0))} ago"


def allows(permission: str, actor: Actor) -> bool:
    """Say in a template whether an actor may do something."""
    return may(actor.role, Permission[permission])


TEMPLATES.env.globals["static"] = ROOT
TEMPLATES.env.filters["may"] = allows
TEMPLATES.env.filters["counted"] = counted
TEMPLATES.env.filters["ago"] = ago
TEMPLATES.env.filters["span"] = span
TEMPLATES.env.filters["line"] = one_line
