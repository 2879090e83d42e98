"""Every queue of jobs promises the same: tests that ask for `queued` run on memory, SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.store.conftest import postgres_server  # noqa: F401  # the fixture, for this folder too
from warroom.durable.clock import SystemClock
from warroom.durable.job_queue import DbosJobQueue, JobQueueSettings
from warroom.model.ids import WorkerId
from warroom.model.plan import QueueJob
from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.clock import Clock
from warroom.services.ports.job_queue import JobQueue
from warroom.store.engine import writing_engine
from warroom.store.leases import SqlLeases, forget_all
from warroom.store.tables import METADATA, WORK_PLAN, WORKER_LEASE
from warroom.testing.clock import ManualClock
from warroom.testing.job_queue import MemoryJobQueue

FAST = JobQueueSettings(
    poll_seconds=0.05,
    retries=RetryPolicy((0.1,), repeats=True),
    grace_seconds=0.2,
    reap_seconds=0.2,
)
LEASE_SECONDS = 1.5
TIMEOUT = 120.0


@dataclass(kw_only=True)
class Handler:
    """Does the work of jobs, and remembers what came; what `refuse` and `hold` name fails once, or waits."""

    came: list[QueueJob] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    most_at_once: int = 0
    _now: int = 0

    @property
    def targets(self) -> list[str]:
        return [job.target for job in self.came]

    async def take(self, job: QueueJob) -> None:
        self.came.append(job)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await asyncio.sleep(0.001)
            if job.target in self.hold:
                await self.hold[job.target].wait()
            if job.target in self.refuse:
                self.refuse.remove(job.target)
                raise ValueError(f"{job.target} does not work.")
            self.ended.append(job.target)
        finally:
            self._now -= 1


@dataclass(frozen=True, kw_only=True)
class Queued:
    """Queue jobs, their clock, a commit that queues some, and a way to wait until something holds."""

    jobs: JobQueue
    clock: Clock
    commit: Callable[[Sequence[QueueJob]], None]
    step: Callable[[], "asyncio.Future[None]"]
    handler: Handler = field(default_factory=Handler)

    async def until(self, holds: Callable[[], object]) -> None:
        """Let time pass until something holds; a test that waits in vain fails."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TIMEOUT):
                while not holds():
                    await self.step()
        assert holds(), f"Waited in vain; these came: {self.handler.targets}"


def jobs_on(engine: Engine, settings: JobQueueSettings = FAST, *, worker: str = "w1") -> DbosJobQueue:
    """Open the queue for a worker, with the tables that it looks at."""
    METADATA.create_all(engine, tables=[WORK_PLAN, WORKER_LEASE])
    if engine.dialect.name == "sqlite":
        forget_all(engine)
    leases = SqlLeases(engine, LEASE_SECONDS)
    return DbosJobQueue(engine=engine, leases=leases, worker=WorkerId(worker), clock=SystemClock(), settings=settings)


@pytest.fixture(scope="session")
def shared_postgres(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = writing_engine(request.getfixturevalue("postgres_server"))
    jobs_on(engine, worker="first")  # makes the tables
    yield engine
    engine.dispose()


@pytest.fixture
def postgres(shared_postgres: Engine) -> Iterator[Engine]:
    yield shared_postgres
    with shared_postgres.begin() as connection:
        connection.execute(text("TRUNCATE dbos.workflow_status, worker_lease CASCADE"))


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = writing_engine(f"sqlite:///{tmp_path}/warroom.db")
    yield engine
    engine.dispose()


SHARED = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", SHARED])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.getfixturevalue(request.param)
    return made


@pytest.fixture
async def dbos_jobs(engine: Engine) -> AsyncIterator[DbosJobQueue]:
    jobs = jobs_on(engine)
    yield jobs
    await jobs.stop()


def on_dbos(jobs: DbosJobQueue, engine: Engine) -> Queued:
    def commit(new: Sequence[QueueJob]) -> None:
        with engine.begin() as connection:
            jobs.enqueue_in(connection, new)

    return Queued(
        jobs=jobs, clock=SystemClock(), commit=commit, step=lambda: asyncio.ensure_future(asyncio.sleep(0.01))
    )


def in_memory() -> Queued:
    clock = ManualClock()
    jobs = MemoryJobQueue(clock)

    async def step() -> None:
        await asyncio.sleep(0)
        await jobs.deliver_due()
        clock.advance(0.25)

    return Queued(jobs=jobs, clock=clock, commit=jobs.put, step=lambda: asyncio.ensure_future(step()))


@pytest.fixture(params=["memory", "sqlite", SHARED])
async def queued(request: pytest.FixtureRequest) -> AsyncIterator[Queued]:
    if request.param == "memory":
        yield in_memory()
        return
    engine: Engine = request.getfixturevalue(request.param)
    jobs = jobs_on(engine)
    yield on_dbos(jobs, engine)
    await jobs.stop()
