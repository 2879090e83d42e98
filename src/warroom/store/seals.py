"""Seals and checkpoints of the event log as rows."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, select

from warroom.model.custody import KIND
from warroom.model.seal import Checkpoint, LoggedRow, Seal
from warroom.store import numbers
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import CHECKPOINT, COUNTER, EVENT, SEAL
from warroom.store.writer import Writer

SAVE = Upsert(table=SEAL, ignore=True)
SAVE_CHECKPOINT = Upsert(table=CHECKPOINT)

_LAST = select(SEAL).order_by(SEAL.c.number.desc()).limit(1)
_AFTER = bindparam("after", type_=BigInteger)  # below every number that a row can have
_SEALS = select(SEAL).where(SEAL.c.number > _AFTER).order_by(SEAL.c.number).limit(bindparam("most"))
_ROWS = select(EVENT).where(EVENT.c.sequence > bindparam("after")).order_by(EVENT.c.sequence).limit(bindparam("most"))
_PLACED = select(SEAL.c.number, SEAL.c.last).where(SEAL.c.number >= bindparam("low")).order_by(SEAL.c.number).limit(1)
_COUNTED = select(func.coalesce(func.max(COUNTER.c.value), 0)).where(COUNTER.c.name == bindparam("name"))
_NUMBERED = select(SEAL.c.signature).where(SEAL.c.number == bindparam("wanted"))
_CHECKPOINTS = select(CHECKPOINT).order_by(CHECKPOINT.c.through)
_KEPT = (
    select(EVENT.c.sequence)
    .where(EVENT.c.sequence <= bindparam("through"), EVENT.c.kind == bindparam("kind"))
    .order_by(EVENT.c.sequence)
)
_REMOVE = delete(EVENT).where(
    EVENT.c.sequence >= bindparam("low"), EVENT.c.sequence <= bindparam("high"), EVENT.c.kind != bindparam("but")
)
_COUNT = select(func.count()).where(
    EVENT.c.sequence >= bindparam("low"), EVENT.c.sequence <= bindparam("high"), EVENT.c.kind != bindparam("but")
)


@dataclass(frozen=True, slots=True)
class SqlSeals:
    """Implements the SealStore port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def last(self) -> Seal | None:
        return await self.reader.ask(_last)

    async def seals(self, after: int = 0, limit: int = 100) -> Sequence[Seal]:
        return await self.reader.ask(_seals, after, limit)

    async def covering(self, sequence: int) -> Seal | None:
        return await self.reader.ask(_covering, sequence)

    async def rows(self, after: int, limit: int) -> Sequence[LoggedRow]:
        return await self.reader.ask(_rows, after, limit)

    async def counted(self) -> int:
        return await self.reader.ask(_counted)

    async def save(self, seal: Seal) -> bool:
        return await self.writer.step(partial(_save, seal=seal))

    async def checkpoints(self) -> Sequence[Checkpoint]:
        return await self.reader.ask(_checkpoints)

    async def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        await self.writer.step(partial(_save_checkpoint, checkpoint=checkpoint))

    async def kept(self, through: int) -> Sequence[int]:
        return await self.reader.ask(_kept, through)

    async def remove_events(self, first: int, last: int) -> int:
        return await self.writer.step(partial(_remove, first=first, last=last))


def _last(db: Rows) -> Seal | None:
    rows = db.of(_LAST)
    return _seal_from(rows[0]) if rows else None


def _seals(db: Rows, after: int, limit: int) -> list[Seal]:
    return [_seal_from(row) for row in db.of(_SEALS, after=after, most=limit)]


def _covering(db: Rows, sequence: int) -> Seal | None:
    """Look for it by halves: numbers and sequences rise together."""
    newest = _last(db)
    low, high = 1, newest.number if newest else 0
    while low < high:
        middle = (low + high) // 2
        ((number, last),) = db.of(_PLACED, low=middle)
        low, high = (number + 1, high) if last < sequence else (low, middle)
    found = _seals(db, low - 1, 1)
    return found[0] if found and found[0].first <= sequence <= found[0].last else None


def _seal_from(row: Row) -> Seal:
    number, first, last, at, previous, root, leaves, key, signature = row
    return Seal(
        number=number,
        first=first,
        last=last,
        at=at,
        previous=previous,
        root=root,
        leaves=b64decode(leaves),
        key=key,
        signature=signature,
    )


def _rows(db: Rows, after: int, limit: int) -> list[LoggedRow]:
    return [
        LoggedRow(sequence=sequence, at=at, incident=incident, kind=kind, actor=actor, body=body)
        for sequence, at, incident, kind, actor, body in db.of(_ROWS, after=after, most=limit)
    ]


def _counted(db: Rows) -> int:
    ((value,),) = db.of(_COUNTED, name=numbers.EVENT)
    return int(value)


def _save(connection: Connection, seal: Seal) -> bool:
    row = (
        seal.number,
        seal.first,
        seal.last,
        seal.at,
        seal.previous,
        seal.root,
        b64encode(seal.leaves).decode("ascii"),
        seal.key,
        seal.signature,
    )
    SAVE.write(connection, [row])
    return run(connection, _NUMBERED, wanted=seal.number) == [(seal.signature,)]


def _checkpoints(db: Rows) -> list[Checkpoint]:
    names = [column.name for column in CHECKPOINT.columns]
    return [Checkpoint(**dict(zip(names, row, strict=True))) for row in db.of(_CHECKPOINTS)]


def _kept(db: Rows, through: int) -> list[int]:
    return [sequence for (sequence,) in db.of(_KEPT, through=through, kind=KIND)]


def _save_checkpoint(connection: Connection, checkpoint: Checkpoint) -> None:
    SAVE_CHECKPOINT.write(connection, [tuple(getattr(checkpoint, column.name) for column in CHECKPOINT.columns)])


def _remove(connection: Connection, first: int, last: int) -> int:
    ((count,),) = run(connection, _COUNT, low=first, high=last, but=KIND)
    run(connection, _REMOVE, low=first, high=last, but=KIND)
    return int(count)
