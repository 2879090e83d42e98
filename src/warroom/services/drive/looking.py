"""Takes the next look of a scheduled command: on the instance where it began, as an action where it is another one."""

from dataclasses import dataclass, replace

from warroom.model.errors import WarroomError
from warroom.model.ids import look_key, task_of
from warroom.model.json import JsonObject
from warroom.model.plan import Intent
from warroom.services.execution.binding import name_now
from warroom.services.execution.call import Call, Effects, Outcome
from warroom.services.execution.departure import Departure
from warroom.services.execution.executor import Executor
from warroom.services.execution.look_up import look_up
from warroom.services.journal import Journal
from warroom.services.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Looker:
    """Takes looks, one at a time."""

    executor: Executor
    journal: Journal
    clock: Clock

    async def look(self, call: Call, look: JsonObject) -> Outcome:
        """Run a look for the task whose call it is."""
        args = look["args"] | (self.executor.store.unseal(look["sealed"]) if look.get("sealed") else {})
        resolved = look_up(self.executor.library.catalogue, str(look["command"]), using_brand=call.controls.using_brand)
        line = look.get("line")  # a look that an earlier version left has none
        again = replace(call, resolved=resolved, args=args, line=line, is_carried=True)
        intents: list[Intent] = []
        effects = Effects()
        try:
            again = await self._at_home(again, look)
            if resolved.is_action and resolved.name != call.name:  # one that nobody has weighed, and that began nowhere
                intents.append(await self._begun(again, effects))
            outcome = await self.executor.run(again)
        except WarroomError as error:  # what the other looks found is kept
            outcome = await self.executor.error_outcome(again, str(error))
        return replace(outcome, intents=[*intents, *outcome.intents], held=[*effects.held, *outcome.held])

    async def _at_home(self, call: Call, look: JsonObject) -> Call:
        """Send it to the instance in which it began; one that an earlier version left knows only the name."""
        using = str(look["instance"])
        if using and look.get("instance_id"):
            using = name_now(await self.journal.instances(), using, str(look["instance_id"]))
        return replace(call, controls=replace(call.controls, using=using or call.controls.using))

    async def _begun(self, call: Call, effects: Effects) -> Intent:
        """Let the action pass, and commit that it is about to run: a restart asks before it is repeated (design D4)."""
        approved = await self.executor.let_pass(call)
        plan, task = call.origin.plan, call.origin.task
        assert plan is not None
        assert task is not None
        earlier = sum(task_of(intent.key) == task for intent in await self.executor.store.intents(plan))
        halting = self.executor.gate.halting
        departure = Departure(halting=halting, journal=self.journal, clock=self.clock)
        own_key = str(call.args.get("idempotency_key") or "")  # the task's belongs to another command
        intent = departure.intent(call, look_key(task, earlier + 1), own_key, approved)
        async with halting.departing():
            await departure.refuse(call, await self.executor.targets(call), effects)
            await departure.commit(intent)
        return intent
