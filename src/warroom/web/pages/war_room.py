"""The War Room's entries as fragments: the newest ones, those after an entry, those before one."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from warroom.model.entry import Entry
from warroom.model.ids import IncidentId
from warroom.model.user import SYSTEM, Actor
from warroom.services.app import App
from warroom.services.ports.store import EntryKind, EntryQuery
from warroom.web.pages.page import bare
from warroom.web.pages.said import Given, number_of, said_of
from warroom.web.security import Asking, Served

router = APIRouter()

PAGE = 80
MOST_PAGES = 20  # pages that are searched for one author before the results so far are returned
PIECE = 500

Number = Annotated[int | None, Query(ge=0, le=2**31)]


class Author(StrEnum):
    """The filter for entries by author."""

    PEOPLE = "people"
    PLAYBOOKS = "playbooks"

    def wrote(self, entry: Entry) -> bool:
        return (entry.actor == SYSTEM.name) == (self is Author.PLAYBOOKS)


@router.get("/fragments/incidents/{incident_id}/entries")
async def entries(  # noqa: PLR0913, PLR0917  # one parameter for each filter
    incident_id: str,
    request: Request,
    actor: Asking,
    app: Served,
    after: Number = None,
    before: Number = None,
    kind: EntryKind | None = None,
    author: Author | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> HTMLResponse:
    """Return entries in order: the next ones with `after`, else the last ones (before `before`)."""
    query = EntryQuery(incident=IncidentId(incident_id), after=after, before=before, kind=kind, limit=limit)
    data = await entries_view(app, query, actor, author)
    return bare(request, "incident/entries.html", {"actor": actor, **data})


async def entries_view(app: App, query: EntryQuery, actor: Actor, author: Author | None = None) -> dict[str, Any]:
    """Return the entries, and who may download their files; `more` says that there are others in that direction."""
    found, more = await _found(app, query, actor, author)
    return {
        "entries": said_of(found, await _given(app, found, actor)),
        "restriction": await app.evidence.restriction(query.incident, actor),
        "more": more,
        "first": number_of(found[0]) if found else "",
        "last": number_of(found[-1]) if found else "",
    }


async def _given(app: App, entries: list[Entry], actor: Actor) -> Given:
    """Return the arguments of the commands that wrote these entries."""
    plans = {entry.plan for entry in entries if entry.plan and entry.command}
    return {(plan, task.key): task.inputs for plan in plans for task in (await app.plans.show(plan, actor))[1]}


async def _found(app: App, query: EntryQuery, actor: Actor, author: Author | None) -> tuple[list[Entry], bool]:
    if author is None:
        found = list(await app.war_room.find(query, actor))
        return found, len(found) == query.limit
    kept: list[Entry] = []
    after, before = query.after, query.before
    for _ in range(MOST_PAGES):
        piece = EntryQuery(incident=query.incident, after=after, before=before, kind=query.kind, limit=PIECE)
        found = list(await app.war_room.find(piece, actor))
        wanted = [entry for entry in found if author.wrote(entry)]
        kept = kept + wanted if query.after is not None else wanted + kept
        if len(found) < PIECE:
            return _cut(kept, query), len(kept) > query.limit
        if len(kept) >= query.limit:
            break
        after, before = (number_of(found[-1]), None) if query.after is not None else (None, number_of(found[0]))
    return _cut(kept, query), True


def _cut(kept: list[Entry], query: EntryQuery) -> list[Entry]:
    return kept[: query.limit] if query.after is not None else kept[-query.limit :]
