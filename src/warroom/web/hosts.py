"""Refuses requests for another host name, as in DNS rebinding."""

import re
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from warroom.web.answers import Problem
from warroom.web.entrance import Entrance, host_name

MISDIRECTED = HTTPStatus.MISDIRECTED_REQUEST
OTHER_SITE = 4403
WORTH_SAYING = re.compile(r"[a-z0-9_.:-]{1,100}")

log = structlog.get_logger(__name__)


class Hosts:
    """Admits requests and WebSockets that name this console, and logs once when a proxy is not trusted."""

    def __init__(self, app: ASGIApp, entrance: Entrance) -> None:
        self._app = app
        self._entrance = entrance
        self._has_warned = bool(entrance.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        self._warn(scope, headers)
        host, server = headers.get("host", ""), scope.get("server")
        if self._entrance.is_ours(host, server[0] if server else ""):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": OTHER_SITE})  # before it is accepted: the answer is a 403
        else:
            await _refusal(host, headers)(scope, receive, send)

    def _warn(self, scope: Scope, headers: Headers) -> None:
        if not self._has_warned and "x-forwarded-for" in headers:
            self._has_warned = True
            log.warning(
                "a proxy passes requests on, and all of them count as its own; name it in the setting trusted_proxies",
                proxy=scope["client"][0] if scope.get("client") else "",
            )


def _refusal(host: str, headers: Headers) -> Response:
    name = host_name(host) or ""
    called = f"{name!r}" if WORTH_SAYING.fullmatch(name) else "the name in this request"
    said = (
        f"This console does not go by {called}. Open it by a name that it has, or add this one to its setting"
        " allowed_hosts (WARROOM_ALLOWED_HOSTS, or `warroom serve --allow-host`)."
    )
    if "text/html" in headers.get("accept", ""):
        return PlainTextResponse(said, int(MISDIRECTED))
    body = {"type": "about:blank", "title": MISDIRECTED.phrase, "status": int(MISDIRECTED), "detail": said}
    return Problem({**body, "kind": "ForbiddenError"}, status_code=int(MISDIRECTED))
