"""/threatintel: the suspicious object list and the exception list, which change at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse

from visionone_sim import filters
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import OLDEST, header_text, read_window
from visionone_sim.services.access import ListBody, TenantDep, page_response
from visionone_sim.services.multistatus import Answer, Item, ItemModel, answer_each, read_item
from visionone_sim.settings import RISK_LEVELS, RiskLevel, ScanAction
from visionone_sim.tenant.objects import (
    OBJECT_TYPES,
    ExceptedObject,
    ListedObject,
    Suspicion,
    SuspiciousObject,
    read_object,
)
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/threatintel", tags=["Threat intelligence"])

Listed: TypeAlias = SuspiciousObject | ExceptedObject
LATEST_FIRST: Final = (("lastModifiedDateTime", True),)
# What the list shows for an object that never expires; clients need a time here.
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def _value_of(kind: str) -> Callable[[Any], tuple[str, ...]]:
    return lambda entry: (entry.item.value,) if entry.item.type == kind else ()


EXCEPTION_FIELDS: dict[str, Callable[[Any], tuple[str, ...]]] = {
    "type": lambda entry: (entry.item.type,),
    **{kind: _value_of(kind) for kind in OBJECT_TYPES},
}
SUSPICION_FIELDS: dict[str, Callable[[Any], tuple[str, ...]]] = {
    **EXCEPTION_FIELDS,
    "scanAction": lambda entry: (entry.scan_action,),
    "riskLevel": lambda entry: (entry.risk_level,),
}
EXCEPTION_ORDER: dict[str, Callable[[Any], Any]] = {"lastModifiedDateTime": lambda entry: entry.modified}
SUSPICION_ORDER: dict[str, Callable[[Any], Any]] = {
    **EXCEPTION_ORDER,
    "riskLevel": lambda entry: -RISK_LEVELS.index(entry.risk_level),
    "expiredDateTime": lambda entry: entry.expires or NEVER,
}


class _Suspicion(ItemModel):
    description: str | None = None
    scan_action: ScanAction | None = None
    risk_level: RiskLevel | None = None
    days_to_expiration: Annotated[int, Field(ge=-1, le=36_500)] | None = None


class _Exception(ItemModel):
    description: str | None = None


@router.get("/suspiciousObjects")
async def list_suspicious_objects(request: Request, tenant: TenantDep) -> JSONResponse:
    entries = tenant.objects.suspicious(tenant.clock.now())
    return _list(request, tenant, entries, SUSPICION_FIELDS, SUSPICION_ORDER)


@router.get("/suspiciousObjectExceptions")
async def list_exceptions(request: Request, tenant: TenantDep) -> JSONResponse:
    return _list(request, tenant, tenant.objects.excepted(), EXCEPTION_FIELDS, EXCEPTION_ORDER)


@router.post("/suspiciousObjects", status_code=207)
async def add_suspicious_objects(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def add(item: Item) -> Answer:
        said = read_item(_Suspicion, item)
        suspicion = Suspicion(
            item=_object(tenant, item),
            description=said.description,
            scan_action=said.scan_action,
            risk_level=said.risk_level,
            days=said.days_to_expiration,
        )
        tenant.objects.suspect(suspicion, tenant.clock.now(), tenant.settings)
        return {"status": 201}

    return answer_each(request, body, add)


@router.post("/suspiciousObjects/delete", status_code=207)
async def delete_suspicious_objects(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def delete(item: Item) -> Answer:
        tenant.objects.clear_suspicion(_object(tenant, item), tenant.clock.now())
        return {"status": 204}

    return answer_each(request, body, delete)


@router.post("/suspiciousObjectExceptions", status_code=207)
async def add_exceptions(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def add(item: Item) -> Answer:
        said = read_item(_Exception, item)
        tenant.objects.make_exception(_object(tenant, item), said.description, tenant.clock.now())
        return {"status": 201}

    return answer_each(request, body, add)


@router.post("/suspiciousObjectExceptions/delete", status_code=207)
async def delete_exceptions(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def delete(item: Item) -> Answer:
        tenant.objects.end_exception(_object(tenant, item))
        return {"status": 204}

    return answer_each(request, body, delete)


def _object(tenant: Tenant, item: Item) -> ListedObject:
    return read_object(item, check_format=tenant.settings.check_object_formats)


def _list(
    request: Request,
    tenant: Tenant,
    entries: list[Any],
    fields: dict[str, Callable[[Any], tuple[str, ...]]],
    order_fields: dict[str, Callable[[Any], Any]],
) -> JSONResponse:
    parameters = request.query_params
    cursor = read_cursor(parameters.get("skipToken"), tenant.clock.now())
    window = read_window(parameters, start=OLDEST, end=cursor.as_of, targets=("lastModifiedDateTime",))
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, fields, longest=4000) if text else None
    found = [
        entry
        for entry in entries
        if window.holds(entry.modified.replace(microsecond=0)) and _fits(entry, wanted, fields)
    ]
    order = read_order(parameters.get("orderBy"), order_fields, LATEST_FIRST)
    page = cut(ordered(found, order, order_fields), cursor, page_size(parameters, (50, 100, 200), 100))
    return page_response(request, page, (listed_document(tenant, entry) for entry in page.items), counted=False)


def _fits(entry: Any, wanted: filters.Expression | None, fields: dict[str, Callable[[Any], tuple[str, ...]]]) -> bool:
    return wanted is None or filters.matches(wanted, lambda field: fields[field](entry))


def listed_document(tenant: Tenant, entry: Listed) -> dict[str, Json]:
    """Write an entry of one of the two lists."""
    item = entry.item
    document: dict[str, Json] = {item.type: item.value, "type": item.type}
    if entry.description:
        document["description"] = entry.description
    if isinstance(entry, SuspiciousObject):
        document |= {
            "scanAction": entry.scan_action,
            "riskLevel": entry.risk_level,
            "inExceptionList": tenant.objects.is_excepted(item),
            "expiredDateTime": wire_time(entry.expires or NEVER),
        }
    document["lastModifiedDateTime"] = wire_time(entry.modified)
    return document
