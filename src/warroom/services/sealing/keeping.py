"""Removes events that are older than the retention time, as `warroom audit trim` does by hand."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from warroom.model.user import SYSTEM
from warroom.services.sealing.sealing import Sealing, micros

KEEP_SECONDS = 3600.0  # between two checks
ONCE_IN = timedelta(days=1)  # a checkpoint at most
LATE_AFTER = timedelta(days=2)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Removes events older than `days`; 0 removes none. Custody of evidence is always kept."""

    sealing: Sealing
    days: float = 0.0

    async def turn(self) -> int:
        """Remove what is too old and leave a signed checkpoint; returns the count, 0 within a day of the last one.

        Raises ConflictError when the log is not whole: removing would hide it.
        """
        now = self.sealing.clock.now()
        last = max((point.at for point in await self.sealing.seals.checkpoints()), default=0)
        if not await self._has(timedelta()) or micros(now - ONCE_IN) < last:
            return 0
        reason = f"Events are kept for {self.days:g} days (audit_keep_days)"
        point, removed = await self.sealing.trim(now - timedelta(days=self.days), reason, SYSTEM)
        log.info("removed old events", events=removed, through=point.through)
        return removed

    async def is_late(self) -> bool:
        """Whether events are still there that should have been removed days ago."""
        return await self._has(LATE_AFTER)

    async def _has(self, more: timedelta) -> bool:
        """Whether a seal has events that are too old by this much, and are not removed."""
        if not self.days:
            return False
        points = await self.sealing.seals.checkpoints()
        next_seals = await self.sealing.seals.seals(max((point.number for point in points), default=0), 1)
        before = self.sealing.clock.now() - timedelta(days=self.days) - more
        return any(seal.at < micros(before) for seal in next_seals)
