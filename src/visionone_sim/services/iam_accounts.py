"""/iam/accounts: who may sign in; the fields of requests are a client's, the shapes of answers are guesses.

An invitation counts as accepted at once: the twin has no users who read mail.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import StringConstraints
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.etag import require_match
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import ObjectBody, TenantDep, base_url, created_at, page_response
from visionone_sim.services.iam import known_role
from visionone_sim.services.multistatus import ItemModel, LongText, Name, read_item
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.users import AuthType, User, UserStatus

router = APIRouter(prefix="/iam/accounts", tags=["Accounts"])

Address = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
FILTER_FIELDS: dict[str, Callable[[User], tuple[str, ...]]] = {
    "id": lambda user: (user.id,),
    "email": lambda user: (user.email,),
    "role": lambda user: (user.role,),
    "authType": lambda user: (user.auth_type,),
    "status": lambda user: (user.status,),
}


class _Invitation(ItemModel):
    email: Address
    role: Name
    auth_type: AuthType
    description: LongText | None = None


class _Changes(ItemModel):
    role: Name | None = None
    status: UserStatus | None = None
    description: LongText | None = None


@router.get("")
async def list_accounts(request: Request, tenant: TenantDep) -> JSONResponse:
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=256) if text else None
    users = tenant.users.values()
    found = [user for user in users if wanted is None or filters.matches(wanted, _values(user))]
    page = cut(found, cursor, page_size(request.query_params, (50, 100, 200), 50))
    return page_response(request, page, (user.wire() for user in page.items), counted=True)


@router.post("", status_code=201)
async def invite_account(request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    wanted = read_item(_Invitation, body)
    user = User(
        id=draw_uuid(tenant.rng),
        email=wanted.email,
        role=known_role(tenant, wanted.role),
        auth_type=wanted.auth_type,
        description=wanted.description,
    )
    tenant.users.invite(user)
    return created_at(f"{base_url(request)}{request.url.path}/{user.id}")


@router.get("/{account_id}")
async def get_account(account_id: str, tenant: TenantDep) -> JSONResponse:
    user = tenant.users.find(account_id)
    return JSONResponse(user.wire(), headers={"ETag": user.etag})


@router.patch("/{account_id}", status_code=204)
async def change_account(account_id: str, request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    user = tenant.users.find(account_id)
    require_match(request.headers.get("If-Match"), user.etag)
    changes: dict[str, Any] = read_item(_Changes, body).model_dump(exclude_none=True)
    if "role" in changes:
        known_role(tenant, changes["role"])
    tenant.users.change(replace(user, **changes))
    return Response(status_code=204)


@router.delete("/{account_id}", status_code=204)
async def delete_account(account_id: str, tenant: TenantDep) -> Response:
    tenant.users.delete(account_id)
    return Response(status_code=204)


def _values(user: User) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](user)
