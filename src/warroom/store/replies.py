"""Answers of the API as rows."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select, update

from warroom.services.ports.replies import Reply
from warroom.store.body import micros, moment
from warroom.store.sql import Upsert, run
from warroom.store.tables import KEPT_REPLY
from warroom.store.writer import Writer

SAVE = Upsert(table=KEPT_REPLY)

_ONE = select(KEPT_REPLY).where(KEPT_REPLY.c.name == bindparam("reply"))
_END = update(KEPT_REPLY).where(KEPT_REPLY.c.name == bindparam("reply")).values(sealed=bindparam("answer"))
_DROP = delete(KEPT_REPLY).where(KEPT_REPLY.c.name == bindparam("reply"))
_FORGET = delete(KEPT_REPLY).where(KEPT_REPLY.c.at <= bindparam("expired"))


@dataclass(frozen=True, slots=True)
class SqlReplies:
    """Implements the Replies port with the store's own writer."""

    writer: Writer

    async def start(self, reply: Reply, expired: datetime) -> Reply | None:
        return await self.writer.step(partial(_begin, reply=reply, expired=expired))

    async def end(self, name: str, sealed: str) -> None:
        await self.writer.step(partial(run, statement=_END, reply=name, answer=sealed))

    async def drop(self, name: str) -> None:
        await self.writer.step(partial(run, statement=_DROP, reply=name))


def _begin(connection: Connection, reply: Reply, expired: datetime) -> Reply | None:
    run(connection, _FORGET, expired=micros(expired))
    for name, fingerprint, at, sealed in run(connection, _ONE, reply=reply.name):
        return Reply(name=name, fingerprint=fingerprint, at=moment(at), sealed=sealed)
    SAVE.write(connection, [(reply.name, reply.fingerprint, micros(reply.at), reply.sealed)])
    return None
