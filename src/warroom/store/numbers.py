"""Unique numbers of incidents, entries, events and context patches."""

import asyncio
from typing import Protocol

from sqlalchemy import Connection, Engine, func, select, text

from warroom.model.ids import IncidentId
from warroom.store.body import incident_number
from warroom.store.engine import AS_WRITER
from warroom.store.outage import Outages
from warroom.store.sql import execute, run
from warroom.store.tables import COUNTER, ENTRY, INCIDENT

EVENT = "event"
PATCH = "patch"
INCIDENT_COUNTER = "incident"


class Numbers(Protocol):
    """Hands out numbers of incidents, and of the entries of one."""

    async def incidents(self, count: int) -> int: ...

    async def entries(self, incident: IncidentId, count: int) -> int: ...


_TAKE = text("""
    INSERT INTO counter (name, value) VALUES (:name, :count)
    ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value
""")


def take(connection: Connection, name: str, count: int) -> int:
    """Reserve `count` numbers of a counter and return the first; the reservation holds when the transaction commits."""
    ((last,),) = run(connection, _TAKE, name=name, count=count)
    return int(last) - count + 1


class OwnNumbers:
    """For a database that is this process's alone (SQLite): counted in memory, from what is there at the start."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._outages = Outages(engine)
        with engine.connect() as connection:
            self._incident: int = connection.execute(select(func.coalesce(func.max(INCIDENT.c.number), 0))).scalar_one()
        self._found = self._incident
        self._entries: dict[int, int] = {}

    async def incidents(self, count: int) -> int:
        self._incident += count
        return self._incident - count + 1

    async def entries(self, incident: IncidentId, count: int) -> int:
        number = incident_number(incident)
        if number not in self._entries:
            last = await self._last_known(number) if number <= self._found else 0
            self._entries.setdefault(number, last)  # another caller may have been quicker
        self._entries[number] += count
        return self._entries[number] - count + 1

    async def _last_known(self, incident: int) -> int:
        return await self._outages.wait_out(lambda: asyncio.to_thread(self._last_entry, incident))

    def _last_entry(self, incident: int) -> int:
        statement = select(func.coalesce(func.max(ENTRY.c.number), 0)).where(ENTRY.c.incident == incident)
        with self._engine.connect() as connection:
            return int(connection.execute(statement).scalar_one())


class SharedNumbers:
    """For a database that several processes write to: each reservation is a small transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._outages = Outages(engine)

    async def incidents(self, count: int) -> int:
        return await self._taken(INCIDENT_COUNTER, count)

    async def entries(self, incident: IncidentId, count: int) -> int:
        return await self._taken(f"entry:{incident_number(incident)}", count)

    async def _taken(self, name: str, count: int) -> int:
        return await self._outages.wait_out(lambda: asyncio.to_thread(self._take, name, count))

    def _take(self, name: str, count: int) -> int:
        with self._engine.begin() as connection:
            return take(connection, name, count)


def queue_up(connection: Connection) -> None:
    """Start a transaction in which no other writer passes this point until it ends.

    A sequence is only an order for readers when numbers become visible in that order: were 8 committed before 7, a
    reader that has seen 8 would never read 7. So a transaction that numbers events locks the counter's row to its end.
    Fences and answers are checked under this lock too, and need no others. SQLite has one writer anyway.
    """
    if connection.dialect.name == "sqlite":
        execute(connection, AS_WRITER, ())
    if connection.dialect.name == "postgresql":
        connection.execute(select(COUNTER.c.value).where(COUNTER.c.name == EVENT).with_for_update())
