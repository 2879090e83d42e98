"""The runtime of one process: takes jobs, drives plans, fetches, mirrors; starts and stops as a whole."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from warroom.model.ids import InstanceId, PlanId
from warroom.model.lane import Lane
from warroom.model.plan import PlanState, QueueJob, job_of
from warroom.model.user import Actor
from warroom.services.approvals.pausing import Pausing
from warroom.services.drive.conductor import Conductor
from warroom.services.instances.recurring import recurring
from warroom.services.intake.fetching import Fetched, Fetching
from warroom.services.mirroring.mirroring import Mirrored, Mirroring
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.job_queue import JobQueue
from warroom.services.ports.runner import Runner
from warroom.services.ports.store import Store
from warroom.services.writing.journal import Journal

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Runtime:
    """What runs while `warroom serve` runs."""

    store: Store
    journal: Journal
    runner: Runner
    jobs: JobQueue
    conductor: Conductor
    fetching: Fetching
    mirroring: Mirroring
    pausing: Pausing
    clock: Clock
    _last: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def start(self) -> None:
        """Take up what an earlier process left, and begin to take jobs."""
        await self.jobs.start(self.on_job)
        if self.store.exclusive:
            await self._take_up()
        await self.pausing.wake()  # a halt may have ended while no server ran, or just before a kill
        for instance in await self.journal.instances():
            for job in recurring(instance, self.fetching.pages.library.catalogue):
                await self.jobs.enqueue(job)

    async def stop(self) -> None:
        """Stop taking work; plans under way are taken up by the next process."""
        await self.jobs.stop()
        await self.fetching.leave()
        await self.mirroring.leave()
        await self.conductor.close()
        await self.runner.close()

    async def on_job(self, job: QueueJob) -> None:
        """Process one job; one that is late or delivered twice does nothing."""
        match job.kind:
            case "plan":
                await self.conductor.drive(PlanId(job.target))
            case "people":
                await self.conductor.drive(PlanId(job.target), Lane.ANSWERED)
            case "fetch":
                await self._once(job, self.fetching.seconds, self._fetch)
            case "mirror":
                await self._once(job, self.mirroring.seconds, self._mirror)
            case _:
                log.error("unknown job", kind=job.kind, target=job.target)

    async def fetch_now(self, instance: InstanceId, actor: Actor) -> Fetched:
        """Fetch at once."""
        require(actor, Permission.MANAGE_INSTANCES)
        return await self._fetch(instance, is_asked_for=True)

    async def mirror_now(self, instance: InstanceId, actor: Actor) -> Mirrored:
        """Mirror at once, both ways."""
        require(actor, Permission.MANAGE_INSTANCES)
        return await self._mirror(instance, is_asked_for=True)

    async def _fetch(self, instance: InstanceId, *, is_asked_for: bool = False) -> Fetched:
        is_suspect = await self.fetching.is_suspect(instance)
        async with self.conductor.suspects if is_suspect else nullcontext():
            return await self.fetching.fetch(instance, is_asked_for=is_asked_for)

    async def _mirror(self, instance: InstanceId, *, is_asked_for: bool = False) -> Mirrored:
        is_suspect = await self.mirroring.is_suspect(instance)
        async with self.conductor.suspects if is_suspect else nullcontext():
            return await self.mirroring.mirror(instance, is_asked_for=is_asked_for)

    async def _once(self, job: QueueJob, seconds: float, work: Callable[[InstanceId], Awaitable[object]]) -> None:
        """Do it, unless it was done just now: a restart can leave several jobs, and each would queue a next one."""
        now, line = self.clock.now(), (job.kind, job.target)
        last = self._last.get(line)
        if last and now < last + (self.clock.after(seconds / 2) - now):
            return
        self._last[line] = now
        is_done = False
        try:
            await work(InstanceId(job.target))
            is_done = True
        finally:
            if not is_done:  # the job will be delivered again, and must then run
                self._last.pop(line, None)

    async def _take_up(self) -> None:
        for plan in await self.store.open_plans():
            due = plan.wake_at is not None and plan.wake_at <= self.clock.now()
            if plan.state is PlanState.IN_PROGRESS or due:
                self.conductor.start_soon(plan.id)
            elif plan.wake_at is not None:
                await self.jobs.enqueue(job_of(plan, plan.wake_at))
