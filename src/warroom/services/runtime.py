"""The runtime of one process: takes legs, drives plans, fetches, mirrors; starts and stops as a whole."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from warroom.model.ids import InstanceId, PlanId
from warroom.model.lane import Lane
from warroom.model.plan import Leg, PlanState, leg_of
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.drive.conductor import Conductor
from warroom.services.fetching import Fetched, Fetching
from warroom.services.journal import Journal
from warroom.services.mirroring.mirroring import Mirrored, Mirroring
from warroom.services.pausing import Pausing
from warroom.services.ports.clock import Clock
from warroom.services.ports.legs import Legs
from warroom.services.ports.runner import Runner
from warroom.services.ports.store import Store
from warroom.services.recurring import recurring

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Runtime:
    """What runs while `warroom serve` runs."""

    store: Store
    journal: Journal
    runner: Runner
    legs: Legs
    conductor: Conductor
    fetching: Fetching
    mirroring: Mirroring
    pausing: Pausing
    clock: Clock
    _last: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def start(self) -> None:
        """Take up what an earlier process left, and begin to take legs."""
        await self.legs.start(self.on_leg)
        if self.store.exclusive:
            await self._take_up()
        await self.pausing.wake()  # a halt may have ended when nobody served, or just before a kill
        for instance in await self.journal.instances():
            for leg in recurring(instance, self.fetching.pages.library.catalogue):
                await self.legs.enqueue(leg)

    async def stop(self) -> None:
        """Stop taking work; plans under way are taken up by the next process."""
        await self.legs.stop()
        await self.fetching.leave()
        await self.mirroring.leave()
        await self.conductor.close()
        await self.runner.close()

    async def on_leg(self, leg: Leg) -> None:
        """Do one piece of queued work; a leg that comes late or twice finds nothing to do."""
        match leg.kind:
            case "plan":
                await self.conductor.drive(PlanId(leg.target))
            case "people":
                await self.conductor.drive(PlanId(leg.target), Lane.ANSWERED)
            case "fetch":
                await self._once(leg, self.fetching.seconds, self._fetch_and_drive)
            case "mirror":
                await self._once(leg, self.mirroring.seconds, self._mirror)
            case _:
                log.error("unknown leg", kind=leg.kind, target=leg.target)

    async def fetch_now(self, instance: InstanceId, actor: Actor) -> Fetched:
        """Fetch at once and drive what it brought."""
        require(actor, Permission.MANAGE_INSTANCES)
        return await self._fetch_and_drive(instance, is_asked_for=True)

    async def mirror_now(self, instance: InstanceId, actor: Actor) -> Mirrored:
        """Mirror at once, both ways."""
        require(actor, Permission.MANAGE_INSTANCES)
        return await self._mirror(instance, is_asked_for=True)

    async def _fetch_and_drive(self, instance: InstanceId, *, is_asked_for: bool = False) -> Fetched:
        is_suspect = await self.fetching.is_suspect(instance)
        async with self.conductor.suspects if is_suspect else nullcontext():
            fetched = await self.fetching.fetch(instance, is_asked_for=is_asked_for)
        for plan in fetched.plans:
            self.conductor.start_soon(plan)
        return fetched

    async def _mirror(self, instance: InstanceId, *, is_asked_for: bool = False) -> Mirrored:
        is_suspect = await self.mirroring.is_suspect(instance)
        async with self.conductor.suspects if is_suspect else nullcontext():
            return await self.mirroring.mirror(instance, is_asked_for=is_asked_for)

    async def _once(self, leg: Leg, seconds: float, work: Callable[[InstanceId], Awaitable[object]]) -> None:
        """Do it, unless that was done just now: restarts leave more than one leg, and each would breed its own line."""
        now, line = self.clock.now(), (leg.kind, leg.target)
        last = self._last.get(line)
        if last and now < last + (self.clock.after(seconds / 2) - now):
            return
        self._last[line] = now
        is_done = False
        try:
            await work(InstanceId(leg.target))
            is_done = True
        finally:
            if not is_done:  # the leg comes again, and must find that nothing was done
                self._last.pop(line, None)

    async def _take_up(self) -> None:
        for plan in await self.store.open_plans():
            due = plan.wake_at is not None and plan.wake_at <= self.clock.now()
            if plan.state is PlanState.IN_PROGRESS or due:
                self.conductor.start_soon(plan.id)
            elif plan.wake_at is not None:
                await self.legs.enqueue(leg_of(plan, plan.wake_at))
