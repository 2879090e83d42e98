"""The incident queue: open incidents with their SLA and owner."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from warroom.doors.queue import Wanted, groups_of
from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.store import IncidentQuery
from warroom.web.pages.page import bare, show
from warroom.web.pages.queue_filter import facets, wanted_from
from warroom.web.pages.queue_row import row_of
from warroom.web.security import Asking, Served

router = APIRouter()

FIRST = 40  # rows in the page itself: a tall screen, and under 30 kB
REASONS = ("Resolved", "False positive", "Duplicate", "Accepted risk", "Other")


@router.get("/")
async def queue(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    wanted = wanted_from(request.query_params)
    # Two queries that may take long, so in parallel.
    shown, counted = await asyncio.gather(view(app, actor, wanted.query(FIRST)), filters_view(app, actor, wanted))
    data = {
        **shown,
        **counted,
        "reasons": REASONS,
        "instances": [one.name for one in await app.instances.list(actor)],
        "types": sorted(item.name for item in app.library.catalogue.incident_types.values()),
    }
    return await show(request, "queue.html", actor, "incidents", data)


@router.get("/fragments/queue")
async def rows(
    request: Request,
    actor: Asking,
    app: Served,
    cursor: Annotated[str, Query(max_length=20)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HTMLResponse:
    """Return the rows from an offset behind a cursor on; the last one carries the next cursor."""
    query = wanted_from(request.query_params).query(limit, IncidentId(cursor) if cursor else None, offset)
    return bare(request, "queue_rows.html", await view(app, actor, query))


@router.get("/fragments/queue/rows")
async def some_rows(
    request: Request,
    actor: Asking,
    app: Served,
    id: Annotated[list[str], Query(max_length=100)],  # noqa: A002
) -> HTMLResponse:
    """Return rows by their incidents' ids, to redraw what changed."""
    found = [await app.incidents.get(IncidentId(each), actor) for each in id]
    return bare(request, "queue_rows.html", {"rows": [row_of(item, app.sla, app.clock.now()) for item in found]})


@router.get("/fragments/queue/filters")
async def filters(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return the filters with their counts."""
    data = await filters_view(app, actor, wanted_from(request.query_params))
    return bare(request, "queue_filters.html", {"actor": actor, **data})


async def view(app: App, actor: Actor, query: IncidentQuery) -> JsonObject:
    """Return rows of the queue and the cursor behind them, None at the end."""
    found = await app.incidents.find(query, actor)
    return {
        "rows": [row_of(incident, app.sla, app.clock.now()) for incident in found],
        "cursor": found[-1].id if len(found) == query.limit else None,
    }


async def filters_view(app: App, actor: Actor, wanted: Wanted) -> JsonObject:
    """Return the filters, how many incidents each would leave, and how many there are now."""
    groups = await groups_of(app, wanted, actor)
    total = sum(group.count for group in groups if wanted.wants(group))
    return {"wanted": wanted, "facets": facets(groups, wanted, actor.name), "total": total}
