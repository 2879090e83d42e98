"""/response/suspiciousObjects: the block list, which tasks change."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim.services.access import ListBody
from visionone_sim.services.multistatus import Item, ItemModel, read_item, start_tasks
from visionone_sim.tenant.objects import read_object
from visionone_sim.tenant.targets import ObjectDemand
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix="/response/suspiciousObjects", tags=["Response: block list"])


class _Described(ItemModel):
    description: str | None = None


def _demand(tenant: Tenant, item: Item) -> ObjectDemand:
    described = read_item(_Described, item)
    named = read_object(item, check_format=tenant.settings.check_object_formats)
    return ObjectDemand(item=named, description=described.description)


@router.post("", status_code=207)
async def block_objects(request: Request, body: ListBody) -> JSONResponse:
    return start_tasks(request, body, "block", _demand)


@router.post("/delete", status_code=207)
async def release_objects(request: Request, body: ListBody) -> JSONResponse:
    return start_tasks(request, body, "restoreBlock", _demand)
