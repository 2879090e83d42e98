"""The console's server: pages, the native API and live push, around one opened data folder."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Mount

from warroom.doors.perform import misread
from warroom.model.errors import InvalidInputError, SignInError, TooManyTriesError, UnavailableError, WarroomError
from warroom.services.app import App
from warroom.services.ports.outage import OutageError
from warroom.web import metrics, push, signin
from warroom.web.address import CleanAddress
from warroom.web.answers import Answer, Problem
from warroom.web.api import API, ApiServer, api_routers
from warroom.web.assets import STATIC, Assets
from warroom.web.connections import open_connections_of
from warroom.web.entrance import USUAL, Entrance
from warroom.web.errors import problem
from warroom.web.hosts import Hosts
from warroom.web.hub import Hub
from warroom.web.idempotency import Idempotency
from warroom.web.limits import BodyLimit, Compressed
from warroom.web.open_connections import CountedRequests
from warroom.web.pages import page_routers
from warroom.web.pages.page import bare
from warroom.web.security import COOKIE, Headers
from warroom.web.simulator import Simulator
from warroom.web.slow import BodyPace

FASTAPI_UNREAD = "There was an error parsing the body"
UNREAD = (
    "The body cannot be read: it is not in UTF-8, is nested too deep, or has a number of too many digits. Correct it."
)
NOTHING_THERE = (
    f"Nothing is served at this address. Check it; the console begins at /, the API is described at {API}/openapi.json."
)
NOT_SO = "{method} is not taken at this address; it takes {allowed}. Ask with that, or check the address."
LINK = "/enter/"  # signs in by a link, once
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
USED_UP = frozenset({"/enter/{token}"})  # by a GET; who only looks with HEAD, such as a preview of links, must not
LIKE_AN_ID = re.compile(r"[\w@.:]{0,20}|[0-9a-f-]{36}")


def make_app(app: App, simulator: Simulator | None = None, entrance: Entrance = USUAL) -> FastAPI:
    """Make the server's application; `app` stays open while it serves."""
    server = ApiServer(
        title="warroom",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    server.state.warroom = app
    server.state.simulator = simulator
    server.state.entrance = entrance
    server.state.hub = Hub(app)
    server.state.once = signin.OneTimeLinks()
    server.state.connections = open_connections_of(entrance)
    server.state.requests = open_connections_of(entrance)
    _guard(server, app, entrance)
    server.router.routes.extend(all_routes())
    server.mount("/static", Assets(directory=STATIC), name="static")
    server.add_exception_handler(WarroomError, _refused)
    server.add_exception_handler(OutageError, _is_out)
    server.add_exception_handler(RequestValidationError, _misread)
    server.add_exception_handler(HTTPException, _not_served)
    return server


@cache
def all_routes() -> Sequence[BaseRoute]:
    """Return what all servers of a process serve: reading it, at the first request, takes the framework long."""
    routes = APIRouter(default_response_class=Answer)
    for router in api_routers():
        routes.include_router(router, prefix=API)
    for router in (signin.router, metrics.router, *page_routers()):
        _answer_head(router)
        routes.include_router(router, include_in_schema=False)
    routes.include_router(push.router)
    return tuple(routes.routes)


def _answer_head(router: APIRouter) -> None:
    """Allow HEAD for pages, too; uvicorn drops the body."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.methods == {"GET"} and route.path not in USED_UP:
            route.methods.add("HEAD")


def _guard(server: FastAPI, app: App, entrance: Entrance) -> None:
    """Add the middleware that every request passes; the last one added sees a request first."""
    server.add_middleware(Idempotency, prefix=API, warroom=app)
    server.add_middleware(BodyLimit)
    server.add_middleware(BodyPace, timeouts=entrance.timeouts)
    server.add_middleware(CleanAddress)
    server.add_middleware(Compressed, minimum_size=1000, compresslevel=5)
    server.add_middleware(Hosts, entrance=entrance)
    server.add_middleware(CountedRequests, open_connections=server.state.requests)
    server.add_middleware(Headers)


async def _refused(request: Request, error: Exception) -> Response:
    """Answer with one of our own errors; a page that needs a session leads to the sign-in instead."""
    assert isinstance(error, WarroomError)
    if isinstance(error, SignInError) and _is_page(request):
        return RedirectResponse(f"/login?{_why(request)}", status_code=303)
    answer = _told(request, problem(error))
    if isinstance(error, TooManyTriesError):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _why(request: Request) -> str:
    """Say, as the sign-in page knows it, why somebody has to sign in, and where it leads then."""
    if request.url.path.startswith(LINK):
        return "error=used"  # the link leads nowhere any more
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    why = "error=ended&" if COOKIE in request.cookies else ""
    return f"{why}next={quote(path, safe='')}"


async def _is_out(request: Request, error: Exception) -> Response:
    return _told(request, problem(UnavailableError(str(error))))


async def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    asked_for = getattr(request.scope.get("route"), "operation_id", None) or request.url.path
    return _told(request, problem(InvalidInputError(misread(asked_for, error.errors()[0]))))


async def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body: dict[str, str | int] = {
        "type": "about:blank",
        "title": error.detail,
        "status": error.status_code,
        "detail": _in_a_sentence(request, error),
    }
    answer = _told(request, body)
    answer.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(_allowed(request))
    return answer


def _in_a_sentence(request: Request, error: HTTPException) -> str:
    """Say what now, where the framework only names the status."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return NOT_SO.format(method=request.method, allowed=" or ".join(_allowed(request)))
    if error.detail == HTTPStatus.NOT_FOUND.phrase:
        return NOTHING_THERE
    return UNREAD if error.detail == FASTAPI_UNREAD else error.detail


def _allowed(request: Request) -> list[str]:
    """Return the methods of all routes at an address: the framework names those of the first one alone."""
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]
    found = [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return found or ["GET", "HEAD"]  # of static files


def _told(request: Request, body: Mapping[str, str | int]) -> Response:
    """Answer a program with a problem document, and a browser with a page."""
    status = int(body["status"])
    if _is_page(request) and "text/html" in request.headers.get("accept", ""):
        return bare(request, "refused.html", {**body, "detail": _in_our_words(request, str(body["detail"]))}, status)
    return Problem(body, status_code=status)


def _in_our_words(request: Request, detail: str) -> str:
    """Leave out texts from the address unless they look like an id: a link must not put words on the page."""
    said = [str(value) for value in (*request.path_params.values(), *request.query_params.values())]
    for text in sorted(said, key=len, reverse=True):
        if not LIKE_AN_ID.fullmatch(text):
            for form in (text, repr(text)[1:-1]):
                detail = detail.replace(form, "…") if form else detail
    return detail


def _is_page(request: Request) -> bool:
    return request.method in {"GET", "HEAD"} and not request.url.path.startswith((API, "/fragments"))
