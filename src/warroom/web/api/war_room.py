"""An incident's War Room: its entries, notes, typed commands, and its context."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import JsonObject
from warroom.model.lane import Lane
from warroom.services.ports.store import EntryKind, EntryQuery
from warroom.web.api.incidents import Limit
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.security import Asking, Served
from warroom.web.shapes import entry_json

router = APIRouter(tags=["war room"], route_class=ApiRoute)


class Note(Asked):
    text: str = Field(min_length=1, max_length=1_000_000)


class Typed(Asked):
    """A command as it is typed in the War Room."""

    text: str = Field(min_length=1, max_length=1_000_000)
    using: str = Field(default="", max_length=200)


@router.get("/incidents/{incident_id}/entries", operation_id="list_entries")
async def list_entries(  # noqa: PLR0913, PLR0917  # one parameter for each filter
    incident_id: str,
    actor: Asking,
    app: Served,
    after: Annotated[int | None, Query(ge=0, le=2**31, description="Entries with a greater number.")] = None,
    before: Annotated[int | None, Query(ge=0, le=2**31, description="Entries with a smaller number.")] = None,
    kind: EntryKind | None = None,
    limit: Limit = 100,
) -> JsonObject:
    """List entries in order: with `after` the next ones, else the last ones, those before `before` with that."""
    query = EntryQuery(incident=IncidentId(incident_id), after=after, before=before, kind=kind, limit=limit)
    found = await app.war_room.find(query, actor)
    return {"items": [entry_json(entry) for entry in found], "full": len(found) == limit}


@router.get("/entries/{entry_id}", operation_id="get_entry")
async def get_entry(entry_id: str, actor: Asking, app: Served) -> JsonObject:
    """Give one entry; an entry's id looks like 4@17."""
    return entry_json(await app.war_room.entry(EntryId(entry_id), actor))


@router.post("/incidents/{incident_id}/notes", status_code=201, operation_id="add_note")
async def add_note(incident_id: str, body: Note, actor: Asking, app: Served) -> JsonObject:
    """Add a note, which may be Markdown."""
    return entry_json(await app.war_room.say(body.text, IncidentId(incident_id), actor))


@router.post("/incidents/{incident_id}/commands", status_code=202, operation_id="run_command")
async def run_command(incident_id: str, body: Typed, actor: Asking, app: Served) -> JsonObject:
    """Start a typed command; its entries come to the War Room."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    plan = await app.war_room.run(body.text, incident, actor, body.using)
    app.conductor.start_soon(plan.id, Lane.PEOPLE)
    return {"plan": plan.id, "incident": incident.id}


@router.get("/incidents/{incident_id}/context", operation_id="get_context")
async def get_context(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    """Give the context; passwords of archives are masked below responder."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    return await app.incidents.context_for(actor, incident.id)
