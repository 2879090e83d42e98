"""A plan's action during a halt: it waits durably, and then runs exactly once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from warroom.model.entry import Entry
from warroom.model.errors import WarroomError
from warroom.model.halt import HeldAction
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanKind, PlanRecord, TaskRecord, Wait, WaitKind
from warroom.services.approvals.halting import Halting
from warroom.services.drive.perform import PLAYBOOK_ACTOR, UNKNOWN_CHOICES, Performer
from warroom.services.drive.performed import Failed, Performed, Ready, Waits
from warroom.services.drive.play import Play, Starting
from warroom.services.execution.call import Outcome
from warroom.services.writing.lines import Line

HELD = "held"  # the key of the held action in a wait's data


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Holds the actions of plans; commits nothing."""

    performer: Performer
    halting: Halting

    @asynccontextmanager
    async def sending(self, play: Play, ended: Sequence[Performed]) -> AsyncIterator[Sequence[Performed]]:
        """Yield what has ended, with each action that is ready and paused waiting; commit it inside of this."""
        if not any(isinstance(one.ending, Ready) for one in ended):
            yield ended
            return
        async with self.halting.sending():
            yield [await self._let_out(play, one) for one in ended]

    async def _let_out(self, play: Play, performed: Performed) -> Performed:
        if not isinstance(performed.ending, Ready):
            return performed
        call, record = performed.ending.call, play.records[performed.key]
        try:
            targets = await self.performer.executor.targets(call)
        except WarroomError:  # something that it needs was just removed; its run reports that
            return performed
        held = await self.halting.over(call.resolved, targets)
        if held is None:
            return performed
        if _is_refused(play.plan, record):
            outcome = await self.performer.executor.error_outcome(call, held.refusal)
            return Performed(key=record.key, ending=Failed(held.refusal), outcome=outcome, has_run=False)
        wait = Wait(kind=WaitKind.PAUSED, since=self.performer.clock.now(), data={HELD: self._held_json(held)})
        waiting = Performed(key=record.key, ending=Waits(wait), inputs=call.resolved.visible(call.args), has_run=False)
        return replace(waiting, outcome=Outcome(entries=[await self._line(play.plan, record, held)]))

    async def perform(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Perform a task; code that called a paused action runs again after the pause."""
        performed = await self.performer.perform(plan, starting, record)
        return await self._after_code(plan, starting, record, performed)

    async def poll(self, plan: PlanRecord, starting: Starting, record: TaskRecord) -> Performed:
        """Run the next poll of a scheduled command, unless it may change something and is paused."""
        assert record.wait is not None
        if held := await self._held_look(record.wait):
            told = Outcome(entries=[await self._line(plan, record, held)])
            ending = Waits(self._put_off(record.wait, held))
            return Performed(key=record.key, ending=ending, outcome=told, attempts=record.attempts, has_run=False)
        performed = await self.performer.poll(plan, starting, record)
        return await self._after_code(plan, starting, record, performed)

    async def released(self, waits: Sequence[tuple[TaskRecord, Wait]]) -> list[tuple[WaitKind, TaskRecord]]:
        """Return the tasks that are no longer held, and what each does now."""
        paused = [(record, wait) for record, wait in waits if wait.kind is WaitKind.PAUSED]
        return [
            self._taken_up(record, wait)
            for record, wait in paused
            if not await self.halting.over_named(
                wait.data[HELD]["command"], tuple(wait.data[HELD]["instances"]), tuple(wait.data[HELD]["ids"])
            )
        ]

    async def _held_look(self, wait: Wait) -> HeldAction | None:
        for poll in wait.data["looks"]:
            command, instance, which = (str(poll.get(name) or "") for name in ("command", "instance", "instance_id"))
            if self.performer.look_up(command).is_action:
                held = await self.halting.over_named(
                    command, (instance,) if instance else (), (which,) if which else ()
                )
                if held:
                    return held
        return None

    async def _after_code(
        self, plan: PlanRecord, starting: Starting, record: TaskRecord, performed: Performed
    ) -> Performed:
        """Decide what follows when code called a held action: rerun it if that repeats nothing, else ask a person."""
        outcome = performed.outcome
        if not outcome.held or _is_refused(plan, record):
            return performed
        held = outcome.held[0]
        blind = [intent.command for intent in outcome.intents if not intent.idempotency_key]
        if starting.ready and starting.ready.call.resolved.acts_blindly:
            blind.append(starting.ready.call.name)
        if blind:
            return replace(performed, ending=Waits(self._doubt(record, blind[0], held)), attempts=record.attempts + 1)
        now = self.performer.clock.now()
        wait = record.wait if record.wait and record.wait.kind is WaitKind.POLL else None
        again = self._put_off(wait, held) if wait else Wait(kind=WaitKind.PAUSED, since=now, data={})
        return Performed(
            key=record.key,
            ending=Waits(replace(again, data={**again.data, HELD: self._held_json(held)})),
            outcome=Outcome(entries=[await self._line(plan, record, held)], intents=outcome.intents),
            inputs=performed.inputs,
            attempts=record.attempts,
        )

    def _doubt(self, record: TaskRecord, done: str, held: HeldAction) -> Wait:
        question = (
            f"{record.name!r} has run `{done}`; then {held.refusal} Run again, it would do `{done}` once more. Say"
            " what it is to do."
        )
        data: JsonObject = {"question": question, "options": list(UNKNOWN_CHOICES)}
        return Wait(kind=WaitKind.UNKNOWN, since=self.performer.clock.now(), data=data)

    def _put_off(self, wait: Wait, held: HeldAction) -> Wait:
        """Extend a wait for a poll until the halt ends; its time limit is extended too."""
        return replace(wait, kind=WaitKind.PAUSED, wake_at=None, data={**wait.data, HELD: self._held_json(held)})

    def _taken_up(self, record: TaskRecord, wait: Wait) -> tuple[WaitKind, TaskRecord]:
        if "looks" not in wait.data:
            return WaitKind.RETRY, record
        now = self.performer.clock.now()
        stood = now - datetime.fromisoformat(wait.data[HELD]["at"])
        poll = replace(
            wait,
            kind=WaitKind.POLL,
            wake_at=now,
            deadline=wait.deadline + stood if wait.deadline else None,
            data={name: value for name, value in wait.data.items() if name != HELD},
        )
        return WaitKind.POLL, replace(record, wait=poll)

    def _held_json(self, held: HeldAction) -> Json:
        return {
            "command": held.command,
            "instances": list(held.instances),
            "ids": list(held.instance_ids),
            "why": held.halt.said,
            "end": held.halt.end,
            "at": self.performer.clock.now().isoformat(),
        }

    async def _line(self, plan: PlanRecord, record: TaskRecord, held: HeldAction) -> Entry:
        line = Line(
            incident=plan.incident,
            text=f"{record.name!r} waits: {held.refusal}",
            at=self.performer.clock.now(),
            actor=PLAYBOOK_ACTOR,
            plan=plan.id,
            task=record.key,
        )
        return await line.entry(self.performer.executor.store)


def _is_refused(plan: PlanRecord, record: TaskRecord) -> bool:
    """Whether an action is refused instead of held: a typed one is, at once; an approved one waits."""
    return plan.kind is PlanKind.COMMAND and not record.approved
