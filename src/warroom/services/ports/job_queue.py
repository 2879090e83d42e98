"""The durable job queue: jobs are enqueued in the store's own transaction and delivered to some process when due."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from warroom.model.plan import QueueJob

OnJob: TypeAlias = Callable[[QueueJob], Awaitable[None]]


class JobQueue(Protocol):
    """Delivers jobs at least once; a job can be delivered again when its work is done, so the receiver checks first."""

    async def start(self, on_job: OnJob) -> None:
        """Begin to deliver."""
        ...

    async def stop(self) -> None:
        """Stop taking jobs, and return when those under way have ended."""
        ...

    async def enqueue(self, job: QueueJob) -> None:
        """Enqueue one outside of a commit, such as a job of a dead worker's plan."""
        ...
