"""Every queue of legs promises the same: tests that ask for `queued` run on memory, SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.store.conftest import postgres_server  # noqa: F401  # the fixture, for this folder too
from warroom.durable.clock import SystemClock
from warroom.durable.legs import DbosLegs, LegSettings
from warroom.model.ids import WorkerId
from warroom.model.plan import Leg
from warroom.services.ports.clock import Clock
from warroom.services.ports.legs import Legs
from warroom.store.engine import writing_engine
from warroom.testing.clock import ManualClock
from warroom.testing.legs import MemoryLegs

FAST = LegSettings(poll_seconds=0.05, retry_seconds=(0.1,), grace_seconds=0.2, beat_seconds=0.2, silence_seconds=1.5)
PATIENCE = 120.0


@dataclass(kw_only=True)
class Desk:
    """Does the work of legs, and remembers what came; what `refuse` and `hold` name fails once, or waits."""

    came: list[Leg] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    most_at_once: int = 0
    _now: int = 0

    @property
    def targets(self) -> list[str]:
        return [leg.target for leg in self.came]

    async def take(self, leg: Leg) -> None:
        self.came.append(leg)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            await asyncio.sleep(0.001)
            if leg.target in self.hold:
                await self.hold[leg.target].wait()
            if leg.target in self.refuse:
                self.refuse.remove(leg.target)
                raise ValueError(f"{leg.target} does not work.")
            self.ended.append(leg.target)
        finally:
            self._now -= 1


@dataclass(frozen=True, kw_only=True)
class Queued:
    """Legs, their clock, a commit that queues some, and a way to wait until something holds."""

    legs: Legs
    clock: Clock
    commit: Callable[[Sequence[Leg]], None]
    step: Callable[[], "asyncio.Future[None]"]
    desk: Desk = field(default_factory=Desk)

    async def until(self, holds: Callable[[], object]) -> None:
        """Let time pass until something holds; a test that waits in vain fails."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not holds():
                    await self.step()
        assert holds(), f"Waited in vain; these came: {self.desk.targets}"


@pytest.fixture(scope="session")
def shared_postgres(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = writing_engine(request.getfixturevalue("postgres_server"))
    DbosLegs(engine=engine, worker=WorkerId("first"), clock=SystemClock())  # makes the tables
    yield engine
    engine.dispose()


@pytest.fixture
def postgres(shared_postgres: Engine) -> Iterator[Engine]:
    yield shared_postgres
    with shared_postgres.begin() as connection:
        connection.execute(text("TRUNCATE dbos.workflow_status, dbos.leg_executor CASCADE"))


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
async def dbos_legs(engine: Engine) -> AsyncIterator[DbosLegs]:
    legs = DbosLegs(engine=engine, worker=WorkerId("w1"), clock=SystemClock(), settings=FAST)
    yield legs
    await legs.stop()


def on_dbos(legs: DbosLegs, engine: Engine) -> Queued:
    def commit(new: Sequence[Leg]) -> None:
        with engine.begin() as connection:
            legs.enqueue_in(connection, new)

    return Queued(
        legs=legs, clock=SystemClock(), commit=commit, step=lambda: asyncio.ensure_future(asyncio.sleep(0.01))
    )


def in_memory() -> Queued:
    clock = ManualClock()
    legs = MemoryLegs(clock)

    async def step() -> None:
        await asyncio.sleep(0)
        await legs.deliver_due()
        clock.advance(0.25)

    return Queued(legs=legs, clock=clock, commit=legs.put, step=lambda: asyncio.ensure_future(step()))


@pytest.fixture(params=["memory", "sqlite", SHARED])
async def queued(request: pytest.FixtureRequest) -> AsyncIterator[Queued]:
    if request.param == "memory":
        yield in_memory()
        return
    engine: Engine = request.getfixturevalue(request.param)
    legs = DbosLegs(engine=engine, worker=WorkerId("w1"), clock=SystemClock(), settings=FAST)
    yield on_dbos(legs, engine)
    await legs.stop()
