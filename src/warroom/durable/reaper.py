"""Has what dead workers left taken up: the rows of the queue that they had taken, and the plans that they drove."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import QueueJob
from warroom.services.ports.clock import Clock
from warroom.services.ports.leases import Leases

QUEUED_FOR = timedelta(seconds=20)  # a job may wait for its turn so long; another would only make the queue longer

# Queues again what these have taken; returns how many rows.
GiveBack: TypeAlias = Callable[[Callable[[str], bool]], Awaitable[int]]

log = structlog.get_logger(__name__)


class Reaper:
    """Looks for workers without a lease."""

    def __init__(
        self,
        *,
        leases: Leases,
        give_back: GiveBack,
        enqueue: Callable[[QueueJob], Awaitable[None]],
        clock: Clock,
        worker: WorkerId,
    ) -> None:
        self._leases = leases
        self._give_back = give_back
        self._enqueue = enqueue
        self._clock = clock
        self._worker = worker
        self._queued: dict[PlanId, datetime] = {}

    async def start(self) -> None:
        """Queue again the rows of dead workers, and what this one had taken before it was stopped."""
        await self._give_back_all_but(await self._leases.living() - {self._worker})

    async def turn(self) -> None:
        """Queue again what dead workers had taken, and the plans that they drove."""
        await self._give_back_all_but(await self._leases.living() | {self._worker})
        now = self._clock.now()
        self._queued = {plan: at for plan, at in self._queued.items() if at > now - QUEUED_FOR}
        for plan in await self._leases.abandoned():
            if plan not in self._queued:
                await self._enqueue(QueueJob(kind="plan", target=plan))
                self._queued[plan] = now

    async def _give_back_all_but(self, living: frozenset[WorkerId]) -> None:
        if count := await self._give_back(lambda executor: executor not in living):
            log.info("jobs of dead processes are queued again", rows=count)
