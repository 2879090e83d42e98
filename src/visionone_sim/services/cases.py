"""/caseManagement: cases; the shapes of answers are guesses from the fields of requests."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import StringConstraints
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.etag import require_match
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import ObjectBody, TenantDep, base_url, created_at, page_response
from visionone_sim.services.multistatus import ItemModel, read_item
from visionone_sim.tenant.cases import Case, CaseStatus, Finding, Priority

router = APIRouter(prefix="/caseManagement/cases", tags=["Case management"])

Line = Annotated[str, StringConstraints(min_length=1, max_length=256)]
FILTER_FIELDS: dict[str, Callable[[Case], tuple[str, ...]]] = {
    "id": lambda case: (case.id,),
    "name": lambda case: (case.name,),
    "type": lambda _case: ("workbench",),
    "priority": lambda case: (case.priority,),
    "status": lambda case: (case.status,),
}


class _NewCase(ItemModel):
    name: Line
    priority: Priority
    status: CaseStatus
    external_ticket_alias: Line
    external_ticket_id: Line
    associated_item_ids: list[Line] = []  # noqa: RUF012  # pydantic copies it
    findings: Finding = "NoFindings"
    holder: Literal["Customer", "Analyst"] = "Customer"


class _Changes(ItemModel):
    name: Line | None = None
    priority: Priority | None = None
    status: CaseStatus | None = None
    findings: Finding | None = None
    holder: Literal["Customer", "Analyst"] | None = None


@router.get("")
async def list_cases(request: Request, tenant: TenantDep) -> JSONResponse:
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=270) if text else None
    cases = reversed(list(tenant.cases.values()))
    found = [case for case in cases if wanted is None or filters.matches(wanted, _values(case))]
    page = cut(found, cursor, page_size(request.query_params, (50, 100, 200), 50))
    return page_response(request, page, (case.wire() for case in page.items), counted=True)


@router.post("", status_code=201)
async def create_case(request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    wanted = read_item(_NewCase, body)
    now = tenant.clock.now()
    case = Case(
        id=tenant.cases.next_id(now),
        name=wanted.name,
        priority=wanted.priority,
        status=wanted.status,
        ticket_alias=wanted.external_ticket_alias,
        ticket_id=wanted.external_ticket_id,
        created=now,
        updated=now,
        findings=wanted.findings,
        holder=wanted.holder,
        items=tuple(wanted.associated_item_ids),
    )
    tenant.cases.open(case)
    return created_at(f"{base_url(request)}{request.url.path}/{case.id}")


@router.get("/{case_id}")
async def get_case(case_id: str, tenant: TenantDep) -> JSONResponse:
    case = tenant.cases.find(case_id)
    return JSONResponse(case.wire(), headers={"ETag": case.etag})


@router.patch("/{case_id}", status_code=204)
async def change_case(case_id: str, request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    case = tenant.cases.find(case_id)
    require_match(request.headers.get("If-Match"), case.etag)
    changes: dict[str, Any] = read_item(_Changes, body).model_dump(exclude_none=True)
    tenant.cases.change(replace(case, **changes), tenant.clock.now())
    return Response(status_code=204)


def _values(case: Case) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](case)
