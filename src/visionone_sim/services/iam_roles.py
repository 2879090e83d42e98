"""/iam/roles: what keys and accounts may be allowed; the shapes of answers are guesses.

The twin's own roles stand here, under ids made from their names: the vendor's predefined ones are not documented.
"""

import uuid
from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim import filters
from visionone_sim.errors import NotFoundError
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import TenantDep, page_response
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json

router = APIRouter(prefix="/iam/roles", tags=["Roles"])

FILTER_FIELDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "id": lambda name: (id_of(name),),
    "name": lambda name: (name,),
}
ORDER_FIELDS: dict[str, Callable[[str], str]] = {"name": lambda name: name}


@router.get("")
async def list_roles(request: Request, tenant: TenantDep) -> JSONResponse:
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=1024) if text else None
    found = [name for name in tenant.roles if wanted is None or filters.matches(wanted, _values(name))]
    order = read_order(request.query_params.get("orderBy"), ORDER_FIELDS, (("name", False),), descending=False)
    names = ordered(found, order, ORDER_FIELDS)
    page = cut(names, cursor, page_size(request.query_params, (50, 100, 200), 50))
    return page_response(request, page, (_wire(name) for name in page.items), counted=True)


@router.get("/{role_id}")
async def get_role(role_id: str, tenant: TenantDep) -> JSONResponse:
    return JSONResponse(_wire(_find(tenant, role_id)))


@router.get("/{role_id}/permissions")
async def list_permissions(role_id: str, tenant: TenantDep) -> JSONResponse:
    allowed = sorted(tenant.roles[_find(tenant, role_id)])
    return JSONResponse({"items": [{"name": permission} for permission in allowed]})


def id_of(name: str) -> str:
    """Return a role's id, the same in every tenant."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"visionone-sim:role:{name}"))


def _find(tenant: Tenant, wanted: str) -> str:
    for name in tenant.roles:
        if id_of(name) == wanted:
            return name
    raise NotFoundError("The role does not exist.")


def _wire(name: str) -> dict[str, Json]:
    return {"id": id_of(name), "name": name}


def _values(name: str) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](name)
