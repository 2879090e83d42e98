"""/oat/dataPipelines: detections in packages, for registered pipelines."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.etag import require_match
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import read_moment
from visionone_sim.services.access import ListBody, ObjectBody, TenantDep, base_url, created_at, page_response
from visionone_sim.services.multistatus import Answer, Item, ItemModel, answer_each, read_item
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.pipelines import Pipeline
from visionone_sim.tenant.telemetry import Observation
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import wire_time

router = APIRouter(prefix="/oat/dataPipelines", tags=["OAT data pipelines"])

LONGEST_SPAN = timedelta(hours=1)
OLDEST = timedelta(days=7)
TOKEN = "pageToken"  # noqa: S105  # the name of a query parameter


class _Settings(ItemModel):
    risk_levels: list[str] | None = None
    has_detail: bool | None = None
    description: str | None = None


@router.get("")
async def list_pipelines(tenant: TenantDep) -> JSONResponse:
    items = [pipeline.wire() for pipeline in tenant.pipelines.values()]
    return JSONResponse({"items": items, "count": len(items)})


@router.post("", status_code=201)
async def create_pipeline(request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    wanted = read_item(_Settings, body)
    for name, value in {"riskLevels": wanted.risk_levels, "hasDetail": wanted.has_detail}.items():
        if value is None:
            raise BadRequestError(f"The field {name} is required.", target=name)
    pipeline = Pipeline(
        id=draw_uuid(tenant.rng),
        risk_levels=tuple(wanted.risk_levels or ()),
        has_detail=bool(wanted.has_detail),
        registered=tenant.clock.now(),
        description=wanted.description,
    )
    tenant.pipelines.register(pipeline)
    return created_at(f"{base_url(request)}{request.url.path}/{pipeline.id}")


@router.post("/delete", status_code=207)
async def delete_pipelines(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def delete(item: Item) -> Answer:
        tenant.pipelines.unregister(str(item.get("id")))
        return {"status": 204}

    return answer_each(request, body, delete)


@router.get("/{pipeline_id}")
async def get_pipeline(pipeline_id: str, tenant: TenantDep) -> JSONResponse:
    pipeline = tenant.pipelines.find(pipeline_id)
    return JSONResponse(pipeline.wire(), headers={"ETag": pipeline.etag})


@router.patch("/{pipeline_id}", status_code=204)
async def change_pipeline(pipeline_id: str, request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    pipeline = tenant.pipelines.find(pipeline_id)
    if_match = request.headers.get("If-Match")
    if if_match is None:
        raise BadRequestError("The header If-Match is required.", target="If-Match")
    require_match(if_match, pipeline.etag)
    wanted = read_item(_Settings, body)
    changed = replace(
        pipeline,
        risk_levels=pipeline.risk_levels if wanted.risk_levels is None else tuple(wanted.risk_levels),
        has_detail=pipeline.has_detail if wanted.has_detail is None else wanted.has_detail,
        description=wanted.description or pipeline.description,
    )
    tenant.pipelines.change(changed)
    return Response(status_code=204)


@router.get("/{pipeline_id}/packages")
async def list_packages(pipeline_id: str, request: Request, tenant: TenantDep) -> JSONResponse:
    pipeline = tenant.pipelines.find(pipeline_id)
    parameters = request.query_params
    cursor = read_cursor(parameters.get(TOKEN), tenant.clock.now(), name=TOKEN)
    start, end = _span(parameters, cursor.as_of)
    found = [each for each in tenant.telemetry.observations.between(start, end) if pipeline.carries(each)]
    page = cut(found, cursor, page_size(parameters, (50, 100, 200, 500), 50))
    more = {"requestedDateTime": wire_time(cursor.as_of)}
    if found:
        more["latestPackageCreatedDateTime"] = wire_time(found[0].ingested)
    items = ({"id": each.uuid, "createdDateTime": wire_time(each.ingested)} for each in page.items)
    return page_response(request, page, items, counted=True, token=TOKEN, more=more)


@router.get("/{pipeline_id}/packages/{package_id}")
async def get_package(pipeline_id: str, package_id: str, tenant: TenantDep) -> JSONResponse:
    pipeline = tenant.pipelines.find(pipeline_id)
    return JSONResponse(pipeline.package(_observation(tenant, pipeline, package_id)))


def _observation(tenant: Tenant, pipeline: Pipeline, package_id: str) -> Observation:
    for observation in tenant.telemetry.observations:
        if observation.uuid == package_id and pipeline.carries(observation):
            return observation  # type: ignore[no-any-return]
    raise NotFoundError("The package does not exist.")


def _span(parameters: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """Read the span of a list of packages: an hour at most, of the last seven days."""
    end = read_moment(parameters, "endDateTime", now)
    start = read_moment(parameters, "startDateTime", end - timedelta(minutes=15))
    if end < start or end - start > LONGEST_SPAN:
        raise BadRequestError("The span is negative or longer than an hour.", target="endDateTime")
    if now - start > OLDEST:
        raise BadRequestError("Packages are kept for seven days.", target="startDateTime")
    return start, end
