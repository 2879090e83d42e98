"""The actions that running code calls: held while they are paused, noted before they leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.model.errors import ConflictError
from warroom.model.ids import TaskKey, nested_key
from warroom.model.plan import Approved, Intent
from warroom.services.approvals.halting import Halting
from warroom.services.execution.brief import brief_values
from warroom.services.execution.call import Call, Effects
from warroom.services.execution.targets import Target
from warroom.services.journal import Journal
from warroom.services.patience import written
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Lets the actions of running code out, one by one."""

    halting: Halting
    journal: Journal
    clock: Clock

    async def refuse(self, call: Call, targets: Sequence[Target], effects: Effects) -> None:
        """Raise ConflictError when a call is held; `effects` tell it, whatever the code makes of the error."""
        if held := await self.halting.over(call.resolved, targets):
            effects.held.append(held)
            raise ConflictError(held.refusal)

    async def note(self, call: Call, targets: Sequence[Target], effects: Effects, approved: Approved | None) -> None:
        """Commit that an action is about to be called; a restart asks before it repeats one that has no key."""
        if not call.resolved.is_action:
            return
        async with self.halting.departing():
            await self.refuse(call, targets, effects)
            if call.origin.plan is not None and call.origin.task is not None:
                key = nested_key(call.origin.task, len(effects.intents) + 1)
                intent = self.intent(call, key, call.idempotency_key, approved)
                effects.intents.append(intent)  # before anything is waited for: threads of the code call side by side
                await self.commit(intent)

    def intent(self, call: Call, key: TaskKey, idempotency_key: str, approved: Approved | None) -> Intent:
        """Make the intent of a call that leaves now; where the command takes no idempotency key, it has none."""
        origin = call.origin
        assert origin.plan is not None  # whoever calls has looked
        return Intent(
            plan=origin.plan,
            key=key,
            attempt=origin.attempt,
            command=call.name,
            idempotency_key=idempotency_key if call.resolved.is_keyed else "",
            began=self.clock.now(),
            actor=origin.actor,
            target=brief_values(call.resolved.visible(call.args)),
            approved=approved,
        )

    async def commit(self, intent: Intent) -> None:
        """Write down that an action begins, as often as it takes; what would act twice must be on the disk by then."""
        blind = not intent.idempotency_key
        changes = Changes(actor=intent.actor, at=intent.began, intents=[intent], durable=blind)
        await written(lambda: self.journal.commit(changes), self.clock)
