"""Limits of request bodies, and compression of answers.

The limits: 64 KiB without sign-in, 16 MiB with it, 8 GiB for a file, which is written to disk piece by piece.
"""

import re
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.model.errors import SignInError, UnavailableError, WarroomError
from warroom.services.incidents.uploading import MOST_BYTES as MOST_OF_A_FILE
from warroom.services.ports.outage import OutageError
from warroom.web.answers import Problem
from warroom.web.errors import status_of
from warroom.web.security import acting

MOST_BYTES = 16 << 20
MOST_OF_STRANGERS = 64 << 10  # a body is in memory before a route checks its sender
UPLOAD = re.compile(r"/api/v1/incidents/[^/]+/files")

TOO_LARGE = "The request is larger than {most} bytes. Send less."
FILE_TOO_LARGE = "The file is larger than {most} bytes. Bring a smaller one, or split it."
WHO_SENDS = f"A request of more than {MOST_OF_STRANGERS} bytes needs a sign-in. Sign in, or send an API key."


class BodyRefusedError(HTTPException):
    """A body without a declared length was too long; FastAPI passes this exception on as it is."""


class BodyLimit:
    """Refuses requests whose body is too large, before it is in memory."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_file = is_upload(scope)
        most, said = (MOST_OF_A_FILE, FILE_TOO_LARGE) if is_file else (self._most, TOO_LARGE)
        counted = Counted(scope, receive, BodyRefusedError(413, said.format(most=most)), most, is_known=is_file)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        try:
            await counted.take(int(declared) if declared.isdigit() else 0)
            counted.seen = 0
            await self._app(scope, counted, send)
        except BodyRefusedError as error:  # it was read outside of a route, which would have answered itself
            await _answer(error)(scope, receive, send)


class Counted:
    """Receives a body up to its sender's limit."""

    def __init__(self, scope: Scope, receive: Receive, error: BodyRefusedError, most: int, *, is_known: bool) -> None:
        self.seen = 0
        self._scope = scope
        self._receive = receive
        self._error = error
        self._most = most
        self._is_known = is_known  # or it does not matter who sends it: the route looks before it reads

    async def __call__(self) -> Message:
        message = await self._receive()
        await self.take(len(message.get("body", b"")))
        return message

    async def take(self, more: int) -> None:
        """Add to the count of bytes; raises when they are too many."""
        self.seen += more
        if self.seen > self._most:
            raise self._error
        if self.seen > MOST_OF_STRANGERS and not self._is_known:
            await _require_known(Request(self._scope))
            self._is_known = True


async def _require_known(request: Request) -> None:
    """Raise BodyRefusedError unless the sender may send large bodies."""
    try:
        await acting(request)
    except SignInError as error:
        raise BodyRefusedError(status_of(error), WHO_SENDS) from error
    except WarroomError as error:
        raise BodyRefusedError(status_of(error), str(error)) from error
    except OutageError as outage:
        raise BodyRefusedError(status_of(UnavailableError("")), str(outage)) from outage


def is_upload(scope: Scope) -> bool:
    """Whether a request uploads a file: its body is written to disk piece by piece, with a limit of its own."""
    return scope["method"] == "POST" and UPLOAD.fullmatch(str(scope["path"])) is not None


class Compressed(GZipMiddleware):
    """Compresses answers, except evidence: that is mostly an archive, and its length must be sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and scope["path"].endswith("/file")
        await (self.app if is_file else super().__call__)(scope, receive, send)


def _answer(error: BodyRefusedError) -> Response:
    title = HTTPStatus(error.status_code).phrase
    body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": error.detail}
    return Problem(body, status_code=error.status_code)
