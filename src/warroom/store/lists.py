"""XSOAR's lists as rows: texts by name."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

from warroom.services.ports.events import NewEvent
from warroom.services.ports.lists import ListEdit
from warroom.store import events
from warroom.store.body import plain
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import LIST

SAVE = Upsert(table=LIST)

_ONE = select(LIST.c.text).where(LIST.c.name == bindparam("name"))
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('warroom.list'))")  # until the transaction ends
_ALL = select(LIST.c.name, LIST.c.text).order_by(LIST.c.name)


def row_of(name: str, content: str) -> Row:
    return (plain(name), plain(content))


def save(connection: Connection, row: Row, actor: str, at: datetime) -> None:
    SAVE.write(connection, [row])
    events.append(connection, NewEvent(incident=None, kind="list", payload={"name": row[0]}), actor, at)


def change(connection: Connection, name: str, edit: ListEdit, actor: str, at: datetime) -> str:
    """Apply an edit to a list's text; another process changes none meanwhile."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        connection.execute(_LOCK)
    before = connection.execute(_ONE, {"name": plain(name)}).scalar_one_or_none()
    row = row_of(name, edit(None if before is None else str(before)))
    save(connection, row, actor, at)
    return str(row[1])


def all_of_them(db: Rows) -> dict[str, str]:
    return {str(name): str(content) for name, content in db.select(_ALL)}
