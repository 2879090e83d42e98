"""Delivers jobs to their handler, a limited number at a time, until it is stopped."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from warroom.durable.job_rows import Interrupted
from warroom.model.plan import QueueJob
from warroom.services.ports.job_queue import OnJob

log = structlog.get_logger(__name__)


class Delivery:
    """One delivery, from start to stop; used on the event loop that the work runs on."""

    def __init__(self, on_job: OnJob, concurrency: Mapping[str, int]) -> None:
        self._on_job = on_job
        self._rooms = {kind: asyncio.Semaphore(count) for kind, count in concurrency.items()}
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def deliver(self, jobs: Sequence[QueueJob], on_failed: OnJob) -> None:
        """Do the work of these jobs side by side; where it raises something, that is logged and `on_failed` called.

        Raises Interrupted when `stop` came before all of it was done.
        """
        if self._stopping.is_set():
            raise Interrupted
        tasks = {asyncio.create_task(self._one(job), name=f"{job.kind} job {job.target}"): job for job in jobs}
        self._under_way.update(tasks)
        remaining = set(tasks)
        while remaining:
            done, remaining = await asyncio.wait(remaining, return_when=asyncio.FIRST_COMPLETED)
            self._under_way.difference_update(done)
            for task in done:
                if _failed(task, tasks[task]):
                    await on_failed(tasks[task])
        if any(task.cancelled() for task in tasks):
            raise Interrupted

    async def wait(self, seconds: float) -> None:
        """Wait for so many seconds; raises Interrupted when `stop` is called meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
        raise Interrupted

    async def stop(self, grace_seconds: float) -> None:
        """Take no more jobs; return when those that run have ended. They are cancelled after the grace period."""
        self._stopping.set()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=grace_seconds)
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _one(self, job: QueueJob) -> None:
        async with self._rooms[job.kind]:
            if self._stopping.is_set():
                raise asyncio.CancelledError
            await self._on_job(job)


def _failed(task: asyncio.Task[None], job: QueueJob) -> bool:
    if task.cancelled() or (error := task.exception()) is None:
        return False
    log.error("job failed, it will run again", kind=job.kind, target=job.target, error=repr(error), exc_info=error)
    return True
