"""The place of a sign-in: the address, and a browser that signed in under the name before."""

import secrets
from datetime import timedelta

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from warroom.model.errors import ConflictError
from warroom.services.app import App
from warroom.services.people.tries import Place
from warroom.services.people.users import folded
from warroom.web.security import is_private

BROWSER_COOKIE = "warroom_browser"
KEPT_FOR = timedelta(days=180)
KIND = "browser"
LONGEST = 1000


def place_of(connection: HTTPConnection, app: App) -> Place:
    """Return the place of a request; a foreign or damaged cookie is ignored."""
    address = connection.client.host if connection.client else ""
    sealed = connection.cookies.get(BROWSER_COOKIE, "")
    if not sealed or len(sealed) > LONGEST or not sealed.isascii():
        return Place(address=address)
    try:
        sign = app.store.unseal(sealed)
    except ConflictError:
        return Place(address=address)
    if not isinstance(sign, dict) or sign.get("is") != KIND:
        return Place(address=address)
    return Place(address=address, browser=str(sign["id"]), name=str(sign["name"]))


def remember(response: Response, request: Request, app: App, name: str) -> None:
    """Set the cookie by which a browser is counted by itself when others guess this name from its network."""
    if place_of(request, app).name == folded(name):
        return
    sign = app.store.seal({"is": KIND, "id": secrets.token_hex(8), "name": folded(name)})
    response.set_cookie(
        BROWSER_COOKIE,
        sign,
        max_age=int(KEPT_FOR.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_private(request),
        path="/",
    )
