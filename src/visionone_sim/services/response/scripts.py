"""/response/customScripts: scripts that can be run on endpoints."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from visionone_sim import filters
from visionone_sim.errors import BadRequestError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.services.access import TenantDep, base_url, created_at, page_response, read_upload
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.scripts import Script, ScriptFile

router = APIRouter(prefix="/response/customScripts", tags=["Response: custom scripts"])

FILTER_FIELDS = {
    "fileName": lambda script: (script.file_name,),
    "fileType": lambda script: (script.file_type,),
}


@router.get("")
async def list_scripts(request: Request, tenant: TenantDep) -> JSONResponse:
    text = request.query_params.get("filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=2048) if text else None
    found = [script for script in tenant.scripts.values() if _fits(script, wanted)]
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    page = cut(found, cursor, page_size(request.query_params, (50, 100, 200), 50))
    return page_response(request, page, (_wire(script) for script in page.items), counted=False)


@router.post("", status_code=201)
async def add_script(request: Request, tenant: TenantDep) -> Response:
    script = tenant.scripts.add((await _script_file(request)).checked(draw_uuid(tenant.rng)))
    return created_at(f"{base_url(request)}{request.url.path}/{script.id}")


@router.get("/{script_id}")
async def get_script(script_id: str, tenant: TenantDep) -> PlainTextResponse:
    return PlainTextResponse(tenant.scripts.find(script_id).text)


@router.post("/{script_id}/update", status_code=204)
async def update_script(script_id: str, request: Request, tenant: TenantDep) -> Response:
    tenant.scripts.find(script_id)
    tenant.scripts.change(script_id, (await _script_file(request)).checked(script_id))
    return Response(status_code=204)


@router.delete("/{script_id}", status_code=204)
async def delete_script(script_id: str, tenant: TenantDep) -> Response:
    tenant.scripts.delete(script_id)
    return Response(status_code=204)


async def _script_file(request: Request) -> ScriptFile:
    upload = await read_upload(request)
    file_type = upload.fields.get("fileType")
    if file_type is None:
        raise BadRequestError("The field fileType is required.", target="fileType")
    return ScriptFile(
        file_name=upload.file_name,
        file_type=file_type,
        content=upload.content,
        description=upload.fields.get("description"),
    )


def _fits(script: Script, wanted: filters.Expression | None) -> bool:
    return wanted is None or filters.matches(wanted, lambda field: FILTER_FIELDS[field](script))


def _wire(script: Script) -> dict[str, Any]:
    document = {"id": script.id, "fileName": script.file_name, "fileType": script.file_type}
    return document | ({"description": script.description} if script.description else {})
