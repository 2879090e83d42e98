"""Evidence: the files of the War Room, their hashes and their bytes."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO, cast
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import JsonObject
from warroom.services.evidence import plain_name
from warroom.services.exporting import Wanted
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.security import Asking, Served
from warroom.web.shapes import custody_json, entry_json, restriction_json

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


@router.post("/incidents/{incident_id}/files", status_code=201, operation_id="add_file")
async def add_file(
    incident_id: str,
    request: Request,
    actor: Asking,
    app: Served,
    name: Annotated[str, Query(max_length=1000, description="Name of the file; it has to be there.")] = "",
) -> JsonObject:
    """Keep a file, such as a sample, as evidence; its bytes are the body. The answer has its hashes."""
    return entry_json(await app.uploading.add(IncidentId(incident_id), name, request.stream(), actor))


class Restricting(Asked):
    """For whom an incident's evidence is from now on, by name; nobody: for whoever's role is enough."""

    people: list[str] = Field(max_length=100)
    reason: str = Field(min_length=1, max_length=10_000)


class Deleting(Asked):
    reason: str = Field(min_length=1, max_length=10_000)


@router.get("/incidents/{incident_id}/restriction", operation_id="get_restriction")
async def get_restriction(incident_id: str, actor: Asking, app: Served) -> JsonObject:
    """Say for whom the incident's evidence is."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    return restriction_json(await app.evidence.restriction(incident.id, actor))


@router.put("/incidents/{incident_id}/restriction", operation_id="restrict_evidence")
async def restrict_evidence(incident_id: str, body: Restricting, actor: Asking, app: Served) -> JsonObject:
    """Keep the incident's evidence for named people, or open it to whoever's role is enough."""
    await app.evidence.restrict(IncidentId(incident_id), body.people, body.reason, actor)
    return restriction_json(await app.evidence.restriction(IncidentId(incident_id), actor))


@router.post("/entries/{entry_id}/delete-file", operation_id="delete_file")
async def delete_file(entry_id: str, body: Deleting, actor: Asking, app: Served) -> JsonObject:
    """Delete an entry's file with a reason; the entry stays and says so."""
    gone = await app.evidence.delete(EntryId(entry_id), body.reason, actor)
    return {"entry": entry_id, "removed": gone}


@router.post("/entries/{entry_id}/verify", operation_id="verify_file")
async def verify_file(entry_id: str, actor: Asking, app: Served) -> JsonObject:
    """Hash the stored bytes again."""
    digest, intact = await app.evidence.verify(EntryId(entry_id), actor)
    return {"entry": entry_id, "sha256": digest, "intact": intact}


@router.get("/entries/{entry_id}/file", operation_id="download_file", response_class=StreamingResponse)
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


@router.get("/incidents/{incident_id}/export", operation_id="export_evidence", response_class=StreamingResponse)
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
    """Open a file that goes with whoever has it open: what a killed process leaves behind is no dump."""
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
