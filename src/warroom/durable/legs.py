"""Legs on DBOS: queued in the store's own transaction, delivered by some process, at least once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import structlog
from dbos import error as dbos_error
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from warroom.durable.delivery import Delivery
from warroom.durable.presence import presence
from warroom.durable.queue import LegQueue
from warroom.durable.rhythm import Rhythm
from warroom.model.errors import InvalidInputError
from warroom.model.ids import WorkerId
from warroom.model.plan import Leg
from warroom.services.patience import pauses
from warroom.services.ports.clock import Clock
from warroom.services.ports.legs import OnLeg

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSettings:
    """How many legs of a kind run at once here, and how often what is looked at; seconds are real ones."""

    plans: int = 10_000  # the conductor has fewer places, and gives them by lane: no queue may hold up whom it prefers
    people: int = 10_000
    fetches: int = 8
    mirrorings: int = 4
    poll_seconds: float = 1.0
    retry_seconds: Sequence[float] = (1, 5, 30, 120, 300)  # after the first failure, the second …; the last repeats
    grace_seconds: float = 2.0  # what a leg under way is given when we stop; then it is interrupted
    beat_seconds: float = 5.0
    silence_seconds: float = 20.0  # a process that was silent for so long is gone
    housekeeping_seconds: float = 300.0
    keep_seconds: float = 3600.0  # finished rows, for whoever wants to look

    @property
    def concurrency(self) -> Mapping[str, int]:
        return {"people": self.people, "plan": self.plans, "fetch": self.fetches, "mirror": self.mirrorings}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What exists from start to stop."""

    executor: str
    loop: asyncio.AbstractEventLoop
    delivery: Delivery
    rhythms: tuple[Rhythm, ...]


class DbosLegs:
    """Implements the Legs port. Made with a new engine, it first brings the queue's tables up to date."""

    def __init__(self, *, engine: Engine, worker: WorkerId, clock: Clock, settings: LegSettings | None = None) -> None:
        self._settings = settings or LegSettings()
        self._worker = worker
        self._clock = clock
        self._queue = LegQueue(engine)
        self._presence = presence(engine, self._settings.silence_seconds)
        self._run: _Run | None = None

    def enqueue_in(self, connection: Connection, legs: Sequence[Leg]) -> None:
        """Queue legs in a transaction of the caller's: if it is rolled back, they never were."""
        self._check(legs)
        self._queue.put(connection, legs, self._clock.now())

    async def enqueue(self, leg: Leg) -> None:
        self._check([leg])
        await asyncio.to_thread(self._queue.put_now, [leg], self._clock.now())

    async def start(self, on_leg: OnLeg) -> None:
        """Begin to deliver; what processes that are gone had taken is queued again first.

        Raises ConflictError when something in this process delivers already.
        """
        run = _Run(
            executor=f"{self._worker}-{uuid4().hex[:8]}",
            loop=asyncio.get_running_loop(),
            delivery=Delivery(on_leg, self._settings.concurrency),
            rhythms=self._rhythms(),
        )
        await asyncio.to_thread(self._open, run)
        self._run = run
        for rhythm in run.rhythms:
            rhythm.start()

    async def stop(self) -> None:
        """Stop taking legs; those under way may end, or are interrupted after a while and come again at a start."""
        run, self._run = self._run, None
        if run is None:
            return
        for rhythm in run.rhythms:
            await rhythm.stop()
        await run.delivery.stop(self._settings.grace_seconds)
        await asyncio.to_thread(self._close, run)

    async def housekeeping(self) -> int:
        """Delete the rows of legs that were done a while ago; says how many. Runs by itself after `start`."""
        before = self._clock.now() - timedelta(seconds=self._settings.keep_seconds)
        return await asyncio.to_thread(self._queue.forget, before)

    def _rhythms(self) -> tuple[Rhythm, ...]:
        settings = self._settings
        housekeeping = Rhythm("legs housekeeping", self._clock, settings.housekeeping_seconds, self.housekeeping)
        if not self._presence.shared:
            return (housekeeping,)
        return housekeeping, Rhythm("legs presence", self._clock, settings.beat_seconds, self._beat)

    async def _beat(self) -> None:
        if self._run is not None:
            await asyncio.to_thread(self._sweep, self._run.executor)

    def _sweep(self, executor: str) -> None:
        """Say that we live, and queue again what those had taken who do not."""
        self._presence.announce(executor)
        with self._presence.gone() as gone:
            count = self._queue.give_back(gone)
        if count:
            log.info("legs of processes that are gone are queued again", rows=count)

    def _open(self, run: _Run) -> None:
        self._sweep(run.executor)
        self._queue.open(
            run.executor, partial(self._on_row, run), self._settings.concurrency, self._settings.poll_seconds
        )

    def _close(self, run: _Run) -> None:
        self._queue.close()
        self._presence.leave(run.executor)

    async def _on_row(self, run: _Run, kind: str, targets: Sequence[str], failures: int) -> None:
        """Bring a row from DBOS's event loop over to ours."""
        delivered = asyncio.run_coroutine_threadsafe(self._deliver(run.delivery, kind, targets, failures), run.loop)
        await asyncio.wrap_future(delivered)

    async def _deliver(self, delivery: Delivery, kind: str, targets: Sequence[str], failures: int) -> None:
        pauses = self._settings.retry_seconds
        pause = timedelta(seconds=pauses[min(failures, len(pauses) - 1)])

        async def again(leg: Leg) -> None:
            await self._put_again(delivery, leg, pause, failures + 1)

        await delivery.deliver([Leg(kind=kind, target=target) for target in targets], again)

    async def _put_again(self, delivery: Delivery, leg: Leg, delay: timedelta, failures: int) -> None:
        """Queue a leg once more, however long the database is away: what is not queued would never be done again."""
        for pause in pauses():
            now = self._clock.now()
            try:
                await asyncio.to_thread(self._queue.put_now, [replace(leg, at=now + delay)], now, failures)
            except (SQLAlchemyError, dbos_error.DBOSException) as error:
                log.warning("a leg waits for the database", kind=leg.kind, target=leg.target, error=str(error))
                await delivery.wait(pause.total_seconds())
            else:
                return

    def _check(self, legs: Sequence[Leg]) -> None:
        for leg in legs:
            if leg.kind not in self._settings.concurrency:
                known = ", ".join(self._settings.concurrency)
                raise InvalidInputError(f"There is no queue for legs of the kind {leg.kind}; take one of {known}.")
