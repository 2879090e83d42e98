"""Incidents: list, count, create, read, change, close, reopen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import Page, shaped
from warroom.doors.asked import Asked, Nothing
from warroom.doors.cursor import OTHER_CURSOR
from warroom.doors.operation import reads, writes
from warroom.doors.plans import PlanShown, plans_on
from warroom.doors.queue import Facets, QueueFilter, facets_of
from warroom.doors.words import Named, severity_named
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Label, Severity, Status
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.approvals.refusing import open_requests
from warroom.services.people.access import Permission


class OneIncident(Asked):
    """Which incident."""

    id: str


class IncidentList(QueueFilter):
    """Which incidents, and how many of them."""

    cursor: str | None = Field(default=None, description="What the answer before gave, to page on.")
    limit: int = Field(default=100, ge=1, description="The most items in one answer.")


class NewIncident(Asked):
    """A new incident."""

    name: str = Field(min_length=1, max_length=600)
    type: str = Field(default="", max_length=200)
    severity: Named = "unknown"
    details: str = Field(default="", max_length=1_000_000)
    instance: str = Field(default="", max_length=200, description="The instance that its commands go to.")


class Closing(OneIncident):
    """Why it is closed."""

    reason: str = Field(default="", max_length=200)
    notes: str = Field(default="", max_length=100_000)


class Change(OneIncident):
    """What changes; what is left out stays."""

    owner: str | None = Field(default=None, max_length=64)
    severity: Named | None = None
    fields: dict[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident as a list shows it; severity and status are XSOAR's numbers."""

    id: IncidentId
    name: str
    type: str
    severity: Severity
    status: Status
    owner: str
    occurred: datetime
    created: datetime
    playbook: str
    source: str
    mirror_id: str
    close_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeIncident(IncidentLine):
    """An incident with everything but its context."""

    details: str
    fields: Mapping[str, Json]
    labels: Sequence[Label]
    modified: datetime
    closed: datetime | None
    close_notes: str
    linked: Sequence[IncidentId]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStory(IncidentLine):
    """An incident with its fields, its work plans and its context."""

    details: str
    linked: Sequence[IncidentId]
    fields: Mapping[str, Json]
    plans: Sequence[PlanShown]
    context: JsonObject


def line_of(incident: Incident) -> IncidentLine:
    """Shape an incident for a list."""
    return shaped(IncidentLine, incident, source=incident.source_instance, mirror_id=incident.remote)


def whole(incident: Incident) -> WholeIncident:
    """Shape an incident with everything but its context."""
    more = {"source": incident.source_instance, "mirror_id": incident.remote, "fields": incident.custom_fields}
    return shaped(WholeIncident, incident, **more)


@reads("incident.list", Permission.SEE)
async def list_incidents(app: App, asked: IncidentList, actor: Actor) -> Page[IncidentLine]:
    """List incidents. `text` finds its words in names, details, fields and ids of the source."""
    query = asked.wanted().query(asked.limit, _place(asked.cursor) if asked.cursor else None)
    found = await app.incidents.find(query, actor)
    return Page(
        items=[line_of(incident) for incident in found],
        cursor=found[-1].id if len(found) == asked.limit else None,
    )


def _place(cursor: str) -> IncidentId:
    if not (cursor.isascii() and cursor.isdecimal()):
        raise InvalidInputError(OTHER_CURSOR)
    return IncidentId(cursor)


@reads("incident.count", Permission.SEE)
async def count_incidents(app: App, asked: QueueFilter, actor: Actor) -> Facets:
    """Count incidents by severity, status, owner and type; each as it would be without its own filter."""
    return await facets_of(app, asked.wanted(), actor)


@writes("incident.create", Permission.CREATE_INCIDENTS, NotFoundError)
async def create_incident(app: App, asked: NewIncident, actor: Actor) -> WholeIncident:
    """Create an incident; its type's playbook starts when that runs by itself."""
    incident, _ = await app.incidents.create(
        asked.name,
        actor,
        type_name=asked.type,
        severity=severity_named(asked.severity),
        details=asked.details,
        instance=asked.instance,
    )
    return whole(incident)


@reads("incident.get", Permission.SEE, NotFoundError)
async def get_incident(app: App, asked: OneIncident, actor: Actor) -> WholeIncident:
    """Return an incident with its details and fields."""
    return whole(await app.incidents.get(IncidentId(asked.id), actor))


@writes("incident.change", Permission.EDIT_INCIDENTS, NotFoundError)
async def change_incident(app: App, asked: Change, actor: Actor) -> WholeIncident:
    """Change an incident's owner or severity, or set fields."""
    incident = await app.incidents.get(IncidentId(asked.id), actor)
    fields = dict(asked.fields or {})
    if asked.severity is not None:
        fields["severity"] = severity_named(asked.severity).value
    if fields:
        incident = await app.incidents.update_fields(incident.id, fields, actor)
    if asked.owner is not None:
        incident = await app.incidents.assign(incident.id, asked.owner, actor)
    return whole(incident)


@writes("incident.close", Permission.CLOSE_INCIDENTS, NotFoundError, ConflictError)
async def close_incident(app: App, asked: Closing, actor: Actor) -> WholeIncident:
    """Close an incident; closing it twice is refused."""
    incident = IncidentId(asked.id)
    requests = await open_requests(app.store, incident)
    closed = await app.incidents.close(incident, asked.reason, asked.notes, actor)
    for plan, _ in requests:  # they are withdrawn with it; later reads show that
        await app.conductor.drive(plan.id)
    return whole(closed)


@writes("incident.reopen", Permission.CLOSE_INCIDENTS, NotFoundError, ConflictError)
async def reopen_incident(app: App, asked: OneIncident, actor: Actor) -> WholeIncident:
    """Reopen a closed incident."""
    return whole(await app.incidents.reopen(IncidentId(asked.id), actor))


@reads("incident.context", Permission.SEE, NotFoundError)
async def get_context(app: App, asked: OneIncident, actor: Actor) -> JsonObject:
    """Return the context; passwords of archives are masked below responder."""
    incident = await app.incidents.get(IncidentId(asked.id), actor)
    return await app.incidents.context_for(actor, incident.id)


@reads("incident.show", Permission.SEE, NotFoundError)
async def show_incident(app: App, asked: OneIncident, actor: Actor) -> IncidentStory:
    """Return an incident with its fields, its work plans but those of typed commands, and its context."""
    incident = await app.incidents.get(IncidentId(asked.id), actor)
    return shaped(
        IncidentStory,
        incident,
        source=incident.source_instance,
        mirror_id=incident.remote,
        fields=incident.custom_fields,
        plans=await plans_on(app, incident.id, actor),
        context=await app.incidents.context_for(actor, incident.id),
    )


@writes("incident.playground", Permission.RUN_READS)
async def show_playground(app: App, _asked: Nothing, actor: Actor) -> IncidentLine:
    """Return the incident that commands without an incident run on; it is made when first needed."""
    return line_of(await app.war_room.playground(actor))
