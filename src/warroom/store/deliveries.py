"""Messages to people as rows: what was sent, and what did not get through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, and_, bindparam, delete, select

from warroom.services.ports.notices import Delivery, Sent
from warroom.store.body import micros, moment, plain
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import DELIVERY
from warroom.store.writer import Writer

SAVE = Upsert(table=DELIVERY)

_ALL = select(DELIVERY).order_by(DELIVERY.c.at, DELIVERY.c.id)
_FORGET = delete(DELIVERY).where(and_(DELIVERY.c.at < bindparam("before"), DELIVERY.c.state != Sent.WAITING.value))


@dataclass(frozen=True, slots=True)
class SqlDeliveries:
    """Implements the Deliveries port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def all(self) -> Sequence[Delivery]:
        return await self.reader.ask(_all_of_them)

    async def save(self, delivery: Delivery) -> None:
        await self.writer.step(partial(_save, row=_row_of(delivery)), durable=True)

    async def forget(self, before: datetime) -> None:
        await self.writer.step(partial(run, statement=_FORGET, before=micros(before)))


def _row_of(one: Delivery) -> Row:
    return (one.id, plain(one.to), plain(one.title), one.state.value, one.tries, micros(one.at), plain(one.error))


def _save(connection: Connection, row: Row) -> None:
    SAVE.write(connection, [row])


def _all_of_them(db: Rows) -> list[Delivery]:
    return [_delivery_from(row) for row in db.of(_ALL)]


def _delivery_from(row: Row) -> Delivery:
    name, to, title, state, tries, at, error = row
    return Delivery(id=name, to=to, title=title, state=Sent(state), tries=tries, at=moment(at), error=error)
