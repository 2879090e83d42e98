"""Legs in memory that are delivered when a test says so."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from warroom.model.plan import Leg
from warroom.services.ports.clock import Clock
from warroom.services.ports.legs import OnLeg

RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class MemoryLegs:
    """Implements the Legs port: `waiting` holds what was queued, `deliver_due` brings it to whoever has started.

    `put` fits a `MemoryStore(enqueue=legs.put)`.
    """

    def __init__(self, clock: Clock) -> None:
        self.waiting: list[Leg] = []
        self._clock = clock
        self._on_leg: OnLeg | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def put(self, legs: Sequence[Leg]) -> None:
        """Queue legs, as a commit does."""
        self.waiting.extend(legs)

    async def start(self, on_leg: OnLeg) -> None:
        self._on_leg = on_leg

    async def stop(self) -> None:
        self._on_leg = None
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def enqueue(self, leg: Leg) -> None:
        self.put([leg])

    async def deliver_due(self) -> int:
        """Deliver what is due now, side by side, and return when all of it has returned; says how many that were.

        A leg whose work raises something is queued again, a second later.
        """
        due = self._due()
        if self._on_leg is None or not due:
            return 0
        self.waiting = [leg for leg in self.waiting if leg not in due]
        tasks = {asyncio.create_task(self._one(self._on_leg, leg)): leg for leg in due}
        self._under_way.update(tasks)
        await asyncio.wait(tasks)
        self._under_way.difference_update(tasks)
        for task, leg in tasks.items():
            if error := task.exception():
                log.error("leg failed, it comes again", kind=leg.kind, target=leg.target, error=repr(error))
                self.put([replace(leg, at=self._clock.now() + timedelta(seconds=RETRY_SECONDS))])
        return len(due)

    async def run_until_idle(self) -> int:
        """Deliver until nothing more is due, also what the legs queue themselves; says how many that were."""
        delivered = 0
        while count := await self.deliver_due():
            delivered += count
        return delivered

    def _due(self) -> list[Leg]:
        now = self._clock.now()
        return [leg for leg in self.waiting if leg.at is None or leg.at <= now]

    async def _one(self, on_leg: OnLeg, leg: Leg) -> None:
        await on_leg(leg)
