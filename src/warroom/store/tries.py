"""Counts of wrong passwords as rows, one for each origin that is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select

from warroom.services.ports.tries import SEVERAL, Count
from warroom.store.body import micros, moment
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import SIGN_IN_COUNT
from warroom.store.writer import Writer

SAVE = Upsert(table=SIGN_IN_COUNT)

_ALL = select(SIGN_IN_COUNT).order_by(SIGN_IN_COUNT.c.last, SIGN_IN_COUNT.c.origin)
_FORGET = delete(SIGN_IN_COUNT).where(SIGN_IN_COUNT.c.origin == bindparam("origin"))


@dataclass(frozen=True, slots=True)
class SqlTries:
    """Implements the TryStore port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def all(self) -> Sequence[Count]:
        return await self.reader.ask(_all_of_them)

    async def keep(self, counts: Sequence[Count], gone: Sequence[str]) -> None:
        await self.writer.step(partial(_keep, rows=[_row_of(count) for count in counts], gone=gone))


def _keep(connection: Connection, rows: Sequence[Row], gone: Sequence[str]) -> None:
    for origin in gone:
        run(connection, _FORGET, origin=origin)
    if rows:
        SAVE.write(connection, rows)


def _row_of(count: Count) -> Row:
    name = "" if count.name == SEVERAL else count.name  # PostgreSQL has no NUL in texts
    times = map(micros, (count.since, count.last, count.until))
    return (count.origin, count.wrong, name, *times, count.turned_away)


def _all_of_them(db: Rows) -> list[Count]:
    return [_count_from(row) for row in db.of(_ALL)]


def _count_from(row: Row) -> Count:
    origin, wrong, name, since, last, until, turned_away = row
    times = {"since": moment(since), "last": moment(last), "until": moment(until)}
    return Count(origin=origin, wrong=wrong, name=name or SEVERAL, **times, turned_away=turned_away)
