"""The panel of a piece of evidence: whether it is whole, how its custody is sealed, and who had it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.model.custody import Act
from warroom.model.ids import EntryId
from warroom.web.pages.page import bare
from warroom.web.security import Asking, Served

router = APIRouter()

DID: Mapping[Act, str] = {
    Act.SAVED: "saved it",
    Act.VIEWED: "had code read it",
    Act.DOWNLOADED: "downloaded it",
    Act.EXPORTED: "exported it",
    Act.VERIFIED: "verified it",
    Act.DAMAGED: "found it damaged",
    Act.RESTRICTED: "said for whom it is",
    Act.OPENED: "opened it, not being named",
    Act.DELETED: "deleted it",
}
LOUD = {Act.DAMAGED, Act.OPENED, Act.DELETED}


@router.get("/fragments/evidence/{entry_id}/custody")
async def custody_panel(entry_id: str, request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return the panel of one file."""
    item = await app.proving.item(EntryId(entry_id), actor)
    return bare(request, "incident/custody.html", {"actor": actor, "item": item, "did": DID, "loud": LOUD})
