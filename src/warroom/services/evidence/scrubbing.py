"""Checks all stored bytes at a slow pace, shelf by shelf, and encrypts those that are still in the clear."""

import asyncio
import errno
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from warroom.model.custody import Damage, Shelf
from warroom.model.errors import DamagedError, NotFoundError, UnavailableError
from warroom.model.user import SYSTEM
from warroom.services.evidence.custodian import LONG_AGO, Custodian, found_said
from warroom.services.evidence.intact import CHUNK
from warroom.services.ports.locks import Locks

SHELVES = tuple(f"{number:02x}" for number in range(256))  # what a hash begins with
TICK_SECONDS = 60.0  # between two shelves

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """The progress of the checks of stored bytes."""

    blobs: int
    size: int
    shelves: int  # of 256, those checked within the time
    damages: tuple[Damage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbing:
    """Checks each blob about once in `days`, at a limited number of bytes a second."""

    custodian: Custodian
    locks: Locks
    days: float = 30.0
    bytes_per_second: float = 20e6

    async def turn(self) -> Shelf | None:
        """Remove bytes that nothing needs, then check the shelf that has waited longest, when it is due; return it."""
        async with self.locks.hold("scrub") as is_mine:
            if not is_mine:
                return None
            await self.custodian.sweep()
            if not (name := await self._due()):
                return None
            try:
                return await self.check(name)
            except OSError as error:
                reason = error.strerror or str(error)
                raise UnavailableError(
                    f"Shelf {name} of the blobs cannot be read: {reason}. See to the disk."
                ) from error

    async def _due(self) -> str:
        known = {shelf.name: shelf for shelf in await self.custodian.store.custody.shelves()}
        due = self.custodian.clock.now() - timedelta(days=self.days)
        waited = {name: known[name].at if name in known else LONG_AGO for name in SHELVES}
        name = min(waited, key=lambda each: (waited[each], each))
        return name if waited[name] <= due else ""

    async def check(self, name: str) -> Shelf:
        """Check one shelf: the stored blobs, and those that entries refer to."""
        store, blobs = self.custodian.store.custody, self.custodian.blobs
        held = await blobs.held(name)
        missing = sorted(set(await store.hashes(name)) - set(held))
        sizes = [await self._check(sha256) for sha256 in held]
        for sha256 in missing:
            await self._missing(sha256)
        is_done = all([await self._is_settled(sha256) for sha256 in held])
        at = self.custodian.clock.now() if is_done else LONG_AGO
        shelf = Shelf(name=name, at=at, blobs=len(held), size=sum(sizes))
        await store.save_shelf(shelf)
        return shelf

    async def _check(self, sha256: str) -> int:
        """Check one blob, and encrypt it when it is not; returns its size."""
        try:
            found, size = await self._hash(sha256)
            if found == sha256:
                await self.custodian.store.custody.clear_damage(sha256)
                await self.custodian.blobs.encrypt(sha256)
                return size
            said = found_said(found)
        except NotFoundError:  # it was removed in the meantime
            return 0
        except DamagedError as error:
            said = str(error)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            said = found_said("")
        await self._damaged(sha256, said)
        return 0

    async def _hash(self, sha256: str) -> tuple[str, int]:
        """Hash piece by piece, with a pause after each."""
        clock, digest, size = self.custodian.clock, hashlib.sha256(), 0
        with await asyncio.to_thread(self.custodian.blobs.open, sha256) as source:
            while piece := await asyncio.to_thread(source.read, CHUNK):
                await asyncio.to_thread(digest.update, piece)
                size += len(piece)
                await clock.sleep_until(clock.now() + timedelta(seconds=len(piece) / self.bytes_per_second))
        return digest.hexdigest(), size

    async def _damaged(self, sha256: str, said: str) -> None:
        holders = [entry for entry in await self.custodian.store.custody.holders(sha256) if not entry.deleted]
        known = {damage.sha256: damage.found for damage in await self.custodian.store.custody.damages()}
        if holders and known.get(sha256) != said:
            await self.custodian.damaged(holders[0], said, SYSTEM)
        elif not holders:
            damage = Damage(sha256=sha256, at=self.custodian.clock.now(), found=said)
            await self.custodian.store.custody.save_damage(damage)
            log.error("stored bytes are damaged", sha256=sha256, found=said)

    async def _missing(self, sha256: str) -> None:
        """Report missing bytes, unless they were deleted."""
        if await self.custodian.store.custody.is_needed(sha256):
            await self._damaged(sha256, "they are gone")

    async def _is_settled(self, sha256: str) -> bool:
        """Remove bytes that only deleted entries refer to; False when that has to wait."""
        try:
            holders = await self.custodian.store.custody.holders(sha256)
        except (DamagedError, NotFoundError) as error:  # it may need them
            log.warning("an entry that has these bytes cannot be read", sha256=sha256, error=str(error))
            return True
        if not holders or any(not entry.deleted for entry in holders):
            return True
        return await self.custodian.release(sha256) or await self.custodian.store.custody.is_needed(sha256)

    async def state(self) -> Checks:
        """Say how far the checks are, and what is damaged."""
        shelves = await self.custodian.store.custody.shelves()
        due = self.custodian.clock.now() - timedelta(days=self.days)
        return Checks(
            blobs=sum(shelf.blobs for shelf in shelves),
            size=sum(shelf.size for shelf in shelves),
            shelves=_count(shelf.at > due for shelf in shelves),
            damages=tuple(await self.custodian.store.custody.damages()),
        )


def _count(facts: Iterable[bool]) -> int:
    return sum(facts)
