"""Which of the processes that share the database are gone, so that what they had taken can be given back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol, TypeAlias

from sqlalchemy import Column, DateTime, Engine, MetaData, Table, Text, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

Gone: TypeAlias = Callable[[str], bool]

_SCHEMA = "dbos"
_LOCK = func.hashtext("warroom leg executors")
_EXECUTOR = Table(
    "leg_executor",
    MetaData(schema=_SCHEMA),
    Column("id", Text, primary_key=True),
    Column("seen", DateTime(timezone=True), nullable=False),
)


class Presence(Protocol):
    """Tells the living from the gone."""

    shared: bool

    def announce(self, executor: str) -> None:
        """Say that this process lives; to be said again and again."""
        ...

    @contextmanager
    def gone(self) -> Iterator[Gone]:
        """Say which executors are gone; holds off other processes that ask the same, who hear that none is."""
        ...

    def leave(self, executor: str) -> None:
        """Say that this process takes nothing more."""
        ...


class Alone:
    """For a database that one process has for itself: every other executor is gone."""

    shared = False

    def __init__(self) -> None:
        self._me = ""

    def announce(self, executor: str) -> None:
        self._me = executor

    @contextmanager
    def gone(self) -> Iterator[Gone]:
        yield lambda executor: executor != self._me

    def leave(self, executor: str) -> None:
        if self._me == executor:
            self._me = ""


class Shared:
    """For PostgreSQL: a row for each process, with the time (the database's) at which it last said that it lives."""

    shared = True

    def __init__(self, engine: Engine, silence_seconds: float) -> None:
        self._engine = engine
        self._silence = timedelta(seconds=silence_seconds)
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # two that create it at once would clash
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}"))
            _EXECUTOR.create(connection, checkfirst=True)

    def announce(self, executor: str) -> None:
        row = insert(_EXECUTOR).values(id=executor, seen=func.now())
        with self._engine.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"seen": func.now()}))

    @contextmanager
    def gone(self) -> Iterator[Gone]:
        with self._engine.begin() as connection:
            if not connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
                yield lambda _: False
                return
            connection.execute(delete(_EXECUTOR).where(_EXECUTOR.c.seen < func.now() - self._silence))
            living = frozenset(connection.scalars(select(_EXECUTOR.c.id)))
            yield lambda executor: executor not in living

    def leave(self, executor: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(_EXECUTOR).where(_EXECUTOR.c.id == executor))


def presence(engine: Engine, silence_seconds: float) -> Presence:
    """How to tell on this database."""
    return Alone() if engine.dialect.name == "sqlite" else Shared(engine, silence_seconds)
