"""The address of a request, made clean before a route reads it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from warroom.model.border import text

NUL, NO_CHARACTER = b"%00", b"%EF%BF%BD"


class CleanAddress:
    """Removes NUL from addresses; other invalid text was replaced by the server when it decoded them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            query = scope["query_string"].replace(NUL, NO_CHARACTER)
            scope = {**scope, "path": text(scope["path"]), "query_string": query}
        await self._app(scope, receive, send)
