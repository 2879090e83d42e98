"""The null queue: the JobQueue port in a process that does not serve."""

from dataclasses import dataclass

from warroom.model.plan import QueueJob
from warroom.services.ports.job_queue import OnJob


@dataclass(frozen=True, slots=True)
class LocalJobs:
    """The jobs of a process that does not serve: it drives what it starts; serving takes up what it leaves."""

    async def start(self, on_job: OnJob) -> None:
        """Take nothing."""

    async def stop(self) -> None:
        """Stop nothing."""

    async def enqueue(self, job: QueueJob) -> None:
        """Do nothing: a server looks through the rows when it starts."""
