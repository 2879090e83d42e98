"""Statements that are written many rows at a time, and how they are spelled for each database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.expression import ClauseElement

Row: TypeAlias = tuple[Any, ...]

# A statement for many rows is one step of the database, and Python's lock changes hands once for it, not once for
# each row (while the event loop computes, every hand-over can cost the writer five milliseconds). Of the larger sizes
# there are few, so that each is prepared once.
SMALL = 16
LARGE = 128
MARKS = {"sqlite": "?", "postgresql": "%s"}
# SQLAlchemy types its dialects, but not how they are made.
DIALECTS = {"sqlite": sqlite.dialect(paramstyle="named"), "postgresql": psycopg.dialect()}  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Upsert:
    """Insert rows, or replace those of the same key; rows are tuples in the order of the table's columns.

    `kept` says, for columns that a replacement does not simply overwrite, what they become; an `ignore` leaves what is
    there.
    """

    table: Table
    kept: Mapping[str, str] = field(default_factory=dict)
    ignore: bool = False

    def sql(self, rows: int, mark: str) -> str:
        names = [column.name for column in self.table.columns]
        key = [column.name for column in self.table.primary_key]
        values = "(" + ", ".join(mark for _ in names) + ")"
        sets = ", ".join(f"{name} = {self.kept.get(name, f'excluded.{name}')}" for name in names if name not in key)
        action = "NOTHING" if self.ignore else f"UPDATE SET {sets}"
        return (
            f"INSERT INTO {self.table.name} ({', '.join(names)}) VALUES {', '.join([values] * rows)} "  # noqa: S608  # names of our own tables
            f"ON CONFLICT ({', '.join(key)}) DO {action}"
        )

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write them; of several with one key, the last one counts."""
        mark = MARKS[connection.dialect.name]
        key = _key_length(self.table)
        for chunk in chunked(list({row[:key]: row for row in rows}.values())):
            execute(connection, _spelled(self, len(chunk), mark), tuple(chain.from_iterable(chunk)))


@lru_cache
def _key_length(table: Table) -> int:
    return len(table.primary_key.columns)


@lru_cache(maxsize=256)
def _spelled(upsert: Upsert, rows: int, mark: str) -> str:
    return upsert.sql(rows, mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Rows whose column is one of many values; `start` is the statement up to the list."""

    start: str

    def rows(self, connection: Connection, values: Sequence[Any], *first: Any) -> Iterator[Row]:
        """The rows found; `first` fills the marks (written `?`) before the list."""
        mark = MARKS[connection.dialect.name]
        start = self.start.replace("?", mark)
        for chunk in chunked(values):
            sql = f"{start} IN ({', '.join(mark for _ in chunk)})"
            yield from execute(connection, sql, (*first, *chunk))


def execute(connection: Connection, sql: str, values: Row | Mapping[str, Any]) -> list[Row]:
    """Execute a statement on the driver itself; its errors are the driver's (`dbapi.Error`).

    A dozen statements make a commit, and for each SQLAlchemy takes several times as long as SQLite does.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []
    finally:
        cursor.close()


def run(connection: Connection, statement: ClauseElement, **parameters: Any) -> list[Row]:
    """Run a statement that is a constant with named parameters, and return its rows.

    It is spelled out once, which is most of what SQLAlchemy costs. Lists (IN) are not for here.
    """
    sql, constants = _constant(statement, connection.dialect.name)
    return execute(connection, sql, {**constants, **parameters})


@lru_cache(maxsize=256)
def _constant(statement: ClauseElement, dialect: str) -> tuple[str, dict[str, Any]]:
    compiled = statement.compile(dialect=DIALECTS[dialect])
    return str(compiled), dict(compiled.params)


def chunked(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut into the sizes that statements are prepared for.

    >>> [len(chunk) for chunk in chunked(range(300))]
    [128, 128, 32, 12]
    """
    start, count = 0, len(rows)
    while left := count - start:
        size = left if left <= SMALL else min(LARGE, 1 << left.bit_length() - 1)
        yield rows[start : start + size]
        start += size
