"""Keeps the plans of this worker alive, and has those of dead workers driven again."""

from datetime import datetime, timedelta

from warroom.durable.rhythm import Rhythm
from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import Leg
from warroom.services.ports.clock import Clock
from warroom.services.ports.legs import Legs
from warroom.services.ports.store import Store

BEAT_SECONDS = 5.0
STALE_SECONDS = 20.0


class Reaper:
    """Renews heartbeats, and enqueues a leg for each plan whose heartbeat has stopped."""

    def __init__(
        self,
        store: Store,
        legs: Legs,
        clock: Clock,
        worker: WorkerId,
        *,
        beat_seconds: float = BEAT_SECONDS,
        stale_seconds: float = STALE_SECONDS,
    ) -> None:
        self._store = store
        self._legs = legs
        self._clock = clock
        self._worker = worker
        self._stale = timedelta(seconds=stale_seconds)
        self._queued: dict[PlanId, datetime] = {}
        self._rhythm = Rhythm("reaper", clock, beat_seconds, self.beat)

    async def start(self) -> None:
        """Beat from now on."""
        self._rhythm.start()

    async def stop(self) -> None:
        """Return when no beat is under way any more."""
        await self._rhythm.stop()

    async def beat(self) -> None:
        """Renew, then look once."""
        now = self._clock.now()
        await self._store.renew(self._worker, now)
        stale_before = now - self._stale
        # A leg that was queued just now may still wait for its turn; another would only make the queue longer.
        self._queued = {plan: at for plan, at in self._queued.items() if at > stale_before}
        for plan in await self._store.abandoned_plans(stale_before):
            if plan not in self._queued:
                await self._legs.enqueue(Leg(kind="plan", target=plan))
                self._queued[plan] = now
