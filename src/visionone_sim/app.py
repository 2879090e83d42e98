"""The twin as one ASGI application: the services of the API, the downloads, the control room, behind the edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

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
from visionone_sim.recorder import Recorder
from visionone_sim.scenarios.story import Story
from visionone_sim.services import (
    control,
    downloads,
    eiqs,
    endpoint_security,
    healthcheck,
    response,
    workbench,
)
from visionone_sim.tenant.tenant import Tenant

SERVICES = (healthcheck, workbench, eiqs, endpoint_security, response)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A tenant and everything that a test wants to see or break."""

    tenant: Tenant
    story: Story
    requests: Recorder = field(default_factory=Recorder)
    faults: FaultTable = field(default_factory=FaultTable)
    connections: Connections = field(default_factory=Connections)


def make_app(twin: Twin) -> ASGIApp:
    """Return the application of one twin; its shutdown closes the tenant."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        twin.tenant.close()

    app = FastAPI(
        title="Twin of the Vision One API",
        version="3.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/_twin/openapi.json",
        redirect_slashes=False,
    )
    app.state.twin = twin
    app.state.tenant = twin.tenant
    for service in SERVICES:
        app.include_router(service.router, prefix=API)
    app.include_router(downloads.router)
    app.include_router(control.router)
    app.add_exception_handler(VendorError, _vendor_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Exception, _internal_error)
    return Edge(app, tenant=twin.tenant, recorder=twin.requests, faults=twin.faults, connections=twin.connections)


async def _vendor_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, VendorError)
    return error.response()


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return MethodNotAllowedError(f"{request.method} is not allowed on {request.url.path}.").response()
    if error.status_code == 404:
        return NotFoundError(f"There is no {request.url.path}.").response()
    return BadRequestError(str(error.detail)).response()


async def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return BadRequestError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}").response()


async def _internal_error(_request: Request, _error: Exception) -> JSONResponse:
    return InternalError("The twin has a bug here; its log has the details.").response()
