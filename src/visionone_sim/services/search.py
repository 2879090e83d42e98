"""/search: what was observed on endpoints, in mail, in networks and clouds."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim.errors import BadRequestError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text, read_window
from visionone_sim.search_language import parse_search
from visionone_sim.services.access import TenantDep, page_response
from visionone_sim.tenant.telemetry import KINDS, ActivityKind
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix="/search", tags=["Search"])

SIZES = (50, 100, 500, 1000, 5000)
PERFORMANCE_SIZE = 500
MODES = ("default", "countOnly", "performance")
PERIODS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}


def _route(kind: ActivityKind) -> None:
    @router.get(f"/{kind}", name=f"search_{kind}", operation_id=f"search_{kind}")
    async def search(request: Request, tenant: TenantDep) -> JSONResponse:
        return _search(request, tenant, kind)


for _kind in KINDS:
    _route(_kind)


@router.get("/activityStatistics")
async def activity_statistics(request: Request, tenant: TenantDep) -> JSONResponse:
    """Count the activities of a period by kind; the field names are a guess."""
    return JSONResponse({"items": _statistics(request, tenant, "activityType")})


@router.get("/sensorStatistics")
async def sensor_statistics(request: Request, tenant: TenantDep) -> JSONResponse:
    return JSONResponse({"items": _statistics(request, tenant, "sensorType")})


def _search(request: Request, tenant: Tenant, kind: ActivityKind) -> JSONResponse:
    parameters = request.query_params
    mode = parameters.get("mode", "default")
    if mode not in MODES:
        raise BadRequestError(f"The value of mode is not one of {', '.join(MODES)}.", target="mode")
    text = header_text(request.headers, "TMV1-Query")
    if not text:
        raise BadRequestError("The header TMV1-Query is required.", target="TMV1-Query")
    fits = parse_search(text)
    cursor = read_cursor(parameters.get("skipToken"), tenant.clock.now())
    start = cursor.as_of - timedelta(hours=24)
    window = read_window(parameters, start=start, end=cursor.as_of, targets=("eventTime",))
    last = min(window.end, cursor.as_of)
    found = [record for record in tenant.telemetry.activities[kind].between(window.start, last) if fits(record)]
    if mode == "countOnly":
        return JSONResponse({"totalCount": len(found)})
    size = page_size(parameters, SIZES, 500) if mode == "default" else PERFORMANCE_SIZE
    page = cut(found, cursor, size)
    chosen = parameters.get("select")
    items = (_selected(record, chosen) for record in page.items)
    return page_response(request, page, items, counted=False, more={"progressRate": 100})


def _selected(record: Mapping[str, Any], chosen: str | None) -> dict[str, Any]:
    if chosen is None:
        return dict(record)
    names = {name.strip() for name in chosen.split(",")}
    return {key: value for key, value in record.items() if key in names}


def _statistics(request: Request, tenant: Tenant, label: str) -> list[dict[str, Any]]:
    period = request.query_params.get("period", "7d")
    if period not in PERIODS:
        raise BadRequestError(f"The value of period is not one of {', '.join(PERIODS)}.", target="period")
    now = tenant.clock.now()
    logs = tenant.telemetry.activities.items()
    return [{label: kind, "count": len(log.between(now - PERIODS[period], now))} for kind, log in logs]
