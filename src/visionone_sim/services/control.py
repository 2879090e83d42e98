"""/_twin: the control room, where tests and demos look behind the API; for this machine only, without a key."""

import asyncio
import ipaddress
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.faults import Fault
from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, MODELS
from visionone_sim.services.response import task_document
from visionone_sim.settings import ResponseStatus, Timeline
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.tasks import Action, Outcome, TaskError
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, precise_time

# A larger file's hash is shown only once it has been collected: reading all of it would keep the caller waiting.
HASHED_BELOW_BYTES = 16_000_000
MOST_SECONDS = 100 * 366 * 86_400


async def _twin(request: Request) -> Any:
    """Return the twin, to callers on this machine; others learn nothing."""
    names = (request.client.host if request.client else "", request.url.hostname or "")
    if not all(_is_loopback(name) for name in names):
        raise NotFoundError(f"There is no {request.url.path}.")
    return request.app.state.twin


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


TwinDep = Annotated[Any, Depends(_twin)]
router = APIRouter(prefix="/_twin", tags=["Control room"])


class Order(BaseModel):
    """The body of a call to the control room; unknown fields are mistakes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class ClockOrder(Order):
    advance: Annotated[float, Field(ge=0, le=MOST_SECONDS)]


class AlertOrder(Order):
    model: str = CREDENTIAL_DUMPING.key
    endpoints: list[str] = []
    """Names or GUIDs; none: the story chooses."""
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    after: Annotated[float, Field(ge=0, le=MOST_SECONDS)] = 0
    alert: dict[str, Any] = {}
    """Fields that replace the drawn ones; null takes one away."""


class ErrorOrder(Order):
    code: str
    message: str
    number: str | None = None

    def error(self) -> TaskError:
        return TaskError(**self.model_dump())


class TaskOrder(Order):
    decision: Literal["approve", "reject"] | None = None
    status: ResponseStatus | None = None
    error: ErrorOrder | None = None


class OutcomeOrder(Order):
    action: Action
    timeline: Annotated[list[tuple[float, ResponseStatus]], Field(min_length=1)]
    error: ErrorOrder | None = None


class EndpointOrder(Order):
    connected: bool | None = None
    remove_file: str | None = None


@router.get("/state")
async def show_state(request: Request, twin: TwinDep) -> JSONResponse:
    """Show the whole tenant, or the parts that `part` names (it may be repeated)."""
    wanted = request.query_params.getlist("part") or list(PARTS)
    unknown = set(wanted) - set(PARTS)
    if unknown:
        raise BadRequestError(f"There is no part {min(unknown)!r}; use one of {', '.join(PARTS)}.")
    state = {name: await asyncio.to_thread(PARTS[name], twin.tenant) for name in wanted}
    return JSONResponse({"now": precise_time(twin.tenant.clock.now()), **state})


@router.get("/requests")
async def show_requests(twin: TwinDep) -> JSONResponse:
    return JSONResponse({"total": twin.requests.total, "items": [seen.wire() for seen in twin.requests]})


@router.delete("/requests")
async def forget_requests(twin: TwinDep) -> Response:
    twin.requests.clear()
    return Response(status_code=204)


@router.get("/clock")
async def show_clock(twin: TwinDep) -> JSONResponse:
    return JSONResponse({"now": precise_time(twin.tenant.clock.now())})


@router.post("/clock")
async def move_clock(order: ClockOrder, twin: TwinDep) -> JSONResponse:
    twin.tenant.clock.advance(order.advance)
    return JSONResponse({"now": precise_time(twin.tenant.clock.now())})


@router.post("/alerts", status_code=201)
async def raise_alerts(order: AlertOrder, twin: TwinDep) -> JSONResponse:
    """Let a detection happen once or several times."""
    if order.model not in MODELS:
        raise BadRequestError(f"There is no model {order.model!r}; use one of {', '.join(MODELS)}.")
    endpoints = [_endpoint(twin.tenant, name) for name in order.endpoints]
    try:
        alerts = [
            twin.story.raise_alert(
                MODELS[order.model], endpoints=endpoints, after_seconds=order.after, changes=order.alert
            )
            for _ in range(order.count)
        ]
    except ValueError as error:
        raise BadRequestError(f"The alert cannot be shown: {error}.") from error
    return JSONResponse({"ids": [alert.id for alert in alerts]}, status_code=201)


@router.post("/faults", status_code=201)
async def set_faults(request: Request, twin: TwinDep) -> JSONResponse:
    """Add rows to the table of faults."""
    body = await request.body()
    try:
        faults = TypeAdapter(list[Fault]).validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRequestError(f"The faults cannot be read at {first['loc']}: {first['msg']}.") from error
    for fault in faults:
        twin.faults.add(fault)
    return JSONResponse({"faults": len(twin.faults)}, status_code=201)


@router.delete("/faults")
async def clear_faults(twin: TwinDep) -> Response:
    twin.faults.clear()
    return Response(status_code=204)


@router.post("/outcomes", status_code=201)
async def prepare_outcome(order: OutcomeOrder, twin: TwinDep) -> Response:
    """Prepare how the next task of an action goes by."""
    error = order.error.error() if order.error else None
    twin.tenant.tasks.expect(Outcome(action=order.action, timeline=tuple(order.timeline), error=error))
    return Response(status_code=201)


@router.post("/tasks/{task_id}")
async def decide_task(task_id: str, order: TaskOrder, twin: TwinDep) -> JSONResponse:
    """Approve or reject a task, or set its status."""
    tenant: Tenant = twin.tenant
    if task_id not in tenant.tasks:
        raise NotFoundError(f"There is no task {task_id}.")
    status: ResponseStatus | None = "rejected" if order.decision == "reject" else order.status
    try:
        if order.decision == "approve":
            tenant.response.approve(task_id)
        elif status is not None:
            timeline: Timeline = ((0, status),)
            tenant.response.replan(task_id, timeline, order.error.error() if order.error else None)
    except ValueError as error:
        raise BadRequestError(str(error)) from error
    return JSONResponse(task_document(tenant.tasks[task_id], tenant.clock.now()))


@router.post("/endpoints/{name}")
async def change_endpoint(name: str, order: EndpointOrder, twin: TwinDep) -> JSONResponse:
    """Bring an endpoint on line or take it off, or remove a file as an attacker would."""
    tenant: Tenant = twin.tenant
    guid = _endpoint(tenant, name).agent_guid
    if order.connected is not None:
        tenant.response.connect(guid, order.connected)
    if order.remove_file is not None:
        tenant.remove_file(guid, order.remove_file)
    return JSONResponse(_endpoint_state(tenant.endpoints[guid]))


def _endpoint(tenant: Tenant, name: str) -> Endpoint:
    by_guid = tenant.endpoints.get(name.lower())
    return by_guid or tenant.inventory.target(agent_guid=None, name=name)


def _endpoint_state(endpoint: Endpoint) -> dict[str, Json]:
    return {
        "agentGuid": endpoint.agent_guid,
        "name": endpoint.name,
        "osName": endpoint.os_name,
        "productCode": endpoint.product_code,
        "loginAccounts": endpoint.login_accounts,
        "connected": endpoint.connected,
        "isolated": endpoint.isolated,
    }


def _endpoints(tenant: Tenant) -> Json:
    return [_endpoint_state(endpoint) for endpoint in tenant.endpoints.values()]


def _alerts(tenant: Tenant) -> Json:
    return [
        {**alert.document, "visibleSince": precise_time(alert.visible_since), "etag": alert.etag}
        for alert in list(tenant.alerts.values())
    ]


def _notes(tenant: Tenant) -> Json:
    return [{"alertId": note.alert_id, **note.wire()} for note in list(tenant.notes.values())]


def _tasks(tenant: Tenant) -> Json:
    now = tenant.clock.now()
    return [task_document(task, now) for task in list(tenant.tasks.values())]


def _files(tenant: Tenant) -> Json:
    return [
        {
            "agentGuid": endpoint.agent_guid,
            "endpointName": endpoint.name,
            "path": file.path,
            "size": file.content.size,
            "sha256": file.content.digest().sha256 if file.content.size < HASHED_BELOW_BYTES else None,
        }
        for endpoint in list(tenant.endpoints.values())
        for file in endpoint.files.values()
    ]


PARTS: dict[str, Callable[[Tenant], Json]] = {
    "endpoints": _endpoints,
    "alerts": _alerts,
    "notes": _notes,
    "tasks": _tasks,
    "files": _files,
}
