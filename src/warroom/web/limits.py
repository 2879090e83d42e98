"""How much a request may carry, and how little an answer."""

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.model.errors import InvalidInputError
from warroom.web.answers import Problem
from warroom.web.errors import problem

MOST_BYTES = 16 << 20


class BodyTooLargeError(HTTPException):
    """A body without a declared length went on for too long; FastAPI lets this one through as it is."""


class BodyLimit:
    """Refuses requests whose body is larger than anything that we take, before it lies in memory."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_upload(scope):
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._most:
            await _too_large(self._most)(scope, receive, send)
            return
        seen = 0
        error = BodyTooLargeError(413, f"The request is larger than {self._most} bytes. Send less.")

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise error
            return message

        try:
            await self._app(scope, counted, send)
        except BodyTooLargeError:  # it was read outside of a route, which would have answered itself
            await _too_large(self._most)(scope, receive, send)


def is_upload(scope: Scope) -> bool:
    """Say whether a request brings a file: its body goes to disk piece by piece, under a limit of its own."""
    return scope["method"] == "POST" and str(scope["path"]).endswith("/files")


class Compressed(GZipMiddleware):
    """Compresses answers, but no evidence: that is an archive as a rule, and its length is worth knowing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and scope["path"].endswith("/file")
        await (self.app if is_file else super().__call__)(scope, receive, send)


def _too_large(most: int) -> Problem:
    body = problem(InvalidInputError(f"The request is larger than {most} bytes. Send less."))
    return Problem({**body, "status": 413, "title": "Content Too Large"}, status_code=413)
