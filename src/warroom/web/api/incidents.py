"""Incidents: list, create, change, close, reopen."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from warroom.model.ids import IncidentId
from warroom.model.json import Json, JsonObject
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.queue import QueueFilter, facets_of
from warroom.web.security import Asking, Served
from warroom.web.shapes import incident_json, whole_incident_json
from warroom.web.words import severity_named

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=ApiRoute)

Limit = Annotated[int, Query(ge=1, le=500, description="The most items in one answer.")]
Cursor = Annotated[str | None, Query(description="What the answer before gave, to page on.")]


class NewIncident(Asked):
    """What an incident begins with."""

    name: str = Field(min_length=1, max_length=600)
    type: str = Field(default="", max_length=200)
    severity: str = "unknown"
    details: str = Field(default="", max_length=1_000_000)
    instance: str = Field(default="", max_length=200)  # that its commands go to


class Closing(Asked):
    reason: str = Field(default="", max_length=200)
    notes: str = Field(default="", max_length=100_000)


class Change(Asked):
    """What changes; what is left out stays."""

    owner: str | None = Field(default=None, max_length=64)
    severity: str | None = None
    fields: dict[str, Json] | None = None


@router.get("", operation_id="list_incidents")
async def list_incidents(
    actor: Asking,
    app: Served,
    asked: Annotated[QueueFilter, Depends()],
    cursor: Cursor = None,
    limit: Limit = 100,
) -> JsonObject:
    """List incidents. `text` finds its words in names, details, fields and ids of the source."""
    query = asked.wanted().query(limit, IncidentId(cursor) if cursor else None)
    found = await app.incidents.find(query, actor)
    return {
        "items": [incident_json(item) for item in found],
        "cursor": found[-1].id if len(found) == limit else None,
    }


@router.get("/facets", operation_id="count_incidents")
async def count_incidents(actor: Asking, app: Served, asked: Annotated[QueueFilter, Depends()]) -> JsonObject:
    """Count incidents by severity, status, owner and type; each as it would be without its own filter."""
    return await facets_of(app, asked.wanted(), actor)


@router.post("", status_code=201, operation_id="create_incident")
async def create_incident(body: NewIncident, actor: Asking, app: Served) -> JsonObject:
    """Create an incident; its type's playbook starts when that runs by itself."""
    incident, plan = await app.incidents.create(
        body.name,
        actor,
        type_name=body.type,
        severity=severity_named(body.severity),
        details=body.details,
        instance=body.instance,
    )
    if plan:
        app.conductor.start_soon(plan.id)
    return whole_incident_json(incident)


@router.get("/{incident_id}", operation_id="get_incident")
async def get_incident(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    """Give an incident with its details and fields."""
    return whole_incident_json(await app.incidents.get(IncidentId(incident_id), actor))


@router.patch("/{incident_id}", operation_id="change_incident")
async def change_incident(incident_id: str, body: Change, actor: Asking, app: Served) -> JsonObject:
    """Give it another owner or severity, or set fields."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    fields = dict(body.fields or {})
    if body.severity is not None:
        fields["severity"] = severity_named(body.severity).value
    if fields:
        incident = await app.incidents.update_fields(incident.id, fields, actor)
    if body.owner is not None:
        incident = await app.incidents.assign(incident.id, body.owner, actor)
    return whole_incident_json(incident)


@router.post("/{incident_id}/close", operation_id="close_incident")
async def close_incident(incident_id: str, body: Closing, actor: Asking, app: Served) -> JsonObject:
    """Close it; closing it twice is refused."""
    return whole_incident_json(await app.incidents.close(IncidentId(incident_id), body.reason, body.notes, actor))


@router.post("/{incident_id}/reopen", operation_id="reopen_incident")
async def reopen_incident(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    """Take a closed incident up again."""
    return whole_incident_json(await app.incidents.reopen(IncidentId(incident_id), actor))
