"""Counts of wrong passwords that outlive the process: each try is stored before its password is checked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from warroom.model.errors import TooManyTriesError
from warroom.services.people.tries import Tries
from warroom.services.people.unknown_networks import UnknownNetworks
from warroom.services.ports.tries import Count, TryStore

TOLD_EACH = 200  # refused sign-ins in a row that get an event each
TOLD_OF = 100  # after them, one in this many gets an event: guessing must not fill the disk


@dataclass(slots=True)
class KeptTries:
    """Tries backed by a store; `Pace.most` bounds what is kept."""

    store: TryStore
    tries: Tries = field(default_factory=Tries)
    unknown: UnknownNetworks = field(default_factory=UnknownNetworks)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _is_recalled: bool = False

    async def start(self, origin: str, name: str, now: datetime) -> timedelta:
        """Count a try before it is checked; returns for how long to hold it. Raises TooManyTriesError."""
        async with self._kept(now) as tries:
            tries.start(origin, name, now)
            try:
                self.unknown.start(origin, now)
            except TooManyTriesError:
                tries.was_right(origin, "", now)  # its site has to wait: it was none
                raise
            return self.unknown.delay(origin, now)

    async def was_right(self, origin: str, name: str, now: datetime) -> None:
        async with self._kept(now) as tries:
            tries.was_right(origin, name, now)
            self.unknown.was_right(origin, now)

    async def was_wrong(self, now: datetime) -> bool:
        """Count it in the sum; returns whether the event log gets an event of its own."""
        async with self._kept(now) as tries:
            wrong = tries.was_wrong(now)
        return wrong <= TOLD_EACH or wrong % TOLD_OF == 0

    async def pardon(self, name: str, now: datetime) -> None:
        async with self._kept(now) as tries:
            tries.pardon(name, now)
            self.unknown.pardon()

    async def counts(self, now: datetime) -> Sequence[Count]:
        """List who has to wait, or had to wait lately; the last one first."""
        async with self._kept(now) as tries:
            found = [*tries.counts(now), *self.unknown.sites.counts(now)]
            return sorted(found, key=lambda count: count.last, reverse=True)

    def is_quiet(self, now: datetime) -> bool:
        """Whether there were so few wrong passwords that each one has its event."""
        everywhere = self.tries.everywhere(now)
        return everywhere is None or everywhere.wrong <= TOLD_EACH

    @asynccontextmanager
    async def _kept(self, now: datetime) -> AsyncIterator[Tries]:
        """Yield the stored counts, and store what changes, also when the check ends with a refusal."""
        async with self._lock:
            if not self._is_recalled:
                kept = await self.store.all()
                self.tries.recall(kept, now)
                self.unknown.recall(kept)
                self._is_recalled = True
            try:
                yield self.tries
            finally:
                counts, gone = self.tries.changes()
                if counts or gone:
                    await self.store.keep(counts, gone)
                    self.tries.were_kept()
