"""The twin as one ASGI application: the services of the API, the downloads, the control room, behind the edge."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from visionone_sim.clock import Clock
from visionone_sim.connections import Connections
from visionone_sim.edge import API, Edge
from visionone_sim.errors import (
    BadRequestError,
    InternalError,
    MethodNotAllowedError,
    NotFoundError,
    VendorError,
)
from visionone_sim.faults import FaultTable
from visionone_sim.openapi import describe
from visionone_sim.operation_names import OperationNames, template
from visionone_sim.recorder import Recorder
from visionone_sim.scenarios.story import Story
from visionone_sim.services import (
    audit,
    case_contents,
    cases,
    downloads,
    eiqs,
    endpoint_security,
    healthcheck,
    iam,
    iam_accounts,
    iam_roles,
    inventory_tasks,
    oat,
    pipelines,
    sandbox,
    search,
    threatintel,
    workbench,
)
from visionone_sim.services.control import machine, people, requests, snapshots, state
from visionone_sim.services.control import tenant as control_tenant
from visionone_sim.services.control.door import PREFIX, admit
from visionone_sim.services.control.seeds import table as seeds
from visionone_sim.services.response import accounts, containers, emails, endpoints, objects, rules, scripts, tasks
from visionone_sim.state_file import kept_in
from visionone_sim.tenant.tenant import Tenant

SERVICES = (
    healthcheck,
    workbench,
    eiqs,
    inventory_tasks,
    endpoint_security,
    endpoints,
    objects,
    emails,
    accounts,
    containers,
    scripts,
    tasks,
    rules,
    threatintel,
    sandbox,
    search,
    oat,
    pipelines,
    iam,
    iam_accounts,
    iam_roles,
    audit,
    cases,
    case_contents,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A tenant, further ones beside it, and everything that a test wants to see or break."""

    tenant: Tenant
    story: Story
    neighbours: list[Story] = field(default_factory=list)
    again: Callable[[Clock], Story] | None = None
    """Tells the story from its beginning, in a new tenant."""
    snapshots: dict[str, bytes] = field(default_factory=dict)
    state_file: Path | None = None
    requests: Recorder = field(default_factory=Recorder)
    faults: FaultTable = field(default_factory=FaultTable)
    connections: Connections = field(default_factory=Connections)

    number: int | None = None
    """Which of its tenants it is seen from, when a key has chosen one."""

    @property
    def tenants(self) -> list[Tenant]:
        return [self.tenant, *(story.tenant for story in self.neighbours)]

    def of_key(self, token: str) -> "Twin":
        """Return the same twin, seen from the tenant that a key belongs to."""
        for number, story in enumerate((self.story, *self.neighbours)):
            if any(key.token == token for key in story.tenant.keys):
                return replace(self, tenant=story.tenant, story=story, number=number)
        raise NotFoundError("No tenant has this key.")


def make_app(twin: Twin) -> ASGIApp:
    """Return the application of one twin; its shutdown closes the tenant."""
    app = FastAPI(
        title="Twin of the Vision One API",
        version="3.0",
        lifespan=lambda _app: _life(twin),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    names = operation_names()
    app.state.twin = twin
    app.state.operation_names = names
    app.router.routes.extend(vendor_routes())
    _say_errors_as_the_vendor(app)
    app.add_api_route(
        f"{PREFIX}/openapi.json",
        lambda: describe(app, api_routes(), twin.tenant),
        include_in_schema=False,
        dependencies=[Depends(admit)],
    )
    app.router.routes.extend(control_routes())
    return Edge(
        app,
        tenants=lambda: twin.tenants,
        recorder=twin.requests,
        faults=twin.faults,
        connections=twin.connections,
        names=names,
    )


@asynccontextmanager
async def _life(twin: Twin) -> AsyncIterator[None]:
    async with kept_in(twin.tenant, twin.state_file):
        yield
    for tenant in twin.tenants:
        tenant.close()


@cache
def vendor_routes() -> Sequence[BaseRoute]:
    """Return what the vendor has, for all twins of a process: reading it takes the framework longer than a test."""
    routes = APIRouter()
    for service in SERVICES:
        routes.include_router(service.router, prefix=API)
    routes.include_router(downloads.router)
    return tuple(routes.routes)


@cache
def control_routes() -> Sequence[BaseRoute]:
    """Return what only the twin has, for all twins of a process as well."""
    routes = APIRouter()
    for room in (state, machine, requests, snapshots, people, control_tenant, seeds):
        routes.include_router(room.router, dependencies=[Depends(admit)])
    return tuple(routes.routes)


def _say_errors_as_the_vendor(app: FastAPI) -> None:
    app.add_exception_handler(VendorError, _vendor_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Exception, _internal_error)


def api_routes() -> dict[str, list[APIRoute]]:
    """Return the routes of the API by their paths."""
    found: dict[str, list[APIRoute]] = {}
    for service in SERVICES:
        for route in service.router.routes:
            if isinstance(route, APIRoute):
                found.setdefault(f"{API}{route.path}", []).append(route)
    return found


@cache
def operation_names() -> OperationNames:
    """Return the operations of the API and the download of a file by their names."""
    routes = [(path, route) for path, found in api_routes().items() for route in found]
    routes += [(route.path, route) for route in downloads.router.routes if isinstance(route, APIRoute)]
    return OperationNames(f"{method} {template(path)}" for path, route in routes for method in route.methods or ())


async def _vendor_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, VendorError)
    return error.response()


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return MethodNotAllowedError(f"{request.method} is not allowed on {request.url.path}.").response()
    if error.status_code == 404:
        return NotFoundError(f"There is no {request.url.path}.").response()
    return BadRequestError(str(error.detail)).response()


async def _invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return BadRequestError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}").response()


async def _internal_error(_request: Request, _error: Exception) -> Response:
    return InternalError("The twin has a bug here; its log has the details.").response()
