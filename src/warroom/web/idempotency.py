"""`Idempotency-Key`: a write that is sent again, because its answer got lost, is not done again."""

import asyncio
import base64
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.model.border import parsed
from warroom.model.errors import ConflictError, InvalidInputError, UnavailableError, WarroomError
from warroom.model.json import Json, JsonObject
from warroom.services.app import App
from warroom.services.ports.outage import OutageError
from warroom.services.ports.replies import Reply
from warroom.web.answers import Problem
from warroom.web.errors import problem, status_of
from warroom.web.limits import is_upload
from warroom.web.security import COOKIE, SAFE_METHODS

HEADER = "idempotency-key"
LONGEST_KEY = 200
KEPT_FOR = timedelta(hours=24)
COOKIE_GIVERS = ("session", "setup/")  # what they answer must not be had twice
REPLAYED = (b"idempotency-replayed", b"true")

OTHER_REQUEST = "This Idempotency-Key came with another request. Draw a new key for each write."
FAILED = "The first request with this Idempotency-Key failed. Send it again."
NO_ANSWER_YET = (
    "The first request with this Idempotency-Key has no answer: it is under way, or was cut off."
    " Look whether it was done before you send it with a new key."
)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RunningRequest:
    """A request that this process answers now; no `messages` when it failed."""

    fingerprint: str
    done: asyncio.Event = field(default_factory=asyncio.Event)
    messages: list[Message] = field(default_factory=list)


class Idempotency:
    """Keeps answers for a day by actor and key, over restarts. Our own failures (5xx) are not kept."""

    def __init__(self, app: ASGIApp, prefix: str, warroom: App) -> None:
        self._app = app
        self._prefix = prefix
        self._replies = warroom.replies
        self._store = warroom.store
        self._clock = warroom.clock
        self._under_way: dict[str, RunningRequest] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._applies(request := Request(scope, receive)):
            await self._app(scope, receive, send)
            return
        key = request.headers[HEADER]
        if not key or len(key) > LONGEST_KEY:
            error = InvalidInputError(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters. Send a random one.")
            await _refusal(error)(scope, receive, send)
            return
        name = _digest(request.headers.get("authorization", ""), request.cookies.get(COOKIE, ""), key)
        try:
            if is_upload(scope):  # its body is not read into memory
                messages = await self._uploaded(name, _digest(request.method, str(request.url)), request)
            else:
                body = await request.body()
                fingerprint = _digest(request.method, str(request.url), body.hex())
                messages = await self._answer(name, fingerprint, scope, _giving(body))
        except WarroomError as error:
            await _refusal(error)(scope, receive, send)
            return
        for message in messages:
            await send(message)

    def _applies(self, request: Request) -> bool:
        return (
            request.method not in SAFE_METHODS
            and request.url.path.startswith(self._prefix)
            and not request.url.path.startswith(tuple(f"{self._prefix}/{path}" for path in COOKIE_GIVERS))
            and HEADER in request.headers
        )

    async def _uploaded(self, name: str, fingerprint: str, request: Request) -> list[Message]:
        """Store an uploaded file, or return the earlier answer when the bytes are the same."""
        messages = await self._answer(name, fingerprint, request.scope, request.receive)
        if REPLAYED in messages[0]["headers"] and messages[0]["status"] < HTTPStatus.BAD_REQUEST:
            digest = hashlib.sha256()
            async for piece in request.stream():
                await asyncio.to_thread(digest.update, piece)
            if _file_of(messages) != digest.hexdigest():
                raise ConflictError(OTHER_REQUEST)
        return messages

    async def _answer(self, name: str, fingerprint: str, scope: Scope, receive: Receive) -> list[Message]:
        """Return the stored answer of this key, or have the request done; raises a WarroomError that says why not."""
        known = self._under_way.get(name)
        if known is not None:
            return await _again(known, fingerprint)
        mine = self._under_way[name] = RunningRequest(fingerprint)
        try:
            kept = await self._started(name, fingerprint)
            if kept is None:
                mine.messages = await self._done(name, scope, receive)
                return mine.messages
        finally:
            del self._under_way[name]
            mine.done.set()
        if kept.fingerprint != fingerprint:
            raise ConflictError(OTHER_REQUEST)
        if not kept.sealed:
            raise ConflictError(NO_ANSWER_YET)
        mine.messages = _replayed(_unpacked(self._store.unseal(kept.sealed)))
        return mine.messages

    async def _started(self, name: str, fingerprint: str) -> Reply | None:
        now = self._clock.now()
        try:
            return await self._replies.start(Reply(name=name, fingerprint=fingerprint, at=now), now - KEPT_FOR)
        except OutageError as outage:
            raise UnavailableError(str(outage)) from outage

    async def _done(self, name: str, scope: Scope, receive: Receive) -> list[Message]:
        """Do the request, and keep its answer before anybody sees it; one that was cut off stays without."""
        messages: list[Message] = []

        async def gather(message: Message) -> None:
            messages.append(message)

        try:
            await self._app(scope, receive, gather)
        except Exception:  # re-raised; only a cancelled request stays claimed, since its outcome is unknown
            await self._replies.drop(name)
            raise
        if not messages or messages[0]["status"] >= 500:
            await self._replies.drop(name)
            return messages
        try:
            await self._replies.end(name, self._store.seal(_packed(messages)))
        except OutageError as outage:
            log.warning("an answer was not kept", error=str(outage))
        return messages


async def _again(known: RunningRequest, fingerprint: str) -> list[Message]:
    if known.fingerprint != fingerprint:
        raise ConflictError(OTHER_REQUEST)
    await known.done.wait()
    if not known.messages or known.messages[0]["status"] >= 500:
        raise ConflictError(FAILED)
    return _replayed(known.messages)


def _replayed(messages: list[Message]) -> list[Message]:
    start, *rest = messages
    return [{**start, "headers": [*(header for header in start["headers"] if header != REPLAYED), REPLAYED]}, *rest]


def _file_of(messages: list[Message]) -> str:
    """Return the hash of the file that an answer sends."""
    entry = parsed(b"".join(message.get("body", b"") for message in messages[1:]))
    return str(entry["file"]["sha256"])


def _packed(messages: list[Message]) -> JsonObject:
    start, *rest = messages
    body = b"".join(message.get("body", b"") for message in rest)
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in start["headers"]]
    return {"status": start["status"], "headers": headers, "body": base64.b64encode(body).decode()}


def _unpacked(kept: Json) -> list[Message]:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept["headers"]]
    return [
        {"type": "http.response.start", "status": kept["status"], "headers": headers},
        {"type": "http.response.body", "body": base64.b64decode(kept["body"])},
    ]


def _refusal(error: WarroomError) -> Problem:
    return Problem(problem(error), status_code=status_of(error))


def _giving(body: bytes) -> Receive:
    """Return a `receive` that replays a body that was read already."""
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
