from datetime import timedelta

from warroom.model.plan import QueueJob
from warroom.testing.clock import ManualClock
from warroom.testing.job_queue import MemoryJobQueue
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

FIRST, SECOND = QueueJob(kind="plan", target="p1"), QueueJob(kind="plan", target="p2")


class Taker:
    """Notes what comes; may queue more, or fail once."""

    def __init__(self, jobs: MemoryJobQueue, *then: QueueJob, fails: int = 0) -> None:
        self.came: list[str] = []
        self._jobs = jobs
        self._then = list(then)
        self._fails = fails

    async def take(self, job: QueueJob) -> None:
        self.came.append(job.target)
        self._jobs.put(self._then)
        self._then.clear()
        if self._fails:
            self._fails -= 1
            raise ValueError(job.target)


async def test_holds_what_a_commit_queues_until_it_is_due() -> None:
    clock = ManualClock()
    jobs = MemoryJobQueue(clock)
    later = QueueJob(kind="plan", target="p2", at=clock.now() + timedelta(seconds=5))
    await MemoryStore(enqueue=jobs.put).commit(some_changes(incidents=[an_incident()], jobs=[FIRST, later]))
    taker = Taker(jobs)
    await jobs.start(taker.take)
    assert (await jobs.deliver_due(), taker.came, jobs.waiting) == (1, ["p1"], [later])
    clock.advance(5)
    assert (await jobs.deliver_due(), taker.came, jobs.waiting) == (1, ["p1", "p2"], [])


async def test_delivers_nothing_before_the_start() -> None:
    jobs = MemoryJobQueue(ManualClock())
    jobs.put([FIRST])
    assert (await jobs.run_until_idle(), jobs.waiting) == (0, [FIRST])


async def test_runs_until_jobs_queue_no_more_jobs() -> None:
    jobs = MemoryJobQueue(ManualClock())
    taker = Taker(jobs, SECOND)
    await jobs.start(taker.take)
    await jobs.enqueue(FIRST)
    assert (await jobs.run_until_idle(), taker.came) == (2, ["p1", "p2"])


async def test_a_job_that_failed_waits_for_another_second() -> None:
    clock = ManualClock()
    jobs = MemoryJobQueue(clock)
    taker = Taker(jobs, fails=1)
    await jobs.start(taker.take)
    await jobs.enqueue(FIRST)
    assert (await jobs.run_until_idle(), taker.came) == (1, ["p1"])
    clock.advance(1)
    assert (await jobs.run_until_idle(), taker.came) == (1, ["p1", "p1"])
