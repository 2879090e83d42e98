"""The emergency stop: pause and resume actions, for one instance or for all."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.halt import Halt
from warroom.model.ids import PlanId
from warroom.model.plan import Intent, QueueJob
from warroom.model.user import Actor
from warroom.services.approvals.halting import Halting
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.halts import HaltChange, HaltQuery
from warroom.services.ports.job_queue import JobQueue
from warroom.services.ports.store import Store
from warroom.services.writing.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The result of a pause; actions that were sent before it may still happen, and are named."""

    halt: Halt
    is_new: bool
    on_the_way: Sequence[Intent] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausing:
    """Use cases of the emergency stop."""

    store: Store
    journal: Journal
    halting: Halting
    jobs: JobQueue
    clock: Clock

    async def halts(self, actor: Actor) -> Sequence[Halt]:
        """Return what is paused, the oldest first."""
        require(actor, Permission.SEE)
        return await self.halting.halts.all()

    async def past(self, query: HaltQuery, actor: Actor) -> Sequence[HaltChange]:
        """Return what was paused and resumed, by whom and why, newest first."""
        require(actor, Permission.SEE)
        return await self.halting.halts.past(query)

    async def pause(self, instance: str, reason: str, actor: Actor) -> Paused:
        """Hold every action, or those on one instance; once this returns, none is sent any more.

        A pause that exists is kept, with its start.
        """
        require(actor, Permission.PAUSE)
        halt = Halt(instance=instance, reason=reason.strip(), actor=actor.name, since=self.clock.now())
        if instance:
            found = await self.journal.instances()
            known = {one.name.casefold(): one for one in found}
            if instance.casefold() not in known:
                names = ", ".join(one.name for one in found) or "none"
                raise NotFoundError(f"There is no instance {instance!r}. There are: {names}.")
            one = known[instance.casefold()]
            halt = Halt(instance=one.name, instance_id=one.id, reason=halt.reason, actor=halt.actor, since=halt.since)
        is_new = await self.halting.halts.start(halt)
        await self.halting.all_sent()
        held = {one.instance: one for one in await self.halting.halts.all()}
        return Paused(halt=held.get(halt.instance, halt), is_new=is_new, on_the_way=await self._on_the_way())

    async def resume(self, instance: str, reason: str, actor: Actor) -> Halt:
        """End a pause; raises ConflictError when there is none."""
        require(actor, Permission.PAUSE)
        held = await self.halting.halts.all()
        halt = next((one for one in held if one.instance.casefold() == instance.casefold()), None)
        is_ended = halt is not None and await self.halting.halts.end(halt, reason.strip(), actor.name, self.clock.now())
        if halt is None or not is_ended:
            also = "; ".join(f"{one.of} is paused, `{one.end}` ends that" for one in held)
            what = f"Instance {instance!r} is not paused by itself" if instance else "There is no pause of everything"
            raise ConflictError(f"{what}: {also}." if also else "Nothing is paused, so there is nothing to resume.")
        await self.wake()
        return halt

    async def wake(self) -> None:
        """Wake every plan that may have been held; one that still is waits on."""
        for plan in await self.halting.halts.held():
            await self.jobs.enqueue(QueueJob(kind="plan", target=plan))

    async def _on_the_way(self) -> list[Intent]:
        """Return the actions that have begun and have not ended, of plans that a worker drives."""
        driven = [plan.id for plan in await self.store.open_plans() if plan.worker is not None]
        return [intent for plan in driven for intent in await self._open(plan)]

    async def _open(self, plan: PlanId) -> list[Intent]:
        return [intent for intent in await self.store.intents(plan) if intent.ended is None]
