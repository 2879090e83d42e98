"""The sealer: seals new events of the log, checks all of it, and removes old ones."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from warroom.model.errors import ConflictError
from warroom.model.seal import DOMAIN, NOTHING_BEFORE, Checkpoint, Head, LoggedRow, Seal, ranges
from warroom.model.user import Actor
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.locks import Locks
from warroom.services.ports.seals import SealStore
from warroom.services.ports.signing import Signer
from warroom.services.proof.layout import fingerprint
from warroom.services.proof.merkle import leaf_hash, root
from warroom.services.sealing.check import (
    BEYOND_ALL,
    EPOCH,
    MISSING,
    Findings,
    Removed,
    Trust,
    Verdict,
    checkpoint_problems,
    removed_by,
    row_problems,
    seal_problems,
    tail_problems,
)

BATCH = 4096  # events in one seal, at most
SEAL_SECONDS = 2.0  # between two checks: with what a look takes, an event is sealed within five
BEFORE_ALL = -(2**62)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """Seals the event log in batches. No commit waits for it; when a process dies, the next one seals the rest."""

    seals: SealStore
    locks: Locks
    signer: Signer
    clock: Clock
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def seal(self, most: int | None = None) -> int:
        """Seal what is new, in `most` batches; returns the number of events, 0 while another process seals."""
        async with self._lock, self.locks.hold("seal") as is_mine:
            done = batches = 0
            while is_mine and (most is None or batches < most) and (sealed := await self._seal_batch()):
                done, batches = done + sealed, batches + 1
            return done

    async def _seal_batch(self) -> int:
        last = await self.seals.last()
        rows = await self.seals.rows(last.last if last else 0, BATCH)
        if not rows:
            return 0
        made = await asyncio.to_thread(self._made, last, rows)
        return len(rows) if await self.seals.save(made) else 0

    def _made(self, last: Seal | None, rows: Sequence[LoggedRow]) -> Seal:
        first = last.last + 1 if last else 1
        rows = [row for row in rows if row.sequence < first + BATCH] or rows[:1]
        there = {row.sequence: leaf_hash(row.text()) for row in rows}
        leaves = [there.get(sequence, MISSING) for sequence in range(first, rows[-1].sequence + 1)]
        if MISSING in leaves:
            log.error("events are gone before they were sealed", first=first, last=rows[-1].sequence)
        seal = Seal(
            number=last.number + 1 if last else 1,
            first=first,
            last=rows[-1].sequence,
            at=micros(self.clock.now()),
            previous=last.hash if last else NOTHING_BEFORE,
            root=root(leaves).hex(),
            leaves=b"".join(leaves),
            key=self.signer.public_key().hex(),
        )
        return replace(seal, signature=self.signer.sign(DOMAIN, seal.text()).hex())

    async def head(self) -> Head | None:
        """Return how far the log is sealed."""
        last = await self.seals.last()
        at = EPOCH + timedelta(microseconds=last.at) if last else EPOCH
        return Head(number=last.number, hash=last.hash, last=last.last, at=at) if last else None

    async def waiting(self) -> int:
        """Count the events that are not sealed yet."""
        last = await self.seals.last()
        return await self.seals.counted() - (last.last if last else 0)

    async def verify(self, actor: Actor, *, keys: Collection[str] = (), head: tuple[int, str] | None = None) -> Verdict:
        """Check every seal and every event; each problem is a sentence that names it.

        `keys` are fingerprints of earlier keys, `head` the number and hash of a seal that was noted elsewhere.
        """
        require(actor, Permission.VERIFY_LOG)
        walk = _Walk(
            trust=Trust(fingerprints={fingerprint(self.signer.public_key()), *keys}),
            points={point.number: point for point in await self.seals.checkpoints()},
            noted=head,
        )
        async for seal in self._every_seal():
            await walk.pass_by(seal, await self._rows_to(walk.cursor, seal.last))
        counted = await self.seals.counted()
        return walk.verdict(await self._rows_to(walk.cursor, BEYOND_ALL), counted)

    async def _every_seal(self) -> AsyncIterator[Seal]:
        number = BEFORE_ALL
        while page := await self.seals.seals(number, 20):
            for seal in page:
                yield seal
            number = page[-1].number

    async def _rows_to(self, after: int, last: int) -> list[LoggedRow]:
        found: list[LoggedRow] = []
        while page := await self.seals.rows(after, BATCH):
            wanted = [row for row in page if row.sequence <= last]
            found += wanted
            if len(wanted) < len(page) or len(page) < BATCH:
                break
            after = page[-1].sequence
        return found

    async def trim(self, before: datetime, reason: str, actor: Actor) -> tuple[Checkpoint, int]:
        """Remove the events that were sealed before a moment, but custody of evidence; a signed checkpoint stays.

        Raises ConflictError when nothing is that old, or when the log is not whole: removing would hide it.
        """
        require(actor, Permission.TRIM_LOG)
        await self.seal()
        verdict = await self.verify(actor)
        if not verdict.is_whole:
            raise ConflictError(f"Nothing is removed, since the log is not whole. {verdict.problems[0]}")
        old = [seal async for seal in self._every_seal() if seal.at < micros(before)]
        if not old:
            raise ConflictError(f"Nothing was sealed before {before:%Y-%m-%d %H:%M} UTC. Name a later moment.")
        point = self._checkpoint(old[-1], ranges(await self.seals.kept(old[-1].last)), reason, actor)
        await self.seals.save_checkpoint(point)
        return point, sum([await self.seals.remove_events(seal.first, seal.last) for seal in old])

    def _checkpoint(self, seal: Seal, kept: str, reason: str, actor: Actor) -> Checkpoint:
        point = Checkpoint(
            through=seal.last,
            at=micros(self.clock.now()),
            actor=actor.name,
            reason=reason,
            number=seal.number,
            seal=seal.hash,
            key=self.signer.public_key().hex(),
            kept=kept,
        )
        return replace(point, signature=self.signer.sign(DOMAIN, point.text()).hex())


@dataclass(slots=True, kw_only=True)
class _Walk:
    """A check of the seals in their order."""

    trust: Trust
    points: dict[int, Checkpoint]
    noted: tuple[int, str] | None
    findings: Findings = field(default_factory=Findings)
    last: Seal | None = None
    events: int = 0
    removed: Removed = field(default_factory=Removed)

    def __post_init__(self) -> None:
        self.removed = removed_by(self.points.values())

    @property
    def cursor(self) -> int:
        """The last event that was looked at."""
        return self.last.last if self.last else BEFORE_ALL

    async def pass_by(self, seal: Seal, rows: Sequence[LoggedRow]) -> None:
        """Check one seal and the events that it covers."""
        self.findings.add(seal_problems(seal, self.last, self.trust))
        self.findings.add(await asyncio.to_thread(list, row_problems(seal, rows, self.removed)))
        if point := self.points.pop(seal.number, None):
            self.findings.add(checkpoint_problems(point, seal, self.trust))
        if self.noted and self.noted[0] == seal.number:
            if seal.hash != self.noted[1]:
                self.findings.add(
                    [f"Seal {seal.number} is not the one that you noted: the log was created again since."]
                )
            self.noted = None
        self.last, self.events = seal, self.events + len(rows)

    def verdict(self, tail: Sequence[LoggedRow], counted: int) -> Verdict:
        """Check the events behind the last seal, and return the verdict."""
        for point in self.points.values():
            self.findings.add(checkpoint_problems(point, None, self.trust))
        if self.noted:
            self.findings.add([f"Seal {self.noted[0]}, which was noted, is gone."])
        self.findings.add(tail_problems(self.last, tail, counted))
        return Verdict(
            events=self.events + len(tail),
            seals=self.last.number if self.last else 0,
            unsealed=len(tail),
            removed=max(0, counted - self.events - len(tail)) if self.removed.through else 0,
            problems=tuple(self.findings.named),
            more=self.findings.count - len(self.findings.named),
            head=(self.last.number, self.last.hash) if self.last else None,
        )


def micros(moment: datetime) -> int:
    """Return a time as seals keep it.

    >>> micros(EPOCH + timedelta(seconds=1))
    1000000
    """
    return (moment - EPOCH) // timedelta(microseconds=1)
