from collections.abc import Callable
from dataclasses import replace

from warroom.durable.reaper import Reaper
from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import PlanState, QueueJob
from warroom.testing.clock import ManualClock
from warroom.testing.job_queue import MemoryJobQueue
from warroom.testing.samples import a_plan, an_incident, some_changes
from warroom.testing.store import MemoryStore

MINE, OTHER = WorkerId("w1"), WorkerId("w2")


class World:
    """Two plans, each claimed by a living worker of its own; `taken` names who has taken rows of the queue."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.jobs = MemoryJobQueue(self.clock)
        self.taken = ["w1", "w2", "w0-of-an-earlier-version"]
        self.given_back: list[str] = []
        self.reaper = Reaper(
            leases=self.store.leases,
            give_back=self.give_back,
            enqueue=self.jobs.enqueue,
            clock=self.clock,
            worker=MINE,
        )

    async def begin(self) -> None:
        plans = [replace(a_plan(), id=PlanId(name)) for name in ("mine", "other")]
        await self.store.commit(some_changes(incidents=[an_incident()], plans=plans))
        for plan, worker in zip(plans, (MINE, OTHER), strict=True):
            await self.store.leases.renew(worker)
            claimed = await self.store.claim(plan.id, worker, self.clock.now())
            assert claimed
            assert claimed.state is PlanState.IN_PROGRESS

    async def give_back(self, is_gone: Callable[[str], bool]) -> int:
        gone = [worker for worker in self.taken if is_gone(worker)]
        self.given_back += gone
        return len(gone)


async def test_what_a_dead_worker_left_is_queued_again_and_ours_is_not() -> None:
    world = World()
    await world.begin()
    await world.reaper.turn()
    assert (world.jobs.waiting, world.given_back) == ([], ["w0-of-an-earlier-version"])
    await world.store.leases.end(OTHER)
    await world.reaper.turn()
    assert world.jobs.waiting == [QueueJob(kind="plan", target="other")]
    assert world.given_back[1:] == ["w2", "w0-of-an-earlier-version"]


async def test_at_a_start_what_this_worker_had_taken_before_is_queued_again_too() -> None:
    world = World()
    await world.begin()
    await world.reaper.start()
    assert world.given_back == ["w1", "w0-of-an-earlier-version"]


async def test_a_worker_that_lost_its_own_lease_keeps_what_it_is_at() -> None:
    world = World()
    await world.begin()
    await world.store.leases.end(MINE)
    await world.reaper.turn()
    assert world.given_back == ["w0-of-an-earlier-version"]


async def test_a_job_that_waits_for_its_turn_is_not_queued_over_and_over() -> None:
    world = World()
    await world.begin()
    await world.store.leases.end(OTHER)
    await world.reaper.turn()
    world.clock.advance(5)
    await world.reaper.turn()
    assert len(world.jobs.waiting) == 1
    world.clock.advance(20)
    await world.reaper.turn()
    assert len(world.jobs.waiting) == 2


async def test_a_plan_that_is_driven_again_is_left_alone() -> None:
    world = World()
    await world.begin()
    await world.store.leases.end(OTHER)
    assert await world.store.claim(PlanId("other"), MINE, world.clock.now())
    await world.reaper.turn()
    assert world.jobs.waiting == []
