"""Queue jobs in memory that are delivered when a test says so."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from warroom.model.plan import QueueJob
from warroom.services.ports.clock import Clock
from warroom.services.ports.job_queue import OnJob

RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class MemoryJobQueue:
    """Implements the JobQueue port: `waiting` holds what was queued, `deliver_due` passes it to the receiver.

    `put` fits a `MemoryStore(enqueue=jobs.put)`.
    """

    def __init__(self, clock: Clock) -> None:
        self.waiting: list[QueueJob] = []
        self._clock = clock
        self._on_job: OnJob | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def put(self, jobs: Sequence[QueueJob]) -> None:
        """Queue jobs, as a commit does."""
        self.waiting.extend(jobs)

    async def start(self, on_job: OnJob) -> None:
        self._on_job = on_job

    async def stop(self) -> None:
        self._on_job = None
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def enqueue(self, job: QueueJob) -> None:
        self.put([job])

    async def deliver_due(self) -> int:
        """Deliver what is due now, side by side, and return when all of it has returned; says how many that were.

        A job whose work raises something is queued again, a second later.
        """
        due = self._due()
        if self._on_job is None or not due:
            return 0
        self.waiting = [job for job in self.waiting if job not in due]
        tasks = {asyncio.create_task(self._one(self._on_job, job)): job for job in due}
        self._under_way.update(tasks)
        await asyncio.wait(tasks)
        self._under_way.difference_update(tasks)
        for task, job in tasks.items():
            if error := task.exception():
                log.error("job failed, it will run again", kind=job.kind, target=job.target, error=repr(error))
                self.put([replace(job, at=self._clock.now() + timedelta(seconds=RETRY_SECONDS))])
        return len(due)

    async def run_until_idle(self) -> int:
        """Deliver until nothing more is due, also what the jobs queue themselves; says how many that were."""
        delivered = 0
        while count := await self.deliver_due():
            delivered += count
        return delivered

    def _due(self) -> list[QueueJob]:
        now = self._clock.now()
        return [job for job in self.waiting if job.at is None or job.at <= now]

    async def _one(self, on_job: OnJob, job: QueueJob) -> None:
        await on_job(job)
