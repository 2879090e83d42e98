"""Authentication and browser security: sessions, API keys, Origin, the headers of answers."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.model.errors import ForbiddenError, SignInError
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.web.entrance import Entrance

COOKIE = "warroom_session"
WRITE_HEADER = "x-warroom-request"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEPT_NOWHERE = {"Cache-Control": "no-store"}  # unless the answer says otherwise: only scripts, styles and icons do


def app_of(connection: HTTPConnection) -> App:
    """Return the use cases that this server serves."""
    app = connection.app.state.warroom
    assert isinstance(app, App)
    return app


async def acting(connection: HTTPConnection) -> Actor:
    """Return the caller: the program of an API key, or the user of a session; raises SignInError for neither.

    A browser sends its cookie along with what other sites make it ask. So a write by session must come from our own
    origin and carry a header that only our own pages can set.
    """
    app = app_of(connection)
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        return _from(connection, "API", await app.users.authenticate(secret.strip()))
    token = connection.cookies.get(COOKIE)
    if not token:
        raise SignInError("Nobody is signed in here. Sign in, or send an API key.")
    # A tab that was left open must not keep its session alive.
    actor, _ = await app.users.resume(token, seen=connection.scope["type"] == "http", address=_address(connection))
    if connection.scope["type"] == "websocket":
        require_own_origin(connection, origin_needed=True)
    elif connection.scope["method"] not in SAFE_METHODS:
        require_own_origin(connection, origin_needed=False)
        if connection.headers.get(WRITE_HEADER) != "1":
            raise ForbiddenError(f"A write with a session needs the header {WRITE_HEADER}: 1.")
    return _from(connection, "console", actor)


def _from(connection: HTTPConnection, door: str, actor: Actor) -> Actor:
    """Add the door and address to an actor: custody of evidence keeps them."""
    return replace(actor, door=door, address=_address(connection))


def _address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def require_own_origin(connection: HTTPConnection, *, origin_needed: bool) -> None:
    """Refuse requests that another site made the browser send."""
    origin = connection.headers.get("origin")
    if origin is None and not origin_needed:
        return
    if origin is None or not _entrance(connection).is_own_site(origin, connection.headers.get("host", "")):
        raise ForbiddenError("This request comes from another site. Open the console itself and try again.")


def is_private(request: Request) -> bool:
    """Whether the browser uses TLS, to us or to the proxy before us: its cookies are then Secure."""
    return request.url.scheme == "https" or _entrance(request).is_public_https(request.headers.get("host", ""))


def _entrance(connection: HTTPConnection) -> Entrance:
    entrance = connection.app.state.entrance
    assert isinstance(entrance, Entrance)
    return entrance


def keep(response: Response, request: Request, token: str) -> None:
    """Set the session's cookie in the browser."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=is_private(request), path="/")


Asking = Annotated[Actor, Depends(acting)]
Served = Annotated[App, Depends(app_of)]


class Headers:
    """Puts the security headers on every answer that does not set its own; no browser or proxy is to keep one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (HEADERS | KEPT_NOWHERE).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
