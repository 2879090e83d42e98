"""Reads: single statements on connections of their own, off the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.sql.expression import ClauseElement, Executable

from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.blobs import Blobs
from warroom.store.body import unpack
from warroom.store.kinds import Kind
from warroom.store.outage import DATABASE_RETRIES, Outages
from warroom.store.sql import Row, run

THREADS = 4

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Access to rows for the read functions of each noun."""

    connect: Callable[[], AbstractContextManager[Connection]]
    blobs: Blobs
    dialect: str

    def of(self, statement: ClauseElement, **parameters: Any) -> Sequence[Row]:
        """Rows of a statement that is a constant with named parameters."""
        with self.connect() as connection:
            return run(connection, statement, **parameters)

    def select(self, statement: Executable) -> Sequence[Row]:
        """Rows of a statement that was put together for this question."""
        with self.connect() as connection:
            return [tuple(row) for row in connection.execute(statement)]

    def read(self, kind: Kind[_T], text: str | None, blob: str | None = None, /, **columns: Any) -> _T:
        """Make a value from a row: from its body, also one in a blob, and its columns."""
        return kind.read(unpack(text, blob, self.blobs), columns)


class Reader:
    """Runs the read functions of each noun, in a thread or at once."""

    def __init__(self, engine: Engine, blobs: Blobs, retries: RetryPolicy = DATABASE_RETRIES) -> None:
        self._engine = engine
        self._outages = Outages(engine, retries)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store-read")
        self.far = Rows(connect=engine.connect, blobs=blobs, dialect=engine.dialect.name)
        self._at_hand = engine.connect() if engine.dialect.name == "sqlite" else None
        self._near = (
            Rows(connect=_kept_open(self._at_hand), blobs=blobs, dialect=engine.dialect.name) if self._at_hand else None
        )

    async def ask(self, question: Callable[Concatenate[Rows, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a read in a thread: for lists and other long reads."""
        answer = partial(question, self.far, *args, **kwargs)
        loop = asyncio.get_running_loop()
        return await self._outages.wait_out(lambda: loop.run_in_executor(self._threads, answer))

    async def look(self, question: Callable[Concatenate[Rows, _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a read at once, for what belongs to one id.

        SQLite is asked on the spot: that takes less than handing the question to a thread and waiting for Python's
        lock twice, and its readers never wait for a writer.
        """
        if self._near is None:
            return await self.ask(question, *args, **kwargs)
        try:
            return question(self._near, *args, **kwargs)
        except self._outages.errors as error:
            if self._outages.of(error) is None:
                raise self._outages.worded(error) from error
        return await self.ask(question, *args, **kwargs)

    def close(self) -> None:
        self._threads.shutdown()
        if self._at_hand is not None:
            self._at_hand.close()
        self._engine.dispose()


def _kept_open(connection: Connection) -> Callable[[], AbstractContextManager[Connection]]:
    return lambda: nullcontext(connection)


def flaws(db: Rows) -> str:
    """Run SQLite's integrity check; PostgreSQL has none."""
    if db.dialect != "sqlite":
        return ""
    ((found, *_), *_) = db.select(text("PRAGMA quick_check(1)"))
    return "" if found == "ok" else str(found)
