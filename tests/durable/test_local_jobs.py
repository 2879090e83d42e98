"""Queue jobs that nobody takes."""

from warroom.durable.local_jobs import LocalJobs
from warroom.model.plan import QueueJob


async def test_a_process_that_does_not_serve_queues_nothing() -> None:
    jobs = LocalJobs()
    await jobs.start(_never)
    await jobs.enqueue(QueueJob(kind="plan", target="p1"))
    await jobs.stop()


async def _never(_: QueueJob) -> None:
    raise AssertionError("Nothing is delivered.")
