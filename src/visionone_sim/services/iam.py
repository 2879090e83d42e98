"""/iam/apiKeys: API keys; a new one works at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import StringConstraints
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.etag import etag_of, require_match
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import ListBody, ObjectBody, TenantDep, base_url, page_response
from visionone_sim.services.multistatus import Answer, Item, ItemModel, answer_each, location, read_item
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/iam/apiKeys", tags=["API keys"])

KeyName = Annotated[str, StringConstraints(min_length=1, max_length=254)]
Status = Literal["enabled", "disabled"]
MONTH = timedelta(days=365.25 / 12)
NEVER = ""

FILTER_FIELDS: dict[str, Callable[[ApiKey], tuple[str, ...]]] = {
    "id": lambda key: (key.id,),
    "name": lambda key: (key.name,),
    "role": lambda key: (key.role,),
    "status": lambda key: (_status(key),),
}


class _NewKey(ItemModel):
    name: KeyName
    role: KeyName
    months_to_expiration: Literal[0, 1, 3, 6, 12] = 12
    description: str | None = None
    status: Status = "enabled"


class _Changes(ItemModel):
    name: KeyName | None = None
    role: KeyName | None = None
    description: str | None = None
    status: Status | None = None


@router.get("")
async def list_keys(request: Request, tenant: TenantDep) -> JSONResponse:
    parameters = request.query_params
    cursor = read_cursor(parameters.get("skipToken"), tenant.clock.now())
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=1024) if text else None
    found = [key for key in tenant.keys if wanted is None or filters.matches(wanted, _values(key))]
    keys = _order_fields(tenant)
    order = read_order(parameters.get("orderBy"), keys, (("createdDateTime", True),))
    page = cut(ordered(found, order, keys), cursor, page_size(parameters, (50, 100, 200), 50))
    return page_response(request, page, (key_document(tenant, key) for key in page.items), counted=True)


@router.post("", status_code=207)
async def create_keys(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def create(item: Item) -> Answer:
        wanted = read_item(_NewKey, item)
        _require_free(tenant, wanted.name, None)
        now = tenant.clock.now()
        months = wanted.months_to_expiration
        key = ApiKey(
            token=f"sim-{tenant.rng.getrandbits(256):064x}",
            name=wanted.name,
            role=known_role(tenant, wanted.role),
            id=draw_uuid(tenant.rng),
            description=wanted.description,
            enabled=wanted.status == "enabled",
            expires=now + months * MONTH if months else None,
            created=now,
        )
        tenant.keys = (*tenant.keys, key)
        place = f"{base_url(request)}{request.url.path}/{key.id}"
        new = {"id": key.id, "value": key.token, "expiredDateTime": _expiry(key)}
        return {"status": 201, "headers": location("Location", place), "body": new}

    return answer_each(request, body, create)


@router.post("/delete", status_code=207)
async def delete_keys(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def delete(item: Item) -> Answer:
        gone = _find(tenant, str(item.get("id")))
        tenant.keys = tuple(key for key in tenant.keys if key is not gone)
        return {"status": 204}

    return answer_each(request, body, delete)


@router.get("/{key_id}")
async def get_key(key_id: str, tenant: TenantDep) -> JSONResponse:
    key = _find(tenant, key_id)
    return JSONResponse(key_document(tenant, key), headers={"ETag": etag_of(key.id, key.version)})


@router.patch("/{key_id}", status_code=204)
async def change_key(key_id: str, request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    key = _find(tenant, key_id)
    require_match(request.headers.get("If-Match"), etag_of(key.id, key.version))
    wanted = read_item(_Changes, body)
    if wanted.name is not None:
        _require_free(tenant, wanted.name, key)
    changed = replace(
        key,
        name=wanted.name or key.name,
        role=key.role if wanted.role is None else known_role(tenant, wanted.role),
        description=key.description if wanted.description is None else wanted.description,
        enabled=key.enabled if wanted.status is None else wanted.status == "enabled",
        modified=tenant.clock.now(),
        version=key.version + 1,
    )
    tenant.keys = tuple(changed if each is key else each for each in tenant.keys)
    return Response(status_code=204)


def key_document(tenant: Tenant, key: ApiKey) -> dict[str, Json]:
    """Write a key without its secret."""
    used = tenant.key_uses.get(key.id)
    return {
        "id": key.id,
        "name": key.name,
        "status": _status(key),
        "role": key.role,
        "description": key.description,
        "expiredDateTime": _expiry(key),
        "lastUsedDateTime": wire_time(used) if used else NEVER,
    }


def _find(tenant: Tenant, key_id: str) -> ApiKey:
    for key in tenant.keys:
        if key.id == key_id:
            return key
    raise NotFoundError("The API key does not exist.")


def _require_free(tenant: Tenant, name: str, own: ApiKey | None) -> None:
    if any(key.name == name and key is not own for key in tenant.keys):
        raise BadRequestError(f"There is an API key named {name!r} already.", target="name")


def known_role(tenant: Tenant, name: str) -> str:
    """Refuse a role that the tenant does not have."""
    # The vendor's predefined roles have names of their own; a role that the tenant does not know would allow nothing.
    if name not in tenant.roles:
        raise BadRequestError(f"There is no role {name!r}; use one of {', '.join(tenant.roles)}.", target="role")
    return name


def _status(key: ApiKey) -> Status:
    return "enabled" if key.enabled else "disabled"


def _expiry(key: ApiKey) -> str:
    return wire_time(key.expires) if key.expires else NEVER


def _values(key: ApiKey) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](key)


def _order_fields(tenant: Tenant) -> dict[str, Callable[[ApiKey], Any]]:
    long_ago = datetime.min.replace(tzinfo=tenant.clock.now().tzinfo)
    return {
        "createdDateTime": lambda key: key.created or long_ago,
        "lastUsedDateTime": lambda key: tenant.key_uses.get(key.id, long_ago),
        "expiredDateTime": lambda key: key.expires or datetime.max.replace(tzinfo=long_ago.tzinfo),
        "lastModifiedDateTime": lambda key: key.modified or key.created or long_ago,
    }
