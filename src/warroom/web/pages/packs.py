"""Content packs: which are installed, what of them cannot run here, and installing, removing and bringing back."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.content.pack import Pack
from warroom.doors.usable import PackLookedInto, ProblemShown, looked_into
from warroom.model.errors import NotFoundError
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.packs.installed import is_ours
from warroom.services.people.access import Permission, require
from warroom.web.pages.page import show
from warroom.web.security import Asking, Served

router = APIRouter()

MOST_NAMED = 200  # items of one row; a pack can have thousands that lack the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What has the same in the way: its kind, the items and how many they are, why, and what to do."""

    kind: str
    items: Sequence[str]
    count: int
    why: str
    advice: str


@router.get("/packs")
async def packs(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    require(actor, Permission.SEE)
    return await show(request, "packs.html", actor, "packs", await view(app, actor))


@router.get("/packs/{pack:path}")
async def pack(request: Request, actor: Asking, app: Served, pack: str) -> HTMLResponse:
    require(actor, Permission.SEE)
    return await show(request, "pack.html", actor, "packs", await one_view(app, actor, pack))


async def view(app: App, actor: Actor) -> JsonObject:
    """Return every installed pack with the numbers of its items, and what can be brought back."""
    found = await asyncio.to_thread(_all_looked_into, app)
    installed = {each.id for each in app.library.packs if not is_ours(each)}
    return {
        "items": sorted(found, key=lambda item: (item["ours"], item["pack"].name.casefold())),
        "previous": await app.installing.previous(actor),
        "installed": installed,
    }


async def one_view(app: App, actor: Actor, name: str) -> JsonObject:
    """Return a pack with what of it cannot run, and the version before it."""
    found = [each for each in app.library.packs if name == each.id]
    if not found:
        raise NotFoundError(f"There is no pack {name!r}. The page Content packs shows those that are installed.")
    shown = await asyncio.to_thread(looked_into, found[-1], app.library.catalogue)
    return {
        "pack": shown,
        "ours": is_ours(found[-1]),
        "description": str(found[-1].metadata.get("description") or ""),
        "stuck": together(problem for problem in shown.problems if problem.is_certain),
        "notes": together(problem for problem in shown.problems if not problem.is_certain),
        "previous": [each for each in await app.installing.previous(actor) if each.id == found[-1].id],
    }


def together(problems: Iterable[ProblemShown]) -> list[Lacking]:
    """Make a row of all items that have the same in the way."""
    items: dict[tuple[str, str, str], list[str]] = {}
    for each in problems:
        items.setdefault((each.kind, each.why, each.advice), []).append(each.item)
    return [
        Lacking(kind=kind, items=names[:MOST_NAMED], count=len(names), why=why, advice=advice)
        for (kind, why, advice), names in items.items()
    ]


def _all_looked_into(app: App) -> list[JsonObject]:
    catalogue = app.library.catalogue
    return [_line(looked_into(each, catalogue), each) for each in app.library.packs]


def _line(shown: PackLookedInto, of: Pack) -> JsonObject:
    return {
        "pack": shown,
        "ours": is_ours(of),
        "cannot_run": sum(kind.cannot_run for kind in shown.kinds),
        "other": sum(problem.kind not in {"script", "integration"} for problem in shown.problems if problem.is_certain),
    }
