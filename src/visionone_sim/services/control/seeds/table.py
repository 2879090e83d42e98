"""Every kind of thing that can be put into the tenant, by the first part of its path, and the three calls of each."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import NotFoundError
from visionone_sim.services.access import object_body
from visionone_sim.services.control.door import PREFIX, TwinDep
from visionone_sim.services.control.seeds.endpoints import ENDPOINTS, FILES, PROCESSES
from visionone_sim.services.control.seeds.kind import Kind
from visionone_sim.services.control.seeds.objects import BLOCK_LIST, EXCEPTIONS, SUSPICIOUS_OBJECTS
from visionone_sim.services.control.seeds.people import ACCOUNTS, MAILBOXES, MESSAGES
from visionone_sim.services.control.seeds.records import ACTIVITIES, ALERTS, SCRIPTS
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix=PREFIX, tags=["Control room"])

KINDS: dict[str, Kind] = {
    "endpoints": ENDPOINTS,
    "processes": PROCESSES,
    "files": FILES,
    "accounts": ACCOUNTS,
    "mailboxes": MAILBOXES,
    "messages": MESSAGES,
    "alerts": ALERTS,
    "activities": ACTIVITIES,
    "scripts": SCRIPTS,
    "suspiciousObjects": SUSPICIOUS_OBJECTS,
    "exceptions": EXCEPTIONS,
    "blockList": BLOCK_LIST,
}


async def _seed(request: Request) -> dict[str, Any]:
    """Read what is said about a thing; no body says nothing."""
    return await object_body(request) if await request.body() else {}


def _routes(path: str, kind: Kind) -> None:
    place = f"/{path}/{{thing_id:path}}"

    @router.put(place, name=f"put_{path}")
    async def put(thing_id: str, body: Annotated[dict[str, Any], Depends(_seed)], twin: TwinDep) -> JSONResponse:
        """Put a thing into the tenant, or in place of the one with its id."""
        tenant: Tenant = twin.tenant
        status = 201 if kind.find(tenant, thing_id) is None else 200
        kind.put(tenant, thing_id, body)
        return JSONResponse(kind.find(tenant, thing_id), status_code=status)

    @router.get(place, name=f"get_{path}")
    async def get(thing_id: str, twin: TwinDep) -> JSONResponse:
        found = kind.find(twin.tenant, thing_id)
        if found is None:
            raise _missing(path, thing_id)
        return JSONResponse(found)

    @router.delete(place, name=f"delete_{path}", status_code=204)
    async def delete(thing_id: str, twin: TwinDep) -> Response:
        if kind.find(twin.tenant, thing_id) is None:
            raise _missing(path, thing_id)
        kind.remove(twin.tenant, thing_id)
        return Response(status_code=204)


def _missing(path: str, thing_id: str) -> NotFoundError:
    return NotFoundError(f"There is no {thing_id!r} in {path}; GET {PREFIX}/state shows what is there.")


for _path, _kind in KINDS.items():
    _routes(_path, _kind)
