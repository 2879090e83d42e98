import asyncio
from dataclasses import replace
from datetime import timedelta

from warroom.durable.reaper import Reaper
from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import Leg, PlanState
from warroom.testing.clock import ManualClock
from warroom.testing.legs import MemoryLegs
from warroom.testing.samples import a_plan, an_incident, some_changes
from warroom.testing.store import MemoryStore

MINE, OTHER = WorkerId("w1"), WorkerId("w2")


class World:
    """Two plans, each claimed by a worker of its own."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.legs = MemoryLegs(self.clock)
        self.reaper = Reaper(self.store, self.legs, self.clock, MINE)

    async def begin(self) -> None:
        plans = [replace(a_plan(), id=PlanId(name)) for name in ("mine", "other")]
        await self.store.commit(some_changes(incidents=[an_incident()], plans=plans))
        for plan, worker in zip(plans, (MINE, OTHER), strict=True):
            now = self.clock.now()
            claimed = await self.store.claim(plan.id, worker, now, now - timedelta(seconds=20))
            assert claimed
            assert claimed.state is PlanState.IN_PROGRESS

    async def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1)
            for _ in range(10):
                await asyncio.sleep(0)


async def test_a_plan_whose_worker_fell_silent_is_queued_and_ours_is_not() -> None:
    world = World()
    await world.begin()
    await world.reaper.start()
    await world.pass_time(0)
    await asyncio.sleep(0)
    await world.pass_time(20)
    early = list(world.legs.waiting)
    await world.pass_time(6)
    await world.reaper.stop()
    assert early == []
    assert world.legs.waiting == [Leg(kind="plan", target="other")]


async def test_a_leg_that_waits_for_its_turn_is_not_queued_over_and_over() -> None:
    world = World()
    await world.begin()
    world.clock.advance(21)
    await world.reaper.beat()
    world.clock.advance(5)
    await world.reaper.beat()
    assert len(world.legs.waiting) == 1
    world.clock.advance(20)
    await world.reaper.beat()
    assert len(world.legs.waiting) == 2


async def test_a_plan_that_is_driven_again_is_left_alone() -> None:
    world = World()
    await world.begin()
    world.clock.advance(21)
    now = world.clock.now()
    await world.store.claim(PlanId("other"), OTHER, now, now)
    await world.reaper.beat()
    assert world.legs.waiting == []


async def test_after_stop_our_plans_fall_silent_too() -> None:
    world = World()
    await world.begin()
    await world.reaper.start()
    await world.pass_time(6)
    await world.reaper.stop()
    await world.pass_time(40)
    abandoned = await world.store.abandoned_plans(world.clock.now() - timedelta(seconds=20))
    assert sorted(abandoned) == ["mine", "other"]
