"""Runs the next poll of a scheduled command on the instance where it began; one that acts is a new action."""

from dataclasses import dataclass, replace

from warroom.model.errors import WarroomError
from warroom.model.ids import poll_key, task_of
from warroom.model.json import JsonObject
from warroom.services.commands.binding import name_now
from warroom.services.execution.action_intents import ActionIntents
from warroom.services.execution.call import Actions, Call, Outcome
from warroom.services.execution.executor import Executor
from warroom.services.execution.look_up import look_up
from warroom.services.ports.clock import Clock
from warroom.services.writing.journal import Journal


@dataclass(frozen=True, slots=True)
class Poller:
    """Runs polls, one at a time."""

    executor: Executor
    journal: Journal
    clock: Clock

    async def poll(self, call: Call, poll: JsonObject) -> Outcome:
        """Run a poll for its task."""
        args = poll["args"] | (self.executor.store.unseal(poll["sealed"]) if poll.get("sealed") else {})
        resolved = look_up(self.executor.library.catalogue, str(poll["command"]), using_brand=call.controls.using_brand)
        line = poll.get("line")  # a poll stored by an earlier version has none
        again = replace(call, resolved=resolved, args=args, line=line, is_carried=True, is_poll=True)
        actions = Actions()
        try:
            again = await self._at_home(again, poll)
            if resolved.is_action and resolved.name != call.name:  # an action that was neither checked nor begun
                await self._start(again, actions)
            outcome = await self.executor.run(again)
        except WarroomError as error:  # the results of the other polls are kept
            outcome = await self.executor.error_outcome(again, str(error))
        return actions.outcome + outcome

    async def _at_home(self, call: Call, poll: JsonObject) -> Call:
        """Bind it to the instance in which it began; a poll that an earlier version stored has only the name."""
        using = str(poll["instance"])
        if using and poll.get("instance_id"):
            using = name_now(await self.journal.instances(), using, str(poll["instance_id"]))
        return replace(call, controls=replace(call.controls, using=using or call.controls.using))

    async def _start(self, call: Call, actions: Actions) -> None:
        """Check the action at the gate and commit its intent: after a restart it is not repeated unasked (D4)."""
        approved = await self.executor.let_pass(call)
        plan, task = call.origin.plan, call.origin.task
        assert plan is not None
        assert task is not None
        earlier = sum(task_of(intent.key) == task for intent in await self.executor.store.intents(plan))
        halting = self.executor.gate.halting
        action_intents = ActionIntents(halting=halting, journal=self.journal, clock=self.clock)
        own_key = str(call.args.get("idempotency_key") or "")  # the task's belongs to another command
        intent = action_intents.intent(call, poll_key(task, earlier + 1), own_key, approved)
        async with halting.sending():
            await action_intents.refuse(call, await self.executor.targets(call), actions)
            await action_intents.commit(intent)
        actions.intents.append(intent)
