"""`Idempotency-Key`: a write that is sent again, because its answer got lost, is not done again."""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.web.answers import Problem
from warroom.web.errors import problem, status_of
from warroom.web.security import COOKIE, SAFE_METHODS

HEADER = "idempotency-key"
LONGEST_KEY = 200
HELD = 4096
COOKIE_GIVERS = ("session", "setup/")  # what they answer must not be had twice
REPLAYED = (b"idempotency-replayed", b"true")


@dataclass(slots=True)
class Held:
    """A request and the answer that it got; `messages` are empty while it is under way."""

    fingerprint: str
    done: asyncio.Event = field(default_factory=asyncio.Event)
    messages: list[Message] = field(default_factory=list)


class Idempotency:
    """Keeps the last answers of this process by who asked and by key. Failures of ours (5xx) are not kept."""

    def __init__(self, app: ASGIApp, prefix: str, held: int = HELD) -> None:
        self._app = app
        self._prefix = prefix
        self._most = held
        self._held: OrderedDict[str, Held] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._applies(request := Request(scope, receive)):
            await self._app(scope, receive, send)
            return
        key = request.headers[HEADER]
        if not key or len(key) > LONGEST_KEY:
            error = InvalidInputError(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters. Send a random one.")
            await Problem(problem(error), status_code=422)(scope, receive, send)
            return
        body = await request.body()
        name = _digest(request.headers.get("authorization", ""), request.cookies.get(COOKIE, ""), key)
        fingerprint = _digest(request.method, str(request.url), body.hex())
        held = self._held.get(name)
        if held is None:
            await self._first(name, fingerprint, scope, body, send)
        elif held.fingerprint != fingerprint:
            await _conflict("This Idempotency-Key came with another request. Draw a new key for each write.")(
                scope, receive, send
            )
        else:
            await self._again(held, scope, receive, send)

    def _applies(self, request: Request) -> bool:
        return (
            request.method not in SAFE_METHODS
            and request.url.path.startswith(self._prefix)
            and not request.url.path.startswith(tuple(f"{self._prefix}/{path}" for path in COOKIE_GIVERS))
            and HEADER in request.headers
        )

    async def _first(self, name: str, fingerprint: str, scope: Scope, body: bytes, send: Send) -> None:
        held = self._held[name] = Held(fingerprint)
        while len(self._held) > self._most:
            self._held.popitem(last=False)

        async def kept(message: Message) -> None:
            held.messages.append(message)
            await send(message)

        is_kept = False
        try:
            await self._app(scope, _giving(body), kept)
            is_kept = bool(held.messages) and held.messages[0]["status"] < 500
        finally:
            if not is_kept:
                self._held.pop(name, None)
                held.messages.clear()
            held.done.set()

    async def _again(self, held: Held, scope: Scope, receive: Receive, send: Send) -> None:
        await held.done.wait()
        if not held.messages:
            again = _conflict("The first request with this Idempotency-Key failed. Send it again.")
            await again(scope, receive, send)
            return
        start, *rest = held.messages
        await send({**start, "headers": [*start["headers"], REPLAYED]})
        for message in rest:
            await send(message)


def _conflict(message: str) -> Problem:
    error = ConflictError(message)
    return Problem(problem(error), status_code=status_of(error))


def _giving(body: bytes) -> Receive:
    """Give a body that was read already to who reads it next."""
    is_given = False

    async def receive() -> Message:
        nonlocal is_given
        if is_given:
            return {"type": "http.disconnect"}
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
