"""Downloads: a signed link that has not expired gives the file, without a key."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from visionone_sim.errors import AccessDeniedError, NotFoundError
from visionone_sim.tenant.archives import Archive, archive_pieces
from visionone_sim.tenant.links import DOWNLOADS
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix=DOWNLOADS, tags=["Downloads"])


@router.get("/{task_id}")
async def download(task_id: str, request: Request) -> Response:
    tenant, expires = _signer(request, task_id)
    if tenant.clock.now() > expires:
        refusal = AccessDeniedError("The link has expired; ask for the task again to get a new one.")
        return JSONResponse(refusal.envelope(), status_code=tenant.settings.expired_link_status)
    task = tenant.tasks.get(task_id)
    archive = await asyncio.to_thread(tenant.response.archive, task) if task is not None else None
    if archive is None:
        raise NotFoundError("The file does not exist.")
    headers = {
        "Content-Length": str(archive.size),
        "Content-Disposition": f'attachment; filename="{task_id}.zip"',
    }
    return StreamingResponse(_pieces(archive), headers=headers, media_type="application/zip")


def _signer(request: Request, task_id: str) -> tuple[Tenant, datetime]:
    """Find the tenant that made a link, and until when it works."""
    query = request.query_params
    refusal: AccessDeniedError | None = None
    for tenant in request.app.state.twin.tenants:
        try:
            return tenant, tenant.links.expiry(task_id, query.get("expires", ""), query.get("sig", ""))
        except AccessDeniedError as error:
            refusal = error
    raise refusal or NotFoundError("The file does not exist.")


async def _pieces(archive: Archive) -> AsyncIterator[bytes]:
    pieces = archive_pieces(archive)
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece
