"""Connection limits: how many connections and requests one address may have open at a time."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from warroom.services.people.tries import network_of
from warroom.web.answers import Problem

RETRY_SECONDS = 5
SAID_EACH = 60.0  # seconds between two lines of the log about this

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a connection is refused, and what now."""

    status: HTTPStatus
    said: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(RETRY_SECONDS), "Connection": "close"}

    @property
    def raw(self) -> bytes:
        """Return the raw HTTP answer for a connection whose request is not read."""
        fields = {
            **self.headers,
            "Cache-Control": "no-store",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(self.said)),
        }
        lines = [f"HTTP/1.1 {int(self.status)} {self.status.phrase}", *(f"{k}: {v}" for k, v in fields.items())]
        return "\r\n".join([*lines, "", self.said]).encode("ascii")

    @property
    def problem(self) -> Problem:
        body = {"type": "about:blank", "title": self.status.phrase, "status": int(self.status), "detail": self.said}
        return Problem(body, int(self.status), self.headers)


@dataclass(slots=True, kw_only=True)
class OpenConnections:
    """Counts what is open by network of origin: at most `each` for one network, at most `all` together."""

    each: int
    all: int
    clock: Callable[[], float] = time.monotonic
    _open: Counter[str] = field(default_factory=Counter)
    _said: float | None = None

    @property
    def open(self) -> int:
        """Say how many are open, from all addresses together."""
        return self._open.total()

    def enter(self, address: str) -> Refusal | None:
        """Count one more from this address; over a limit it is not counted, and the refusal says why."""
        origin = network_of(address)
        if self._open[origin] >= self.each:
            refusal = Refusal(
                status=HTTPStatus.TOO_MANY_REQUESTS,
                said=f"Too many connections are open from your address: {self.each}. Close some pages of the console,"
                f" or try again in {RETRY_SECONDS} s; the setting connections_per_address allows more.",
            )
        elif self._open.total() >= self.all:
            refusal = Refusal(
                status=HTTPStatus.SERVICE_UNAVAILABLE,
                said=f"All {self.all} connections of this server are in use. Try again in {RETRY_SECONDS} s.",
            )
        else:
            self._open[origin] += 1
            return None
        self._say(origin, refusal)
        return refusal

    def stay(self, address: str) -> None:
        """Count one that is admitted already."""
        self._open[network_of(address)] += 1

    def leave(self, address: str) -> None:
        """Count one less from this address."""
        origin = network_of(address)
        self._open[origin] -= 1
        if not self._open[origin]:
            del self._open[origin]

    def _say(self, origin: str, refusal: Refusal) -> None:
        now = self.clock()
        if self._said is None or now >= self._said + SAID_EACH:
            self._said = now
            log.warning("connections are refused", origin=origin, open=self._open[origin], reason=refusal.said)


class CountedRequests:
    """Counts requests and WebSockets by the client's address, also behind a trusted proxy."""

    def __init__(self, app: ASGIApp, open_connections: OpenConnections) -> None:
        self._app = app
        self._open_connections = open_connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or not scope.get("client"):
            await self._app(scope, receive, send)
            return
        address = scope["client"][0]
        if refusal := self._open_connections.enter(address):
            await refusal.problem(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._open_connections.leave(address)
