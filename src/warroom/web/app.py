"""The console's server: pages, the native API and live push, around one opened data folder."""

from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from warroom.model.errors import InvalidInputError, SignInError, WarroomError
from warroom.services.app import App
from warroom.web.api import API, API_ROUTERS
from warroom.web.errors import problem
from warroom.web.pages import PAGE_ROUTERS
from warroom.web.push import router as push_router
from warroom.web.security import Headers

STATIC = Path(__file__).parent / "static"
PROBLEM = "application/problem+json"


def make_app(app: App) -> FastAPI:
    """Make the server's application; `app` stays open while it serves."""
    server = FastAPI(title="warroom", version="1", openapi_url=f"{API}/openapi.json", docs_url=None, redoc_url=None)
    server.state.warroom = app
    server.add_middleware(Headers)
    for router in API_ROUTERS:
        server.include_router(router, prefix=API)
    for router in PAGE_ROUTERS:
        server.include_router(router, include_in_schema=False)
    server.include_router(push_router)
    server.mount("/static", StaticFiles(directory=STATIC), name="static")
    server.add_exception_handler(WarroomError, _refused)
    server.add_exception_handler(RequestValidationError, _misread)
    server.add_exception_handler(HTTPException, _not_served)
    return server


async def _refused(request: Request, error: Exception) -> Response:
    """Answer what we raise on purpose; a page that needs a session leads to the sign-in instead."""
    assert isinstance(error, WarroomError)
    if isinstance(error, SignInError) and _is_page(request):
        return RedirectResponse(f"/login?next={quote(str(request.url.path))}", status_code=303)
    body = problem(error)
    return JSONResponse(body, status_code=int(body["status"]), media_type=PROBLEM)


async def _misread(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    body = problem(InvalidInputError(f"{where or 'The request'}: {first['msg']}. Correct it."))
    return JSONResponse(body, status_code=422, media_type=PROBLEM)


async def _not_served(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body = {"type": "about:blank", "title": error.detail, "status": error.status_code, "detail": error.detail}
    return JSONResponse(body, status_code=error.status_code, media_type=PROBLEM, headers=error.headers)


def _is_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")
