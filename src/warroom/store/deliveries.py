"""Messages to people as rows: what was sent, and what did not get through."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select

from warroom.services.ports.notices import Delivery, Sent
from warroom.store.body import micros, moment, plain
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import DELIVERY
from warroom.store.writer import Writer

SAVE = Upsert(table=DELIVERY)

_ALL = select(DELIVERY).order_by(DELIVERY.c.at, DELIVERY.c.id)
_FORGET = delete(DELIVERY).where(DELIVERY.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class SqlDeliveries:
    """Implements the Deliveries port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def all(self) -> Sequence[Delivery]:
        return await self.reader.ask(_all_of_them)

    async def save(self, deliveries: Sequence[Delivery]) -> None:
        await self.writer.step(partial(_save, rows=[_row_of(one) for one in deliveries]), durable=True)

    async def forget(self, ids: Sequence[str]) -> None:
        await self.writer.step(partial(_forget, ids=ids))


def _row_of(one: Delivery) -> Row:
    said = (plain(one.to), plain(one.title), one.state.value, one.tries, micros(one.at), plain(one.error))
    return (one.id, *said, one.message, one.address)


def _save(connection: Connection, rows: Sequence[Row]) -> None:
    SAVE.write(connection, rows)


def _forget(connection: Connection, ids: Sequence[str]) -> None:
    for name in ids:
        run(connection, _FORGET, id=name)


def _all_of_them(db: Rows) -> list[Delivery]:
    return [_delivery_from(row) for row in db.of(_ALL)]


def _delivery_from(row: Row) -> Delivery:
    name, to, title, state, tries, at, error, message, address = row
    return Delivery(
        id=name,
        message=message or name,
        address=address or "",
        to=to,
        title=title,
        state=Sent(state),
        tries=tries,
        at=moment(at),
        error=error,
    )
