"""Evidence: the files of the War Room, their hashes and their bytes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, BinaryIO
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import JsonObject
from warroom.services.evidence import plain_name
from warroom.web.api_route import ApiRoute
from warroom.web.security import Asking, Served
from warroom.web.shapes import custody_json, entry_json

router = APIRouter(tags=["evidence"], route_class=ApiRoute)

CHUNK = 1 << 20


@router.get("/evidence", operation_id="list_evidence")
async def list_evidence(actor: Asking, app: Served, incident: str | None = None) -> JsonObject:
    """List the entries that hold a file, of one incident or of all."""
    found = await app.evidence.list(actor, IncidentId(incident) if incident else None)
    return {"items": [entry_json(entry) for entry in found]}


@router.get("/incidents/{incident_id}/custody", operation_id="list_custody")
async def list_custody(
    incident_id: str,
    actor: Asking,
    app: Served,
    after: Annotated[int, Query(ge=0, le=2**53, description="Events with a greater number.")] = 0,
) -> JsonObject:
    """List what happened to the evidence of an incident: who saved, viewed, took or verified which file."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    return {"items": [custody_json(event) for event in await app.evidence.custody(incident.id, actor, after)]}


@router.post("/entries/{entry_id}/verify", operation_id="verify_file")
async def verify_file(entry_id: str, actor: Asking, app: Served) -> JsonObject:
    """Hash the stored bytes again."""
    digest, intact = await app.evidence.verify(EntryId(entry_id), actor)
    return {"entry": entry_id, "sha256": digest, "intact": intact}


@router.get("/entries/{entry_id}/file", operation_id="download_file", response_class=StreamingResponse)
async def download_file(entry_id: str, actor: Asking, app: Served) -> StreamingResponse:
    """Send the bytes of an entry's file, always to be saved and never to be shown or run."""
    file, source = await app.evidence.open(EntryId(entry_id), actor)
    return StreamingResponse(
        _pieces(source),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": disposition(file.name),
            "Content-Length": str(file.size),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "X-Warroom-SHA256": file.sha256,
        },
    )


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
