"""Incidents: list, create, change, close; their War Room, context and plans."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from warroom.mapping.severity import read_severity
from warroom.model.errors import InvalidInputError
from warroom.model.ids import IncidentId
from warroom.model.incident import Severity, Status
from warroom.model.json import Json, JsonObject
from warroom.services.ports.store import IncidentQuery
from warroom.services.war_room import PLAYGROUND
from warroom.web.security import Asking, Served
from warroom.web.shapes import entry_json, incident_json, plan_json

router = APIRouter(prefix="/incidents", tags=["incidents"])


class NewIncident(BaseModel):
    """What an incident begins with."""

    name: str = Field(min_length=1, max_length=600)
    type: str = ""
    severity: str = "unknown"
    details: str = Field(default="", max_length=1_000_000)


class Closing(BaseModel):
    reason: str = Field(default="", max_length=200)
    notes: str = Field(default="", max_length=100_000)


class Note(BaseModel):
    text: str = Field(min_length=1, max_length=1_000_000)


class Typed(BaseModel):
    """A command as it is typed in the War Room."""

    text: str = Field(min_length=1, max_length=1_000_000)
    using: str = ""


class Change(BaseModel):
    """What changes; what is left out stays."""

    owner: str | None = None
    fields: dict[str, Json] | None = None


@router.get("", operation_id="list_incidents")
async def list_incidents(  # noqa: PLR0913, PLR0917  # one parameter for each filter
    actor: Asking,
    app: Served,
    status: str | None = None,
    severity: str | None = None,
    type: str | None = None,  # noqa: A002  # the filter's name
    text: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> JsonObject:
    """List incidents, newest first."""
    query = IncidentQuery(
        type=type,
        status=status_named(status) if status else None,
        severity=severity_named(severity) if severity else None,
        text=text,
        limit=limit,
        before=IncidentId(cursor) if cursor else None,
    )
    found = await app.incidents.find(query, actor)
    shown = [incident_json(item) for item in found if item.type != PLAYGROUND]
    return {"items": shown, "cursor": found[-1].id if len(found) == limit else None}


@router.post("", status_code=201, operation_id="create_incident")
async def create_incident(body: NewIncident, actor: Asking, app: Served) -> JsonObject:
    incident, plan = await app.incidents.create(
        body.name, actor, type_name=body.type, severity=severity_named(body.severity), details=body.details
    )
    if plan:
        app.conductor.start_soon(plan.id)
    return incident_json(incident)


@router.get("/{incident_id}", operation_id="get_incident")
async def get_incident(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    return {**incident_json(incident), "details": incident.details, "fields": dict(incident.custom_fields)}


@router.patch("/{incident_id}", operation_id="change_incident")
async def change_incident(incident_id: str, body: Change, actor: Asking, app: Served) -> JsonObject:
    """Give it another owner, or set fields."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    if body.owner is not None:
        incident = await app.incidents.assign(incident.id, body.owner, actor)
    if body.fields:
        incident = await app.incidents.update_fields(incident.id, body.fields, actor)
    return incident_json(incident)


@router.post("/{incident_id}/close", operation_id="close_incident")
async def close_incident(incident_id: str, body: Closing, actor: Asking, app: Served) -> JsonObject:
    return incident_json(await app.incidents.close(IncidentId(incident_id), body.reason, body.notes, actor))


@router.post("/{incident_id}/reopen", operation_id="reopen_incident")
async def reopen_incident(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    return incident_json(await app.incidents.reopen(IncidentId(incident_id), actor))


@router.get("/{incident_id}/entries", operation_id="list_entries")
async def list_entries(
    incident_id: str, actor: Asking, app: Served, after: Annotated[int, Query(ge=0)] = 0
) -> JsonObject:
    """List the War Room's entries with a number above `after`."""
    found = await app.war_room.entries(IncidentId(incident_id), actor, after)
    return {"items": [entry_json(entry) for entry in found]}


@router.post("/{incident_id}/notes", status_code=201, operation_id="add_note")
async def add_note(incident_id: str, body: Note, actor: Asking, app: Served) -> JsonObject:
    return entry_json(await app.war_room.say(body.text, IncidentId(incident_id), actor))


@router.post("/{incident_id}/commands", status_code=202, operation_id="run_command")
async def run_command(incident_id: str, body: Typed, actor: Asking, app: Served) -> JsonObject:
    """Start a typed command; its entries come to the War Room."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    plan = await app.war_room.run(body.text, incident, actor, body.using)
    app.conductor.start_soon(plan.id)
    return {"plan": plan.id}


@router.get("/{incident_id}/context", operation_id="get_context")
async def get_context(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    """Give the context; passwords of archives are masked below responder."""
    return await app.incidents.context_for(actor, IncidentId(incident_id))


@router.get("/{incident_id}/plans", operation_id="list_plans")
async def list_plans(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    """List the incident's work plans with their tasks."""
    plans = await app.plans.of_incident(IncidentId(incident_id), actor)
    return {"items": [plan_json(*await app.plans.show(plan.id, actor)) for plan in plans]}


def severity_named(text: str) -> Severity:
    severity = read_severity(text)
    if severity is None:
        raise InvalidInputError(f"{text!r} is no severity. Use unknown, low, medium, high, critical or 0 to 4.")
    return severity


def status_named(text: str) -> Status:
    try:
        return Status[text.upper()]
    except KeyError:
        names = ", ".join(status.name.lower() for status in Status)
        raise InvalidInputError(f"{text!r} is no status. Use one of {names}.") from None
