"""One driver playing one plan: start what is ready, commit what ended, park when only waits are left (design D3)."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, assert_never

from warroom.content.playbook import TaskKind
from warroom.model.errors import ConflictError, StaleEpochError
from warroom.model.ids import PlanId
from warroom.model.plan import ENDED, PlanRecord, TaskRecord, TaskState
from warroom.playbook import PlanStarted
from warroom.services.drive.answers import Answers
from warroom.services.drive.batch import Batch
from warroom.services.drive.committing import Committing
from warroom.services.drive.deaths import after_death, of_workers
from warroom.services.drive.edits import edit_of
from warroom.services.drive.ended import event_of
from warroom.services.drive.inflight import Inflight
from warroom.services.drive.ledger import Ledger
from warroom.services.drive.nesting import Nesting
from warroom.services.drive.performed import Done, Failed, NextTurn, Performed, Ready, Unavailable, Waits
from warroom.services.drive.play import Play, looked_up, split
from warroom.services.drive.session_state import SessionState
from warroom.services.drive.stopping import stop_among
from warroom.services.drive.tools import Tools
from warroom.services.drive.waiting import Waiting
from warroom.services.execution.call import Outcome


class Session:
    """Plays one claimed plan until it ends or only waits are left."""

    def __init__(self, tools: Tools, play: Play, nudge: asyncio.Event, wake: Callable[[PlanId], None]) -> None:
        self._tools = tools
        self._play = play
        self._nudge = nudge
        self._wake = wake  # wakes a plan
        self._state = SessionState(tools=tools, play=play, inflight=Inflight(nudge))
        self._nesting = Nesting(self._state)
        self._committing = Committing(self._state, self._nesting, wake)
        self._waiting = Waiting(self._state, self._nesting, self._committing)
        self._answers = Answers(self._state, self._waiting)

    async def run(self) -> PlanRecord:
        """Play the plan and return it as it was left. Raises StaleEpochError when another driver has taken over."""
        try:
            if not await self._answers.find_stop():
                await self._start()
                await self._settle(await self._answered())
            while not await self._rest():
                await self._settle(await self._next_ended())
        finally:
            await self._state.inflight.cancel()
            self._tools.approval.gate.grants.forget(self._play.plan.id)
        return self._play.plan

    async def _start(self) -> None:
        """Start a new plan, or take up what an earlier driver left under way."""
        self._state.ledger = Ledger(await self._tools.store.intents(self._play.plan.id))
        batch = Batch()
        left = self._play.under_way()
        if not self._play.records:
            batch.starting = self._nesting.tell(self._play.root.key(""), PlanStarted())
        for record in left:
            self._resume(record, batch)
        await self._committing.commit(batch)

    def _resume(self, record: TaskRecord, batch: Batch) -> None:
        starting = self._play.starting(record.key)
        if record.state is TaskState.WAITING:
            self._is_set_aside(record, batch)
            return
        if starting.task.kind is TaskKind.PLAYBOOK and record.frame:
            batch.starting += self._nesting.resume(record.key)
            return
        resolved = looked_up(self._tools.library.catalogue, starting).resolved
        if intent := self._state.ledger.in_doubt(record.key, keyed=bool(resolved and resolved.is_keyed)):
            self._state.inflight.launch(record.key, self._tools.approval.ask_about(self._play.plan, record, intent))
            return
        if not self._is_set_aside(record, batch):
            batch.starting.append(starting)

    def _is_set_aside(self, record: TaskRecord, batch: Batch) -> bool:
        if aside := after_death(self._play, record, self._tools.set_aside_after, self._tools.clock.now()):
            self._take(aside, batch)
        return aside is not None

    async def _next_ended(self) -> list[Performed]:
        """Wait until a task has ended, a wait is over, or there is an answer."""
        wake_at = self._waiting.next_wake()
        await self._state.inflight.wait(*([self._tools.clock.sleep_until(wake_at)] if wake_at else ()))
        if self._nudge.is_set() or not self._tools.store.exclusive:
            self._answers.miss()
        self._nudge.clear()
        answered = await self._answered()  # before expiry: a request that was answered in time does not expire
        # Before the ended ones are taken: their rows are not updated yet.
        self._waiting.wake_due({performed.key for performed in answered})
        return self._state.inflight.take() + answered

    async def _answered(self) -> list[Performed]:
        """Continue tasks whose pause is over, and apply answers to those that wait for a person."""
        await self._waiting.wake_released()
        return await self._answers.take()

    async def _settle(self, ended: Sequence[Performed]) -> None:
        async with self._tools.holding.sending(self._play, ended) as let_out:
            await self._take_all(let_out)

    async def _take_all(self, ended: Sequence[Performed]) -> None:
        state = self._state
        batch = Batch(Outcome(intents=state.given_up), starting=state.again)
        state.again, state.given_up = [], []
        for performed in ended:
            self._take(performed, batch)
        stops = [stop for one in batch.replacements() for stop in one.stops if stop.plan == self._play.plan.id]
        state.stop = state.stop or stop_among(stops)
        if state.stop:
            batch.starting = []
            self._nesting.forget()
        await self._committing.commit(batch)

    def _take(self, performed: Performed, batch: Batch) -> None:
        """Update rows and machine with the result of a task."""
        play, now = self._play, self._tools.clock.now()
        record = play.records[performed.key]
        told: dict[str, Any] = {"attempts": performed.attempts or record.attempts, "deaths": 0}
        if performed.inputs is not None:
            told["inputs"] = performed.inputs
        if edit := edit_of(performed, self._tools.library.catalogue, now):
            batch.edits.append(edit)
        batch.outcome += replace(performed.outcome, intents=self._state.ledger.ended(performed, now))
        match performed.ending:
            case Ready():
                batch.starting.append(replace(play.starting(performed.key), ready=performed.ending))
            case Waits(wait):
                told |= {"state": TaskState.WAITING, "wait": wait, "error": performed.outcome.error}
                play.update(replace(record, **told, worker_deaths=of_workers(record, performed.outcome)))
            case NextTurn(frame, playbook):
                play.update(replace(record, state=TaskState.IN_PROGRESS, wait=None, **told))
                batch.starting += self._nesting.start(play.open_frame(performed.key, frame, playbook))
            case Done() | Failed() | Unavailable():
                event, told["error"] = event_of(split(performed.key)[1], performed.ending)
                play.update(replace(record, approved="", **told))
                batch.starting += self._nesting.tell(performed.key, event)
            case _:
                assert_never(performed.ending)

    async def _rest(self) -> bool:
        """Whether this driver is done: the plan has ended, or only longer waits are left and it is parked."""
        if self._play.plan.state in ENDED:
            return True
        if self._state.inflight:
            return False
        if self._state.stop:
            await self._committing.end()
            return True
        return not self._waiting.is_short() and await self._park()

    async def _park(self) -> bool:
        try:
            is_released = await self._waiting.park(self._answers.read_at)
        except StaleEpochError:
            raise
        except ConflictError:  # an answer came in the last moment; read it and go on
            self._answers.miss()
            self._nudge.set()
            return False
        if is_released:
            self._wake(self._play.plan.id)
        return True
