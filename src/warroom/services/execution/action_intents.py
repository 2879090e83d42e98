"""The actions that running code calls: held during a pause, recorded before they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.model.errors import ConflictError
from warroom.model.ids import TaskKey, nested_key
from warroom.model.plan import Approved, Intent
from warroom.services.approvals.halting import Halting
from warroom.services.commands.targets import Target
from warroom.services.execution.call import Actions, Call
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes
from warroom.services.secrecy.shortening import shortened_values
from warroom.services.writing.commit_retry import written
from warroom.services.writing.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionIntents:
    """Sends the actions of running code, one by one."""

    halting: Halting
    journal: Journal
    clock: Clock

    async def refuse(self, call: Call, targets: Sequence[Target], actions: Actions) -> None:
        """Raise ConflictError when a call is held; `actions` keep it even when the code catches the error."""
        if held := await self.halting.over(call.resolved, targets):
            actions.held.append(held)
            raise ConflictError(held.refusal)

    async def note(self, call: Call, targets: Sequence[Target], actions: Actions, approved: Approved | None) -> None:
        """Commit the intent of an action before it is called; after a restart a person is asked unless it has a key."""
        if not call.resolved.is_action:
            return
        async with self.halting.sending():
            await self.refuse(call, targets, actions)
            if call.origin.plan is not None and call.origin.task is not None:
                key = nested_key(call.origin.task, len(actions.intents) + 1)
                intent = self.intent(call, key, call.idempotency_key, approved)
                actions.intents.append(intent)  # before the first await: threads of the code call side by side
                await self.commit(intent)

    def intent(self, call: Call, key: TaskKey, idempotency_key: str, approved: Approved | None) -> Intent:
        """Make the intent of a call that is sent now; without a key where the command takes no idempotency key."""
        origin = call.origin
        assert origin.plan is not None  # checked by the caller
        return Intent(
            plan=origin.plan,
            key=key,
            attempt=origin.attempt,
            command=call.name,
            idempotency_key=idempotency_key if call.resolved.is_keyed else "",
            started=self.clock.now(),
            actor=origin.actor,
            target=shortened_values(call.resolved.visible(call.args)),
            approved=approved,
        )

    async def commit(self, intent: Intent) -> None:
        """Commit an action's intent, through outages; that of an action without a key is on the disk afterwards."""
        blind = not intent.idempotency_key
        changes = Changes(actor=intent.actor, at=intent.started, intents=[intent], durable=blind)
        await written(lambda: self.journal.commit(changes), self.clock)
