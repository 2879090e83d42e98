"""/caseManagement: what people write into cases and the files they add.

The fields of requests are those that the vendor's own client sends; the shapes of answers are guesses.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.etag import require_match
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import OLDEST, header_text, read_window
from visionone_sim.services.access import (
    KeyDep,
    ObjectBody,
    TenantDep,
    base_url,
    created_at,
    page_response,
    read_upload,
)
from visionone_sim.services.multistatus import ItemModel, LongText, read_item
from visionone_sim.tenant.cases import ATTACHMENTS_MAX, Attachment, CaseContent
from visionone_sim.tenant.ids import draw_uuid

router = APIRouter(prefix="/caseManagement/cases/{case_id}", tags=["Case management: contents"])

FILTER_FIELDS: dict[str, Callable[[CaseContent], tuple[str, ...]]] = {
    "creatorId": lambda content: (content.creator_id,)
}
DATES: dict[str, Callable[[CaseContent], datetime]] = {
    "createdDateTime": lambda content: content.created,
    "updatedDateTime": lambda content: content.updated,
}
NEWEST_FIRST = (("createdDateTime", True),)
AttachmentIds = Annotated[list[str], Field(max_length=ATTACHMENTS_MAX)]


class _NewContent(ItemModel):
    comment: LongText
    attachment_ids: AttachmentIds = []  # noqa: RUF012  # pydantic copies it


class _Changes(ItemModel):
    comment: LongText | None = None
    attachment_ids: AttachmentIds | None = None


@router.get("/contents")
async def list_contents(case_id: str, request: Request, tenant: TenantDep) -> JSONResponse:
    case = tenant.cases.find(case_id)
    parameters = request.query_params
    cursor = read_cursor(parameters.get("skipToken"), tenant.clock.now())
    window = read_window(parameters, start=OLDEST, end=cursor.as_of, targets=tuple(DATES))
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=270) if text else None
    found = [
        content
        for content in case.contents
        if window.holds(DATES[window.target](content)) and (wanted is None or filters.matches(wanted, _values(content)))
    ]
    order = read_order(parameters.get("orderBy"), DATES, NEWEST_FIRST)
    page = cut(ordered(found, order, DATES), cursor, page_size(parameters, (10, 50, 100), 50))
    return page_response(request, page, (content.wire() for content in page.items), counted=False)


@router.post("/contents", status_code=201)
async def add_content(case_id: str, request: Request, body: ObjectBody, tenant: TenantDep, key: KeyDep) -> Response:
    case = tenant.cases.find(case_id)
    now = tenant.clock.now()
    wanted = read_item(_NewContent, body)
    content = CaseContent(
        id=draw_uuid(tenant.rng),
        comment=wanted.comment,
        created=now,
        updated=now,
        creator=key.name,
        creator_id=key.id,
        attachment_ids=tuple(wanted.attachment_ids),
    )
    tenant.cases.change(case.with_content(content), now)
    return created_at(f"{base_url(request)}{request.url.path}/{content.id}")


@router.get("/contents/{content_id}")
async def get_content(case_id: str, content_id: str, tenant: TenantDep) -> JSONResponse:
    content = tenant.cases.find(case_id).content(content_id)
    return JSONResponse(content.wire(), headers={"ETag": content.etag})


@router.patch("/contents/{content_id}", status_code=204)
async def change_content(
    case_id: str, content_id: str, request: Request, body: ObjectBody, tenant: TenantDep
) -> Response:
    case = tenant.cases.find(case_id)
    content = case.content(content_id)
    require_match(request.headers.get("If-Match"), content.etag)
    changes: dict[str, Any] = read_item(_Changes, body).model_dump(exclude_none=True)
    if "attachment_ids" in changes:
        changes["attachment_ids"] = tuple(changes["attachment_ids"])
    now = tenant.clock.now()
    changed = replace(content, **changes, updated=now, version=content.version + 1)
    tenant.cases.change(case.with_content(changed), now)
    return Response(status_code=204)


@router.delete("/contents/{content_id}", status_code=204)
async def delete_content(case_id: str, content_id: str, tenant: TenantDep) -> Response:
    tenant.cases.change(tenant.cases.find(case_id).without_content(content_id), tenant.clock.now())
    return Response(status_code=204)


@router.post("/attachments", status_code=201)
async def add_attachment(case_id: str, request: Request, tenant: TenantDep) -> Response:
    case = tenant.cases.find(case_id)
    upload = await read_upload(request)
    attachment = Attachment(id=draw_uuid(tenant.rng), file_name=upload.file_name, content=upload.content)
    added = replace(case, attachments=(*case.attachments, attachment))
    tenant.cases.change(added, tenant.clock.now())
    return created_at(f"{base_url(request)}{request.url.path}/{attachment.id}")


@router.get("/attachments/{attachment_id}", response_class=Response)
async def get_attachment(case_id: str, attachment_id: str, tenant: TenantDep) -> Response:
    attachment = tenant.cases.find(case_id).attachment(attachment_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.file_name, safe='')}"}
    return Response(attachment.content, media_type="application/octet-stream", headers=headers)


@router.delete("/attachments/{attachment_id}", status_code=204)
async def delete_attachment(case_id: str, attachment_id: str, tenant: TenantDep) -> Response:
    tenant.cases.change(tenant.cases.find(case_id).without_attachment(attachment_id), tenant.clock.now())
    return Response(status_code=204)


def _values(content: CaseContent) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](content)
