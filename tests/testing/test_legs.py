from datetime import timedelta

from warroom.model.plan import Leg
from warroom.testing.clock import ManualClock
from warroom.testing.legs import MemoryLegs
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

FIRST, SECOND = Leg(kind="plan", target="p1"), Leg(kind="plan", target="p2")


class Taker:
    """Notes what comes; may queue more, or fail once."""

    def __init__(self, legs: MemoryLegs, *then: Leg, fails: int = 0) -> None:
        self.came: list[str] = []
        self._legs = legs
        self._then = list(then)
        self._fails = fails

    async def take(self, leg: Leg) -> None:
        self.came.append(leg.target)
        self._legs.put(self._then)
        self._then.clear()
        if self._fails:
            self._fails -= 1
            raise ValueError(leg.target)


async def test_holds_what_a_commit_queues_until_it_is_due() -> None:
    clock = ManualClock()
    legs = MemoryLegs(clock)
    later = Leg(kind="plan", target="p2", at=clock.now() + timedelta(seconds=5))
    await MemoryStore(enqueue=legs.put).commit(some_changes(incidents=[an_incident()], legs=[FIRST, later]))
    taker = Taker(legs)
    await legs.start(taker.take)
    assert (await legs.deliver_due(), taker.came, legs.waiting) == (1, ["p1"], [later])
    clock.advance(5)
    assert (await legs.deliver_due(), taker.came, legs.waiting) == (1, ["p1", "p2"], [])


async def test_delivers_nothing_before_the_start() -> None:
    legs = MemoryLegs(ManualClock())
    legs.put([FIRST])
    assert (await legs.run_until_idle(), legs.waiting) == (0, [FIRST])


async def test_runs_until_legs_queue_no_more_legs() -> None:
    legs = MemoryLegs(ManualClock())
    taker = Taker(legs, SECOND)
    await legs.start(taker.take)
    await legs.enqueue(FIRST)
    assert (await legs.run_until_idle(), taker.came) == (2, ["p1", "p2"])


async def test_a_leg_that_failed_waits_for_another_second() -> None:
    clock = ManualClock()
    legs = MemoryLegs(clock)
    taker = Taker(legs, fails=1)
    await legs.start(taker.take)
    await legs.enqueue(FIRST)
    assert (await legs.run_until_idle(), taker.came) == (1, ["p1"])
    clock.advance(1)
    assert (await legs.run_until_idle(), taker.came) == (1, ["p1", "p1"])
