"""Distinguishes outages, which pass (locked, full, away), from other errors; retries during short ones."""

import asyncio
import errno
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from warroom.model.errors import DatabaseDamagedError
from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.outage import OutageError

DATABASE_RETRIES = RetryPolicy((0.05, 0.2, 0.5, 1.0, 2.0))  # then the error is raised

_T = TypeVar("_T")

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_PRIMARY = 0xFF  # the rest of SQLite's codes says more precisely what it was
# PostgreSQL's classes: connection, rollback (a deadlock), resources, locks, intervention, system.
_POSTGRES = frozenset({"08", "40", "53", "55", "57", "58"})
_SQLITE_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_POSTGRES_DAMAGED = frozenset({"XX001", "XX002"})  # data and index corrupted
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.ENFILE, errno.EMFILE})


def cause_of(error: Exception) -> BaseException:
    """Return the driver's own error, without SQLAlchemy's wrapping."""
    return (error.orig or error) if isinstance(error, StatementError) else error


def outage_of(error: Exception, driver: Any = sqlite3, *, unwritten: bool = True) -> OutageError | None:
    """Return the outage behind an error; None when a retry cannot help."""
    cause = cause_of(error)
    if not _passes(cause, driver):
        return None
    said = str(cause).strip().partition("\n")[0].rstrip(".")
    return OutageError(
        f"The database or its disk does not work at the moment ({said}). It is tried again; see to it.",
        unwritten=unwritten,
    )


def _passes(cause: object, driver: Any) -> bool:
    match cause:
        case sqlite3.Error():
            return getattr(cause, "sqlite_errorcode", 0) & _PRIMARY in _SQLITE
        case OSError():
            return cause.errno in _DISK
        case NoConnectionFreeError():
            return True
        case driver.OperationalError() | driver.InterfaceError():
            state = getattr(cause, "sqlstate", None)
            return state is None or state[:2] in _POSTGRES  # without one, there is no server
        case _:
            return False


def damage_of(error: Exception, database: str) -> DatabaseDamagedError | None:
    """Say in a sentence that the database itself is damaged; None when the error is another."""
    cause = cause_of(error)
    if isinstance(cause, sqlite3.Error):
        is_damaged = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY in _SQLITE_DAMAGED
    else:
        is_damaged = str(getattr(cause, "sqlstate", None) or "") in _POSTGRES_DAMAGED
    if not is_damaged:
        return None
    said = str(cause).strip().partition("\n")[0].rstrip(".")
    return DatabaseDamagedError(
        f"The database {database} is damaged ({said}). Stop what works on it, put it aside as it is, and bring a copy "
        "back from a backup."
    )


def named(url: URL) -> str:
    """Return a database's name for people: SQLite's file, or the address without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()


class Outages:
    """Retries during short outages of one database."""

    def __init__(self, engine: Engine, retries: RetryPolicy = DATABASE_RETRIES) -> None:
        self._driver: Any = engine.dialect.loaded_dbapi
        self._database = named(engine.url)
        self.retries = retries
        self.errors: tuple[type[Exception], ...] = (self._driver.Error, SQLAlchemyError, OSError)

    def of(self, error: Exception, *, unwritten: bool = True) -> OutageError | None:
        return outage_of(error, self._driver, unwritten=unwritten)

    def worded(self, error: Exception) -> Exception:
        """Return the error to raise for one that does not pass: a sentence when the database is damaged."""
        return damage_of(error, self._database) or error

    async def wait_out(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Run a query, with retries during an outage; raises OutageError when it lasts."""
        for pause in self.retries:
            try:
                return await attempt()
            except self.errors as error:
                if self.of(error) is None:
                    raise self.worded(error) from error
            await asyncio.sleep(pause.total_seconds())
        try:
            return await attempt()
        except self.errors as error:
            raise self.of(error) or self.worded(error) from error
