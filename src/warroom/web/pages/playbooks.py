"""The catalogue of playbooks: purpose, inputs, outputs and picture of each one, and running it on an incident."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from warroom.content.playbook import Playbook, TaskKind
from warroom.model.json import JsonObject
from warroom.services.app import App
from warroom.services.people.access import Permission, require
from warroom.web.graph.svg import playbook_svg
from warroom.web.markdown import html_of
from warroom.web.pages.page import show
from warroom.web.security import Asking, Served

router = APIRouter()

QUIET = frozenset({TaskKind.START, TaskKind.TITLE})


@router.get("/playbooks")
async def playbooks(
    request: Request, actor: Asking, app: Served, text: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    require(actor, Permission.SEE)
    return await show(request, "playbooks.html", actor, "playbooks", view(app, text))


@router.get("/playbooks/{playbook_id:path}")
async def playbook(request: Request, actor: Asking, app: Served, playbook_id: str) -> HTMLResponse:
    require(actor, Permission.SEE)
    return await show(request, "playbook.html", actor, "playbooks", one_view(app, playbook_id))


def view(app: App, text: str = "") -> JsonObject:
    """Return a summary of every playbook, by name; with a text, of those that have it in name or description."""
    wanted = text.casefold().split()
    found = sorted(app.library.catalogue.playbooks.values(), key=lambda item: item.name.casefold())
    return {
        "text": text,
        "items": [
            {"playbook": item, "tasks": _count(item), "users": _callers(app, item)}
            for item in found
            if all(word in f"{item.name} {item.description}".casefold() for word in wanted)
        ],
    }


def one_view(app: App, playbook_id: str) -> JsonObject:
    """Return one playbook with its picture and what calls it."""
    item = app.library.catalogue.playbook(playbook_id)
    return {
        "playbook": item,
        "description": Markup(html_of(item.description)),  # noqa: S704  # it is safe to insert
        "picture": Markup(playbook_svg(item).svg),  # noqa: S704  # the picture escapes its words
        "tasks": _count(item),
        "commands": sorted({task.script for task in item.tasks.values() if task.script}),
        "children": sorted({task.playbook for task in item.tasks.values() if task.playbook}),
        "callers": _callers(app, item),
    }


def _count(item: Playbook) -> int:
    return sum(task.kind not in QUIET for task in item.tasks.values())


def _callers(app: App, item: Playbook) -> list[str]:
    names = {item.id, item.name}
    found = app.library.catalogue.playbooks.values()
    return sorted({other.name for other in found if any(task.playbook in names for task in other.tasks.values())})
