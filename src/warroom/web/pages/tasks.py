"""The inbox: what waits for a person, over all incidents."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.store import AskedQuery
from warroom.web.pages.page import bare, show
from warroom.web.pages.question import waiting_questions
from warroom.web.security import Asking, Served

router = APIRouter()

MOST = 200  # cards in the page


@router.get("/tasks")
async def tasks_page(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Show what waits, oldest first."""
    return await show(request, "tasks.html", actor, "tasks", await view(app, actor))


@router.get("/fragments/tasks")
async def tasks(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return the cards alone."""
    return bare(request, "tasks/list.html", {"actor": actor, **await view(app, actor)})


async def view(app: App, actor: Actor) -> dict[str, Any]:
    found = await waiting_questions(app, actor, AskedQuery(limit=MOST + 1))
    return {"questions": found[:MOST], "more": len(found) > MOST}
