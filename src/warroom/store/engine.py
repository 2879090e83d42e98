"""The connections to the database: SQLite in WAL mode by default, PostgreSQL to grow."""

import sqlite3
from pathlib import Path
from time import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from warroom.model.errors import InvalidInputError

BUSY_SECONDS = 30
SQLITE: dict[str, Any] = {"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": 256}
SUBSECONDS_SINCE = (3, 42)
AS_WRITER = "BEGIN IMMEDIATE"


def writing_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Where transactions write; the queue's tables are reached through it as well."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, pool_size=5, max_overflow=5, pool_pre_ping=True)
    engine = create_engine(parsed, connect_args=SQLITE | {"timeout": busy_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", _write_at_once)
    return engine


def reading_engine(url: str) -> Engine:
    """Where single statements read; no transaction stays open."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, pool_size=4, max_overflow=0, pool_pre_ping=True, isolation_level="AUTOCOMMIT")
    engine = create_engine(parsed, connect_args=SQLITE, isolation_level="AUTOCOMMIT")
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def begin_as_writer(connection: Connection) -> None:
    """Lock out other writers before reading: on SQLite, a transaction that reads first and writes later may fail."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(AS_WRITER)


def flush_to_disk(connection: Connection, *, durable: bool) -> None:
    """Have the next commit survive a power loss, or only the end of this process; not inside a transaction.

    PostgreSQL always flushes.
    """
    if connection.dialect.name != "sqlite" or connection.info.get("durable") == durable:
        return
    dbapi: Any = connection.connection.dbapi_connection
    dbapi.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.info["durable"] = durable


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidInputError("The database URL cannot be read; write sqlite:///PATH or postgresql://…") from None
    match parsed.get_backend_name():
        case "sqlite":
            if not parsed.database:
                raise InvalidInputError("The database URL names no file; write sqlite:///PATH.")
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return parsed
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise InvalidInputError(f"The database {other} is not supported; take sqlite or postgresql.")


def _prepare_sqlite(dbapi: sqlite3.Connection, _record: object) -> None:
    try:
        dbapi.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        path = dbapi.execute("PRAGMA database_list").fetchone()[2]
        raise InvalidInputError(f"{path} is no SQLite database; bring a copy back, or name another folder.") from None
    dbapi.execute("PRAGMA synchronous = NORMAL")
    dbapi.execute("PRAGMA foreign_keys = ON")  # the queue's tables have some
    if sqlite3.sqlite_version_info < SUBSECONDS_SINCE:
        # With Python 3.12 or newer the queue uses unixepoch('subsec') without checking SQLite's version.
        dbapi.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(_modifier: str) -> float:
    """Seconds, chosen so that a thousand times them is whole: an INTEGER column then stores an integer."""
    milliseconds = round(time() * 1000)
    while (milliseconds / 1000) * 1000 != milliseconds:
        milliseconds += 1
    return milliseconds / 1000


def _write_at_once(dbapi: sqlite3.Connection, _record: object) -> None:
    """Have the driver begin as a writer before the first change, as the queue's own code expects it."""
    dbapi.isolation_level = "IMMEDIATE"
