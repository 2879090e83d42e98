"""Signing in, and the first start: make the admin, connect a Vision One or its simulator."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from warroom.doors.integrations import REGIONS
from warroom.services.people.access import Permission, require
from warroom.services.people.passwords import SHORTEST
from warroom.services.people.tries import Backoff
from warroom.web.pages.page import bare
from warroom.web.security import Asking
from warroom.web.signin import own_path, why_refused

router = APIRouter()
LONGEST_WAIT = int(Backoff().longest_wait.total_seconds())


@router.get("/login")
async def login(
    request: Request,
    error: str = "",
    seconds: Annotated[int, Query(ge=0, le=LONGEST_WAIT)] = 0,
    next: Annotated[str, Query(max_length=2000)] = "/",  # noqa: A002  # the form's field
) -> HTMLResponse:
    return bare(request, "login.html", {"error": why_refused(error, seconds), "next": own_path(next)})


@router.get("/setup/{token}")
async def setup(request: Request, token: str) -> HTMLResponse:
    return bare(request, "setup.html", {"token": token, "step": 1, "shortest": SHORTEST})


@router.get("/start")
async def start(request: Request, actor: Asking) -> HTMLResponse:
    """Ask where alerts come from."""
    require(actor, Permission.MANAGE_INSTANCES)
    return bare(request, "start.html", view())


def view() -> Mapping[str, Any]:
    """Return the second step's data: the regions that Vision One has."""
    return {"step": 2, "regions": REGIONS}
