"""People of the tenant: API keys with roles, messages that arrive, programs that users start."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError
from visionone_sim.scenarios.people import Letter, deliver
from visionone_sim.services.control.door import MOST_SECONDS, PREFIX, Order, TwinDep
from visionone_sim.services.control.state import endpoint_state
from visionone_sim.tenant.endpoints import Process
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.wire import after

router = APIRouter(prefix=PREFIX, tags=["Control room"])


class KeyOrder(Order):
    token: Annotated[str, Field(min_length=1)]
    role: str = "full"
    name: str | None = None
    expires_in: Annotated[float, Field(ge=0, le=MOST_SECONDS)] | None = None
    enabled: bool = True


class MessageOrder(Order):
    recipients: Annotated[tuple[str, ...], Field(min_length=1)]
    sender: str
    subject: str = "Hello"
    message_id: Annotated[str, Field(min_length=1)]
    urls: tuple[str, ...] = ()


class ProcessOrder(Order):
    name: str
    path: str
    sha1: str
    pid: int


class RoleOrder(Order):
    permissions: tuple[str, ...]


@router.post("/keys", status_code=201)
async def issue_key(order: KeyOrder, twin: TwinDep) -> JSONResponse:
    """Add an API key, such as one that may only read or that expires soon."""
    tenant = twin.tenant
    if order.role not in tenant.roles:
        raise BadRequestError(f"There is no role {order.role!r}; use one of {', '.join(tenant.roles)}.")
    now = tenant.clock.now()
    key = ApiKey(
        token=order.token,
        name=order.name or f"key-{len(tenant.keys) + 1}",
        role=order.role,
        id=f"key-{len(tenant.keys) + 1}",
        enabled=order.enabled,
        created=now,
        expires=after(now, order.expires_in) if order.expires_in is not None else None,
    )
    tenant.keys = (*tenant.keys, key)
    return JSONResponse({"id": key.id}, status_code=201)


@router.post("/roles/{name}", status_code=201)
async def define_role(name: str, order: RoleOrder, twin: TwinDep) -> Response:
    """Say which permissions a role has; the words are those of refusals."""
    twin.tenant.roles[name] = frozenset(order.permissions)
    return Response(status_code=201)


@router.post("/messages", status_code=201)
async def send_message(order: MessageOrder, twin: TwinDep) -> JSONResponse:
    """Deliver a message to mailboxes, now."""
    letter = Letter(
        subject=order.subject,
        sender=order.sender,
        recipients=order.recipients,
        sent=twin.tenant.clock.now(),
        message_id=order.message_id,
        urls=order.urls,
    )
    copies = deliver(twin.tenant, letter)
    return JSONResponse({"uniqueIds": [copy.unique_id for copy in copies]}, status_code=201)


@router.post("/endpoints/{name}/processes", status_code=201)
async def start_process(name: str, order: ProcessOrder, twin: TwinDep) -> JSONResponse:
    """Start a program on an endpoint."""
    guid = twin.tenant.endpoints.known_as(name).agent_guid
    process = Process(pid=order.pid, name=order.name, path=order.path, sha1=order.sha1)
    twin.tenant.start_process(guid, process)
    return JSONResponse(endpoint_state(twin.tenant.endpoints[guid]), status_code=201)
