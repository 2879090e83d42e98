"""Texts of content that work plans are pinned to, by their SHA-256."""

from sqlalchemy import Connection, bindparam, select

from warroom.model.errors import NotFoundError
from warroom.store.reader import Rows
from warroom.store.sql import Upsert
from warroom.store.tables import CONTENT

SAVE = Upsert(table=CONTENT, ignore=True)

_ONE = select(CONTENT.c.text).where(CONTENT.c.sha256 == bindparam("sha256"))


def save(connection: Connection, sha256: str, text: str) -> None:
    SAVE.write(connection, [(sha256, text)])


def by_sha256(db: Rows, sha256: str) -> str:
    for (text,) in db.of(_ONE, sha256=sha256):
        return str(text)
    raise NotFoundError(f"There is no content {sha256}.")
