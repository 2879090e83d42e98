"""Counts of wrong passwords that outlive the process: each try is written down before its password is looked at."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from warroom.services.ports.tries import Count, TryStore
from warroom.services.tries import Tries

TOLD_EACH = 200  # refused sign-ins in a row of them, of which the event log tells each one
TOLD_OF = 100  # after them, one of so many: guessing must not fill the disk


@dataclass(slots=True)
class KeptTries:
    """Tries with a store below them; what is kept is bounded by the pace."""

    store: TryStore
    tries: Tries = field(default_factory=Tries)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _is_recalled: bool = False

    async def begin(self, origin: str, name: str, now: datetime) -> None:
        """Count a try before it is checked; raises TooManyTriesError."""
        async with self._kept(now) as tries:
            tries.begin(origin, name, now)

    async def was_right(self, origin: str, name: str, now: datetime) -> None:
        async with self._kept(now) as tries:
            tries.was_right(origin, name, now)

    async def was_wrong(self, now: datetime) -> bool:
        """Count it for the sum; whether the event log is to tell it."""
        async with self._kept(now) as tries:
            wrong = tries.was_wrong(now)
        return wrong <= TOLD_EACH or wrong % TOLD_OF == 0

    async def pardon(self, name: str, now: datetime) -> None:
        async with self._kept(now) as tries:
            tries.pardon(name, now)

    async def counts(self, now: datetime) -> Sequence[Count]:
        """List who has to wait, or had to wait lately; the last one first."""
        async with self._kept(now) as tries:
            return tries.counts(now)

    def is_quiet(self, now: datetime) -> bool:
        """Whether there were so few wrong passwords that the event log tells each one."""
        everywhere = self.tries.everywhere(now)
        return everywhere is None or everywhere.wrong <= TOLD_EACH

    @asynccontextmanager
    async def _kept(self, now: datetime) -> AsyncIterator[Tries]:
        """Give the counts as they were kept, and keep what changes, also when it ends with a refusal."""
        async with self._lock:
            if not self._is_recalled:
                self.tries.recall(await self.store.all(), now)
                self._is_recalled = True
            try:
                yield self.tries
            finally:
                counts, gone = self.tries.changes()
                if counts or gone:
                    await self.store.keep(counts, gone)
                    self.tries.were_kept()
