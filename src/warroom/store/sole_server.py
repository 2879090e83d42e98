"""One server per database: a second one is refused."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex

import structlog
from sqlalchemy import Connection, Engine, bindparam, select, text
from sqlalchemy.exc import SQLAlchemyError

from warroom.model.errors import ConflictError
from warroom.store.advisory_locks import take_lock

NAME = "the server"
CHECK_SECONDS = 5.0
TIMEOUT = 10.0  # for an answer of the lock's connection; after it, it counts as lost
TAKEN = (
    "Another server works on this database since the connection that kept it off was lost, and several are not offered"
    " yet. This one has stopped; what it had begun, the other one takes up. End one of them for good."
)
# Only of sessions that have a lock: one that just asked for it in vain may still be listed for a moment.
_OURS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE application_name = :owner AND locktype = 'advisory' AND granted"
).bindparams(bindparam("owner"))

log = structlog.get_logger(__name__)


class SoleServer:
    """Locks out other servers of a PostgreSQL database; with SQLite the data folder's lock does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.owner = f"warroom-{token_hex(8)}"  # distinguishes a leftover session of ours from another server's
        self._connection: Connection | None = None
        self.is_lost = False

    def take(self) -> None:
        """Raise ConflictError when another one serves."""
        if self._engine.dialect.name == "sqlite":
            return
        self._connection = take_lock(self._engine, NAME, self.owner)
        if self._connection is None:
            raise ConflictError(
                "Another server works on this database, and several are not offered yet. End that one first, or name"
                " another database with WARROOM_DATABASE_URL."
            )

    async def check(self) -> None:
        """Take the lock again when its connection was lost; `is_lost` is set when another server has it by now.

        While the database is away nothing is known: the next check tries again.
        """
        if self._connection is None or self.is_lost or await self._answers(self._connection):
            return
        try:
            await asyncio.to_thread(self._take_again, self._connection)
        except SQLAlchemyError as error:
            log.warning("the lock that keeps other servers off cannot be taken again yet", error=str(error))

    async def _answers(self, connection: Connection) -> bool:
        try:
            async with asyncio.timeout(TIMEOUT):
                await asyncio.to_thread(connection.scalar, select(1))
        except (SQLAlchemyError, TimeoutError):
            return False
        return True

    def _take_again(self, lost: Connection) -> None:
        taken = take_lock(self._engine, NAME, self.owner)
        if taken is None:
            self.is_lost = not self._end_ours()  # a leftover session of ours may still have it: the next check retries
            return
        self._connection = taken
        log.warning("the lock that keeps other servers off was lost, and is taken again")
        with suppress(SQLAlchemyError):
            lost.close()

    def _end_ours(self) -> bool:
        with self._engine.connect() as connection:
            return bool(connection.execute(_OURS, {"owner": self.owner}).all())

    def release(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # it is lost, and so is the lock
                self._connection.close()


@contextmanager
def sole_server(engine: Engine) -> Iterator[SoleServer]:
    """Lock out other servers during the context; raises ConflictError when one is running.

    The database releases the lock of a dead server, at the latest a minute after its machine has stopped.
    """
    sole = SoleServer(engine)
    sole.take()
    try:
        yield sole
    finally:
        sole.release()
