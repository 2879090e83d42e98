"""XSOAR's lists as rows: texts by name."""

from datetime import datetime

from sqlalchemy import Connection, select

from warroom.services.ports.events import Happening
from warroom.store import events
from warroom.store.body import plain
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import LIST

SAVE = Upsert(table=LIST)

_ALL = select(LIST.c.name, LIST.c.text).order_by(LIST.c.name)


def row_of(name: str, text: str) -> Row:
    return (plain(name), plain(text))


def save(connection: Connection, row: Row, actor: str, at: datetime) -> None:
    SAVE.write(connection, [row])
    events.append(connection, Happening(incident=None, kind="list", payload={"name": row[0]}), actor, at)


def all_of_them(db: Rows) -> dict[str, str]:
    return {str(name): str(text) for name, text in db.select(_ALL)}
