"""What watches the server from outside: is it alive, and its figures for Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest

from warroom.model.incident import Status
from warroom.model.json import JsonObject
from warroom.services.app import App
from warroom.services.ports.store import IncidentQuery
from warroom.web.api_route import ApiRoute
from warroom.web.security import Asking, Served

router = APIRouter(route_class=ApiRoute)


@router.get("/healthz")
async def healthz(app: Served) -> JsonObject:
    """Say that the server and its database answer."""
    await app.store.last_event()
    return {"status": "ok"}


@router.get("/metrics")
async def metrics(actor: Asking, app: Served) -> Response:
    """Give the figures of the process and of the queue; Prometheus signs in with an API key of a reader."""
    registry = CollectorRegistry()
    incidents = Gauge("warroom_incidents", "Incidents by status.", ["status"], registry=registry)
    for status in Status:
        count = await app.incidents.count(IncidentQuery(status=status), actor)
        incidents.labels(status.name.lower()).set(count)
    waiting = Gauge("warroom_tasks_waiting_for_people", "Tasks that wait for an answer.", registry=registry)
    waiting.set(len(await app.plans.waiting_for_people(actor)))
    events = Gauge("warroom_events", "The last number of the event log.", registry=registry)
    events.set(await app.audit.last(actor))
    await _proven(app, registry)
    return Response(generate_latest(REGISTRY) + generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _proven(app: App, registry: CollectorRegistry) -> None:
    """Add what proves the rest: whether evidence is whole, and the log sealed."""
    state = await app.scrubbing.state()
    damaged = Gauge("warroom_blobs_damaged", "Stored blobs that are not what was stored.", registry=registry)
    damaged.set(len(state.damages))
    checked = Gauge("warroom_blobs_checked", "Stored blobs that the slow check has read.", registry=registry)
    checked.set(state.blobs)
    unsealed = Gauge("warroom_events_unsealed", "Events that are not sealed yet.", registry=registry)
    unsealed.set(await app.sealing.waiting())
