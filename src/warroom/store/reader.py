"""Reads: single statements on connections of their own, off the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.sql.expression import ClauseElement, Executable

from warroom.model.json import JsonObject
from warroom.services.ports.blobs import Blobs
from warroom.store.body import unpack
from warroom.store.sql import Row, run

THREADS = 4

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Reader:
    """Runs a noun's read functions in a thread; they get the reader itself to ask for rows."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store-read")

    async def ask(self, question: "Callable[Concatenate[Reader, _P], _T]", *args: _P.args, **kwargs: _P.kwargs) -> _T:
        def answer() -> _T:
            return question(self, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, answer)

    def rows(self, statement: ClauseElement, **parameters: Any) -> Sequence[Row]:
        """Rows of a statement that is a constant with named parameters."""
        with self._engine.connect() as connection:
            return run(connection, statement, **parameters)

    def select(self, statement: Executable) -> Sequence[Row]:
        """Rows of a statement that was put together for this question."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def unpack(self, text: str | None, blob: str | None) -> JsonObject:
        return unpack(text, blob, self._blobs)

    def close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()
