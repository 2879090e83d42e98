"""What happens in the tenant: detections, people who decide, agents that come and go, verdicts."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, MODELS
from visionone_sim.services.control.door import MOST_SECONDS, PREFIX, Order, TwinDep
from visionone_sim.services.control.state import endpoint_state
from visionone_sim.services.response.tasks import task_document
from visionone_sim.settings import ResponseStatus, Timeline
from visionone_sim.tenant.tasks import Action, Outcome, TaskError
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.tenant.verdicts import SandboxRisk

router = APIRouter(prefix=PREFIX, tags=["Control room"])


class AlertOrder(Order):
    model: str = CREDENTIAL_DUMPING.key
    endpoints: tuple[str, ...] = ()
    """Names or GUIDs; none: the story chooses."""
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    after: Annotated[float, Field(ge=0, le=MOST_SECONDS)] = 0
    alert: Annotated[dict[str, Any], Field(default_factory=dict)]
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
    login_accounts: tuple[str, ...] | None = None
    remove_file: str | None = None


class VerdictOrder(Order):
    value: str
    """A SHA-1 or SHA-256 of a sample, a URL, or a domain."""
    risk: SandboxRisk


@router.post("/alerts", status_code=201)
async def raise_alerts(order: AlertOrder, twin: TwinDep) -> JSONResponse:
    """Let a detection happen once or several times."""
    if order.model not in MODELS:
        raise BadRequestError(f"There is no model {order.model!r}; use one of {', '.join(MODELS)}.")
    endpoints = [twin.tenant.endpoints.known_as(name) for name in order.endpoints]
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


@router.post("/outcomes", status_code=201)
async def prepare_outcome(order: OutcomeOrder, twin: TwinDep) -> Response:
    """Prepare the course of an action's next task."""
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
    """Bring an endpoint on line or take it off, say who is logged on, or remove a file as an attacker would."""
    tenant: Tenant = twin.tenant
    guid = tenant.endpoints.known_as(name).agent_guid
    if order.connected is not None:
        tenant.response.connect(guid, order.connected)
    if order.login_accounts is not None:
        tenant.join(replace(tenant.endpoints[guid], login_accounts=order.login_accounts))
    if order.remove_file is not None:
        tenant.remove_file(guid, order.remove_file)
    return JSONResponse(endpoint_state(tenant.endpoints[guid]))


@router.post("/verdicts", status_code=201)
async def know_verdict(order: VerdictOrder, twin: TwinDep) -> Response:
    """Decide what the sandbox will find in a sample."""
    twin.tenant.sandbox.know(order.value, order.risk)
    return Response(status_code=201)
