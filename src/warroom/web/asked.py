"""What a request says, made clean before a route reads it: its address, and its body."""

from typing import ClassVar, Self

from pydantic import BaseModel, model_validator
from starlette.types import ASGIApp, Receive, Scope, Send

from warroom.model.border import clean, text

NUL, NO_CHARACTER = b"%00", b"%EF%BF%BD"


class Asked(BaseModel):
    """A body, clean when it reaches a route; half a character in a text with bounds is refused before that."""

    as_typed: ClassVar[frozenset[str]] = frozenset()  # fields that nobody is shown, such as a password

    @model_validator(mode="after")
    def _cleaned(self) -> Self:
        for name in self.model_fields_set - self.as_typed:
            setattr(self, name, clean(getattr(self, name)))
        return self


class CleanAddress:
    """Takes NUL out of addresses; what else is no text in them, the server has replaced when it decoded them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            query = scope["query_string"].replace(NUL, NO_CHARACTER)
            scope = {**scope, "path": text(scope["path"]), "query_string": query}
        await self._app(scope, receive, send)
