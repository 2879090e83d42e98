"""Cancels work plans, one or many at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import ENDED, STOP, Answer, PlanRecord, QueueJob
from warroom.model.user import Actor
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.halts import HaltChange, Halts
from warroom.services.ports.store import Changes, Store
from warroom.services.writing.journal import Journal

AT_ONCE = 64  # commits that are on their way together


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSelection:
    """Which plans: one, those of an incident or of a playbook (both: of that playbook on it), or every one."""

    plan: PlanId | None = None
    incident: IncidentId | None = None
    playbook: str = ""  # by name or id
    everything: bool = False

    def wants(self, plan: PlanRecord) -> bool:
        names = {plan.frame.name.casefold(), plan.frame.playbook.casefold()}
        return (
            self.plan in {None, plan.id}
            and self.incident in {None, plan.incident}
            and (not self.playbook or self.playbook.casefold() in names)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling:
    """Cancels plans: an action that is under way ends and is recorded, and nothing starts after it."""

    store: Store
    journal: Journal
    halts: Halts  # the audit lists cancellations among pauses
    clock: Clock

    async def cancel(self, which: PlanSelection, reason: str, actor: Actor) -> Sequence[PlanRecord]:
        """Cancel open plans and return those that were not cancelled before."""
        require(actor, Permission.CANCEL_PLANS)
        if which == PlanSelection():
            raise InvalidInputError("Say which plans are to be cancelled: one, an incident's, a playbook's, or all.")
        if which.everything and replace(which, everything=False) != PlanSelection():
            raise InvalidInputError("--all is every plan. Leave it out to cancel only some.")
        if which.plan and (found := await self.store.plan(which.plan)).state in ENDED:
            raise ConflictError(f"Plan {found.id} has ended already; it is {found.state.value}.")
        if which.incident:
            await self.journal.incident(which.incident)
        wanted = [plan for plan in await self.store.open_plans() if which.wants(plan)]
        if which.playbook and not wanted:
            raise NotFoundError(
                f"No open plan runs {which.playbook!r}. `warroom incident show ID` lists an incident's."
            )
        told: list[PlanRecord] = []
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            done = await asyncio.gather(*(self._tell(plan.id, reason.strip(), actor) for plan in some))
            stopped = [plan for plan, is_told in zip(some, done, strict=True) if is_told]
            await self._audit(stopped, reason.strip(), actor)
            told += stopped
        if len(told) > 1:
            await self.halts.tell([self._change(reason.strip(), actor, count=len(told))])
        return told

    async def _audit(self, plans: Sequence[PlanRecord], reason: str, actor: Actor) -> None:
        """Log each cancelled plan, for the response audit."""
        change = self._change(reason, actor)
        rows = [replace(change, plan=plan.id, playbook=plan.frame.name, incident=plan.incident) for plan in plans]
        await self.halts.tell(rows)

    def _change(self, reason: str, actor: Actor, count: int = 0) -> HaltChange:
        return HaltChange(change="cancelled", count=count, reason=reason, actor=actor.name, at=self.clock.now())

    async def _tell(self, plan: PlanId, reason: str, actor: Actor) -> bool:
        """Commit the answer that ends a plan; False when it was cancelled before."""
        now = self.clock.now()
        stop = Answer(plan=plan, key=TaskKey(STOP), choice="cancel", comment=reason, actor=actor.name, at=now)
        jobs = [QueueJob(kind="plan", target=plan)]
        try:
            await self.journal.commit(Changes(actor=actor.name, at=now, answers=[stop], jobs=jobs, durable=True))
        except ConflictError:
            return False
        return True
