"""The bytes of evidence, in and out: streams, which are no answers of operations."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO, cast
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from warroom.doors.answer import json_of
from warroom.doors.war_room import EntryShown, entry_of
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import Json
from warroom.services.evidence.evidence import plain_name
from warroom.services.evidence.exporting import Wanted
from warroom.web.api_route import ApiRoute
from warroom.web.rest import problems
from warroom.web.security import Asking, Served

router = APIRouter(tags=["evidence"], route_class=ApiRoute, responses=dict(problems((NotFoundError, ConflictError))))

CHUNK = 1 << 20
BYTES: Mapping[str, Any] = {"schema": {"type": "string", "format": "binary"}}


@router.post("/incidents/{incident_id}/files", status_code=201, operation_id="add_file", response_model=EntryShown)
async def add_file(
    incident_id: str,
    request: Request,
    actor: Asking,
    app: Served,
    name: Annotated[str, Query(max_length=1000, description="Name of the file; it has to be there.")] = "",
) -> Json:
    """Keep a file, such as a sample, as evidence; its bytes are the body. The answer has its hashes."""
    added = await app.uploading.add(IncidentId(incident_id), name, request.stream(), actor)
    return json_of(entry_of(added))


@router.get(
    "/entries/{entry_id}/file",
    operation_id="download_file",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": BYTES}}},
)
async def download_file(
    entry_id: str,
    actor: Asking,
    app: Served,
    reason: Annotated[str, Query(max_length=10_000, description="Why an admin opens what is for others.")] = "",
) -> StreamingResponse:
    """Send the bytes of an entry's file, always to be saved and never to be shown or run."""
    file, source = await app.evidence.open(EntryId(entry_id), actor, reason)
    return StreamingResponse(
        _pieces(source),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": disposition(file.name),
            "Content-Length": str(file.size),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "X-Warroom-SHA256": file.sha256,
        },
    )


@router.get(
    "/incidents/{incident_id}/export",
    operation_id="export_evidence",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": BYTES}}},
)
async def export_evidence(
    incident_id: str,
    actor: Asking,
    app: Served,
    item: Annotated[list[str] | None, Query(description="Entries to show; without any, all of the incident.")] = None,
    with_damaged: Annotated[bool, Query(description="Export what is whole although some of it is damaged.")] = False,
    reason: Annotated[str, Query(max_length=10_000, description="Why an admin opens what is for others.")] = "",
) -> StreamingResponse:
    """Send the evidence of an incident as a zip that others can check offline; it is whole before the first byte."""
    items = [EntryId(each) for each in item or ()]
    wanted = Wanted(incident=IncidentId(incident_id), items=items, with_damaged=with_damaged, why=reason)
    file = await asyncio.to_thread(nameless_file, app.home)
    try:
        exported = await app.exporting.to_file(wanted, file, actor)
        size = await asyncio.to_thread(size_of, file)
    except BaseException:
        file.close()
        raise
    return StreamingResponse(
        _pieces(file),
        media_type="application/zip",
        headers={
            "Content-Disposition": disposition(f"evidence-of-incident-{incident_id}.zip"),
            "Content-Length": str(size),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "X-Warroom-Key": exported.key,
            "X-Warroom-Items": f"{exported.items} of {exported.of}, {len(exported.damaged)} damaged",
        },
    )


def nameless_file(folder: Path) -> BinaryIO:
    """Open an unnamed temporary file: a killed process leaves no evidence behind."""
    return cast("BinaryIO", TemporaryFile(dir=folder))


def size_of(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def disposition(name: str) -> str:
    """Say that a file is to be saved, under its own name or what is safe of it.

    >>> disposition("../a.zip")
    "attachment; filename*=UTF-8''a.zip"
    """
    return f"attachment; filename*=UTF-8''{quote(plain_name(name).encode('utf-8', 'replace'), safe='')}"


async def _pieces(source: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while piece := await asyncio.to_thread(source.read, CHUNK):
            yield piece
    finally:
        source.close()
