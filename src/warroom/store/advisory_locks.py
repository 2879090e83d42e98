"""Locks between processes, as PostgreSQL's advisory locks; SQLite has one process only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.pool import NullPool

from warroom.store.outage import Outages

# The lock of a host that lost its power is free again within a minute, not within hours.
KEEPALIVES = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4"


@dataclass(frozen=True, slots=True)
class AdvisoryLocks:
    """Implements the Locks port. Each lock has a connection of its own, so that it takes none from the pool."""

    engine: Engine

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[bool]:
        if self.engine.dialect.name == "sqlite":
            yield True
            return
        taking = partial(asyncio.to_thread, take_lock, self.engine, name)
        connection = await Outages(self.engine).wait_out(taking)
        try:
            yield connection is not None
        finally:
            if connection:
                connection.close()


def take_lock(engine: Engine, name: str, owner: str = "warroom") -> Connection | None:
    """Return the connection that holds the lock; None when another one does. The database lists it under its owner."""
    options = {"options": KEEPALIVES, "application_name": owner}
    alone = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=options)
    connection = alone.connect()
    try:
        is_mine = connection.scalar(select(func.pg_try_advisory_lock(func.hashtextextended(f"turn {name}", 0))))
    except BaseException:
        connection.close()
        raise
    if is_mine:
        return connection
    connection.close()
    return None
