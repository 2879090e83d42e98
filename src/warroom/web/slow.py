"""Time limits for slow requests: a client that sends a byte now and then must not keep its connection for good."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

import h11
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from warroom.web.answers import Problem
from warroom.web.entrance import RequestTimeouts

TOO_SLOW = "The request came too slowly and was given up. Send it again, in one go."
STATUS = HTTPStatus.REQUEST_TIMEOUT
MOST_DRAINED = 64 << 20
CLOSE = {"Connection": "close"}  # what is left of the body is not waited for

HEAD_TOO_SLOW = (
    f"HTTP/1.1 {int(STATUS)} {STATUS.phrase}\r\nConnection: close\r\nCache-Control: no-store\r\n"
    f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(TOO_SLOW)}\r\n\r\n{TOO_SLOW}"
)


class BodyTooSlowError(HTTPException):
    """A body stopped, or came too slowly; FastAPI passes this exception on as it is."""

    def __init__(self) -> None:
        super().__init__(int(STATUS), TOO_SLOW, CLOSE)


class BodyPace:
    """Enforces a minimum rate for bodies of any length on every route."""

    def __init__(self, app: ASGIApp, timeouts: RequestTimeouts) -> None:
        self._app = app
        self._timeouts = timeouts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        paced = Paced(receive, self._timeouts)

        async def send_late(message: Message) -> None:
            if message["type"] == "http.response.start" and brings_body(scope):
                await paced.drain()
            await send(message)

        try:
            await self._app(scope, paced, send_late)
        except BodyTooSlowError:  # it was read outside of a route, which would have answered itself
            body = {"type": "about:blank", "title": STATUS.phrase, "status": int(STATUS), "detail": TOO_SLOW}
            await Problem(body, int(STATUS), CLOSE)(scope, receive, send)


def brings_body(scope: Scope) -> bool:
    """Whether the client sends a body without waiting for `100 Continue`."""
    headers = Headers(scope=scope)
    if headers.get("expect", "").lower() == "100-continue":
        return False
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


@dataclass(slots=True)
class Paced:
    """Receives a body; only the time spent waiting for it counts, not that between two reads."""

    receive: Receive
    timeouts: RequestTimeouts
    waited: float = 0.0
    seen: int = 0
    is_whole: bool = False

    async def __call__(self) -> Message:
        if self.is_whole:
            return await self.receive()  # which waits for the client to go away
        message = await self._in_time(self.receive())
        self.seen += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Discard the rest of an unread body, within bounds.

        Many clients, and proxies before us, read no answer while they send: it would be lost with the connection.
        """
        left = MOST_DRAINED
        with suppress(TimeoutError, BodyTooSlowError):
            async with asyncio.timeout(self.timeouts.head_seconds):
                while not self.is_whole and left > 0:
                    left -= len((await self()).get("body", b""))

    async def _in_time(self, piece: Awaitable[Message]) -> Message:
        loop = asyncio.get_running_loop()
        started = loop.time()
        limits = self.timeouts
        left = limits.grace_seconds + self.seen / limits.least_rate - self.waited
        try:
            async with asyncio.timeout(min(limits.idle_seconds, left)):
                return await piece
        except TimeoutError:
            raise BodyTooSlowError from None
        finally:
            self.waited += loop.time() - started


class TimedConnection(H11Protocol):
    """A connection with a time limit for heads of requests, and for bodies that were answered unread."""

    seconds = RequestTimeouts().head_seconds
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Run the timer while a head, or the rest of an unread body, is due; start no second one."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self or not self._is_due():
            self._unwatch()
        elif self._timer is None:
            self._timer = self.loop.call_later(self.seconds, self._give_up)

    def _is_due(self) -> bool:
        is_answered = getattr(self.cycle, "response_complete", True)  # before the first request there is no cycle
        return is_answered and self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    def _unwatch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(HEAD_TOO_SLOW.encode("ascii"))
        self.transport.close()
