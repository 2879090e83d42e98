"""What is paused, above every page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from warroom.web.pages.page import bare
from warroom.web.security import Asking, Served

router = APIRouter()


@router.get("/fragments/halts")
async def halts(request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return a line for each halt, with the button that ends it if the reader may."""
    return bare(request, "halts.html", {"actor": actor, "halts": await app.pausing.halts(actor)})
