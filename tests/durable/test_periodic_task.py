import asyncio

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from warroom.durable.periodic_task import PeriodicTask
from warroom.model.errors import UnavailableError
from warroom.services.ports.outage import OutageError
from warroom.testing.clock import ManualClock


class Counter:
    def __init__(self, *errors: Exception) -> None:
        self.turns = 0
        self._errors = list(errors)

    async def turn(self) -> None:
        self.turns += 1
        if self._errors:
            raise self._errors.pop(0)


async def pass_time(clock: ManualClock, seconds: float) -> None:
    clock.advance(seconds)
    for _ in range(5):
        await asyncio.sleep(0)


async def test_works_once_for_each_pause() -> None:
    clock, counter = ManualClock(), Counter()
    periodic = PeriodicTask("test", clock, 5, counter.turn)
    periodic.start()
    await pass_time(clock, 0)
    seen = []
    for _ in range(4):
        await pass_time(clock, 2.5)
        seen.append(counter.turns)
    await periodic.stop()
    assert seen == [0, 1, 1, 2]


async def test_nothing_runs_after_stop() -> None:
    clock, counter = ManualClock(), Counter()
    periodic = PeriodicTask("test", clock, 5, counter.turn)
    periodic.start()
    await pass_time(clock, 0)
    await periodic.stop()
    await pass_time(clock, 60)
    assert (counter.turns, clock.sleeping) == (0, 0)


async def test_started_twice_it_still_works_once() -> None:
    clock, counter = ManualClock(), Counter()
    periodic = PeriodicTask("test", clock, 5, counter.turn)
    periodic.start()
    periodic.start()
    await pass_time(clock, 0)
    await pass_time(clock, 5)
    await periodic.stop()
    assert counter.turns == 1


@pytest.mark.parametrize(
    "error",
    [
        UnavailableError("The store is closed."),
        OutageError("The database is locked.", unwritten=True),
        OperationalError("SELECT 1", None, Exception("gone")),
    ],
)
async def test_an_outage_costs_one_turn(error: Exception) -> None:
    clock, counter = ManualClock(), Counter(error)
    periodic = PeriodicTask("test", clock, 5, counter.turn)
    with structlog.testing.capture_logs() as logs:
        periodic.start()
        await pass_time(clock, 0)
        await pass_time(clock, 5)
        await pass_time(clock, 5)
        await periodic.stop()
    assert counter.turns == 2
    assert [(line["log_level"], line["periodic"]) for line in logs] == [("warning", "test")]


async def test_what_its_work_may_raise_costs_one_turn_too() -> None:
    clock, counter = ManualClock(), Counter(KeyError("the queue's own error"))
    periodic = PeriodicTask("test", clock, 5, counter.turn, (KeyError,))
    periodic.start()
    for seconds in (0, 5, 5):
        await pass_time(clock, seconds)
    await periodic.stop()
    assert counter.turns == 2


async def test_a_mistake_of_ours_ends_it_and_is_told() -> None:
    clock, counter = ManualClock(), Counter(ValueError("a bug"))
    periodic = PeriodicTask("test", clock, 5, counter.turn)
    with structlog.testing.capture_logs() as logs:
        periodic.start()
        await pass_time(clock, 0)
        await pass_time(clock, 5)
        await pass_time(clock, 5)
        await periodic.stop()
    assert counter.turns == 1
    assert [(line["log_level"], line["error"]) for line in logs] == [("error", "ValueError('a bug')")]
