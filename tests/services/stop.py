"""The emergency stop on a world's public fakes."""

from dataclasses import dataclass

from tests.services.approvals.approval_world import EVE, ApprovalWorld
from tests.services.sources import pausing_of
from tests.services.world import World
from warroom.model.plan import TaskRecord, TaskState, WaitKind
from warroom.services.approvals.pausing import Paused, Pausing
from warroom.services.plans.cancelling import Cancelling
from warroom.testing.job_queue import MemoryJobQueue


@dataclass(frozen=True)
class Stop:
    """Who may pause, and what is queued when it is over."""

    world: World
    jobs: MemoryJobQueue

    @classmethod
    def of(cls, approvals: ApprovalWorld) -> "Stop":
        return cls(approvals.world, MemoryJobQueue(approvals.world.clock))

    @property
    def pausing(self) -> Pausing:
        """Made anew each time: a world that has restarted has other services."""
        return pausing_of(self.world, self.jobs)

    @property
    def cancelling(self) -> Cancelling:
        world = self.world
        return Cancelling(store=world.store, journal=world.journal, halts=world.store.halts, clock=world.clock)

    async def pause(self, instance: str = "", reason: str = "Wrong hosts.") -> Paused:
        return await self.pausing.pause(instance, reason, EVE)

    async def resume(self, instance: str = "") -> None:
        """Resume, and drive what that has queued."""
        await self.pausing.resume(instance, "", EVE)
        await self.driven()

    async def driven(self) -> None:
        """Drive the plans that are queued."""
        for job in self.jobs.waiting:
            await self.world.conductor.drive(job.target)  # type: ignore[arg-type]
        self.jobs.waiting.clear()

    async def held(self) -> list[TaskRecord]:
        """Tasks that wait for the end of a halt."""
        return [
            task
            for plan in await self.world.store.open_plans()
            for task in await self.world.store.tasks(plan.id)
            if task.state is TaskState.WAITING and task.wait and task.wait.kind is WaitKind.PAUSED
        ]
