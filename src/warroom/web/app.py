"""The console's server: pages, the native API and live push, around one opened data folder."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from warroom.model.errors import InvalidInputError, SignInError, TooManyTriesError, UnavailableError, WarroomError
from warroom.services.app import App
from warroom.services.ports.outage import OutageError
from warroom.web import metrics, push, signin
from warroom.web.answers import Answer, Problem
from warroom.web.api import API, API_ROUTERS
from warroom.web.asked import CleanAddress
from warroom.web.assets import STATIC, Assets
from warroom.web.connections import crowd_of
from warroom.web.crowd import Crowding
from warroom.web.entrance import USUAL, Entrance
from warroom.web.errors import problem
from warroom.web.hosts import Hosts
from warroom.web.hub import Hub
from warroom.web.idempotency import Idempotency
from warroom.web.limits import BodyLimit, Compressed
from warroom.web.pages import page_routers
from warroom.web.pages.page import bare
from warroom.web.security import Headers
from warroom.web.simulator import Simulator
from warroom.web.slow import BodyPace

FASTAPI_UNREAD = "There was an error parsing the body"
UNREAD = (
    "The body cannot be read: it is not in UTF-8, is nested too deep, or has a number of too many digits. Correct it."
)
LIKE_AN_ID = re.compile(r"[\w@.:]{0,20}|[0-9a-f-]{36}")


def make_app(app: App, simulator: Simulator | None = None, entrance: Entrance = USUAL) -> FastAPI:
    """Make the server's application; `app` stays open while it serves."""
    server = FastAPI(
        title="warroom",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        default_response_class=Answer,
    )
    server.state.warroom = app
    server.state.simulator = simulator
    server.state.entrance = entrance
    server.state.hub = Hub(app)
    server.state.once = signin.OneTimeLinks()
    _guard(server, app, entrance)
    for router in API_ROUTERS:
        server.include_router(router, prefix=API)
    for router in (signin.router, metrics.router, *page_routers()):
        server.include_router(router, include_in_schema=False)
    server.include_router(push.router)
    server.mount("/static", Assets(directory=STATIC), name="static")
    server.add_exception_handler(WarroomError, _refused)
    server.add_exception_handler(OutageError, _is_out)
    server.add_exception_handler(RequestValidationError, _misread)
    server.add_exception_handler(HTTPException, _not_served)
    return server


def _guard(server: FastAPI, app: App, entrance: Entrance) -> None:
    """Put around the routes what every request passes: the last of these sees it first."""
    server.add_middleware(Idempotency, prefix=API, warroom=app)
    server.add_middleware(BodyLimit)
    server.add_middleware(BodyPace, patience=entrance.patience)
    server.add_middleware(CleanAddress)
    server.add_middleware(Compressed, minimum_size=1000, compresslevel=5)
    server.add_middleware(Hosts, entrance=entrance)
    server.add_middleware(Crowding, crowd=crowd_of(entrance))
    server.add_middleware(Headers)


async def _refused(request: Request, error: Exception) -> Response:
    """Answer what we raise on purpose; a page that needs a session leads to the sign-in instead."""
    assert isinstance(error, WarroomError)
    if isinstance(error, SignInError) and _is_page(request):
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(path, safe='')}", status_code=303)
    answer = _told(request, problem(error))
    if isinstance(error, TooManyTriesError):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


async def _is_out(request: Request, error: Exception) -> Response:
    return _told(request, problem(UnavailableError(str(error))))


async def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    return _told(request, problem(InvalidInputError(f"{where or 'The request'}: {first['msg']}. Correct it.")))


async def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body: dict[str, str | int] = {
        "type": "about:blank",
        "title": error.detail,
        "status": error.status_code,
        "detail": UNREAD if error.detail == FASTAPI_UNREAD else error.detail,
    }
    answer = _told(request, body)
    answer.headers.update(error.headers or {})
    return answer


def _told(request: Request, body: Mapping[str, str | int]) -> Response:
    """Answer a program with a problem, and who followed a link to a page with a page."""
    status = int(body["status"])
    if _is_page(request) and "text/html" in request.headers.get("accept", ""):
        return bare(request, "refused.html", {**body, "detail": _in_our_words(request, str(body["detail"]))}, status)
    return Problem(body, status_code=status)


def _in_our_words(request: Request, detail: str) -> str:
    """Leave out what the address says, unless it is like an id: a stranger's link could make the page say anything."""
    said = [str(value) for value in (*request.path_params.values(), *request.query_params.values())]
    for text in sorted(said, key=len, reverse=True):
        if not LIKE_AN_ID.fullmatch(text):
            for form in (text, repr(text)[1:-1]):
                detail = detail.replace(form, "…") if form else detail
    return detail


def _is_page(request: Request) -> bool:
    return request.method == "GET" and not request.url.path.startswith((API, "/fragments"))
