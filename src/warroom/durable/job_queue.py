"""Queue jobs on DBOS: queued in the store's own transaction, delivered by some process, at least once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog
from dbos import error as dbos_error
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from warroom.durable.delivery import Delivery
from warroom.durable.job_rows import JobRows
from warroom.durable.periodic_task import PeriodicTask
from warroom.durable.reaper import Reaper
from warroom.model.errors import InvalidInputError
from warroom.model.ids import WorkerId
from warroom.model.plan import QueueJob
from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.clock import Clock
from warroom.services.ports.job_queue import OnJob
from warroom.services.ports.leases import Leases
from warroom.services.writing.commit_retry import COMMIT_RETRIES

JOB_RETRIES = RetryPolicy((1, 5, 30, 120, 300), repeats=True)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQueueSettings:
    """Concurrency by kind of job, and intervals of polls and housekeeping, in real seconds."""

    plans: int = 10_000  # no limit here: the conductor grants fewer places, by lane
    people: int = 10_000
    fetches: int = 8
    mirrorings: int = 4
    poll_seconds: float = 1.0
    retries: RetryPolicy = JOB_RETRIES
    grace_seconds: float = 2.0  # a running job may take this long to end when we stop; then it is interrupted
    reap_seconds: float = 5.0
    housekeeping_seconds: float = 300.0
    keep_seconds: float = 3600.0  # ended rows, for debugging

    @property
    def concurrency(self) -> Mapping[str, int]:
        return {"people": self.people, "plan": self.plans, "fetch": self.fetches, "mirror": self.mirrorings}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The state from start to stop."""

    loop: asyncio.AbstractEventLoop
    delivery: Delivery
    periodics: tuple[PeriodicTask, ...]


class DbosJobQueue:
    """Implements the JobQueue port. Made with a new engine, it first brings the queue's tables up to date."""

    def __init__(
        self,
        *,
        engine: Engine,
        leases: Leases,
        worker: WorkerId,
        clock: Clock,
        settings: JobQueueSettings | None = None,
    ) -> None:
        self._settings = settings or JobQueueSettings()
        self._worker = worker
        self._clock = clock
        self._is_shared = engine.dialect.name != "sqlite"
        self._queue = JobRows(engine)
        self._reaper = Reaper(
            leases=leases,
            give_back=lambda executors: asyncio.to_thread(self._queue.give_back, executors),
            enqueue=self.enqueue,
            clock=clock,
            worker=worker,
        )
        self._run: _Run | None = None

    def enqueue_in(self, connection: Connection, jobs: Sequence[QueueJob]) -> None:
        """Queue jobs in a transaction of the caller's: if it is rolled back, they never were."""
        self._check(jobs)
        self._queue.put(connection, jobs, self._clock.now())

    async def enqueue(self, job: QueueJob) -> None:
        self._check([job])
        await asyncio.to_thread(self._queue.put_now, [job], self._clock.now())

    async def start(self, on_job: OnJob) -> None:
        """Begin to deliver; jobs taken by dead processes are queued again first.

        Raises ConflictError when something in this process delivers already.
        """
        run = _Run(
            loop=asyncio.get_running_loop(),
            delivery=Delivery(on_job, self._settings.concurrency),
            periodics=self._periodics(),
        )
        await self._reaper.start()
        await asyncio.to_thread(self._open, run)
        self._run = run
        for periodic in run.periodics:
            periodic.start()

    async def stop(self) -> None:
        """Stop taking jobs; running ones are interrupted after the grace period and run again at the next start."""
        run, self._run = self._run, None
        if run is None:
            return
        for periodic in run.periodics:
            await periodic.stop()
        await run.delivery.stop(self._settings.grace_seconds)
        await asyncio.to_thread(self._queue.close)

    async def housekeeping(self) -> int:
        """Delete the rows of jobs that ended a while ago; returns how many. Runs by itself after `start`."""
        before = self._clock.now() - timedelta(seconds=self._settings.keep_seconds)
        return await asyncio.to_thread(self._queue.forget, before)

    def _periodics(self) -> tuple[PeriodicTask, ...]:
        settings = self._settings
        missed = (dbos_error.DBOSException,)
        tidy = PeriodicTask("jobs housekeeping", self._clock, settings.housekeeping_seconds, self.housekeeping, missed)
        reap = PeriodicTask("reaper", self._clock, settings.reap_seconds, self._reaper.turn, missed)
        return (tidy, reap) if self._is_shared else (tidy,)  # otherwise no other process can die meanwhile

    def _open(self, run: _Run) -> None:
        settings = self._settings
        self._queue.open(self._worker, partial(self._on_row, run), settings.concurrency, settings.poll_seconds)

    async def _on_row(self, run: _Run, kind: str, targets: Sequence[str], failures: int) -> None:
        """Deliver a row on our event loop; this runs on DBOS's."""
        delivered = asyncio.run_coroutine_threadsafe(self._deliver(run.delivery, kind, targets, failures), run.loop)
        await asyncio.wrap_future(delivered)

    async def _deliver(self, delivery: Delivery, kind: str, targets: Sequence[str], failures: int) -> None:
        pause = self._settings.retries.after(failures + 1)

        async def again(job: QueueJob) -> None:
            await self._put_again(delivery, job, pause, failures + 1)

        await delivery.deliver([QueueJob(kind=kind, target=target) for target in targets], again)

    async def _put_again(self, delivery: Delivery, job: QueueJob, delay: timedelta, failures: int) -> None:
        """Queue a failed job again, retrying during an outage of the database: otherwise it would be lost."""
        for pause in COMMIT_RETRIES:
            now = self._clock.now()
            try:
                await asyncio.to_thread(self._queue.put_now, [replace(job, at=now + delay)], now, failures)
            except (SQLAlchemyError, dbos_error.DBOSException) as error:
                log.warning("a job waits for the database", kind=job.kind, target=job.target, error=str(error))
                await delivery.wait(pause.total_seconds())
            else:
                return

    def _check(self, jobs: Sequence[QueueJob]) -> None:
        for job in jobs:
            if job.kind not in self._settings.concurrency:
                known = ", ".join(self._settings.concurrency)
                raise InvalidInputError(f"There is no queue for jobs of the kind {job.kind}; take one of {known}.")
