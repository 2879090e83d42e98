import inspect
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from warroom.model.errors import NotFoundError
from warroom.model.json import Json, JsonObject

FakeAnswer: TypeAlias = Callable[[JsonObject, Path], Json | Awaitable[Json]]


class FakeServer:
    """Answers the calls of running code from a table of method to function; `calls` holds what was asked, in order."""

    def __init__(self, table: Mapping[str, FakeAnswer] | None = None) -> None:
        self.table = dict(table or {})
        self.calls: list[tuple[str, JsonObject]] = []

    async def call(self, method: str, args: JsonObject, scratch: Path) -> Json:
        self.calls.append((method, args))
        if method not in self.table:
            raise NotFoundError(f"The fake server has no answer to {method}. Add it to its table.")
        answer = self.table[method](args, scratch)
        return await answer if inspect.isawaitable(answer) else answer
