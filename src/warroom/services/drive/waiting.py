"""The waits of one plan: continues tasks when a wait is over, and parks the plan while only long ones are left."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from warroom.model.ids import TaskKey
from warroom.model.plan import FOR_PEOPLE, PlanState, TaskRecord, TaskState, Wait, WaitKind, job_of
from warroom.services.drive.committing import Committing
from warroom.services.drive.nesting import Nesting
from warroom.services.drive.perform import actor_of
from warroom.services.drive.session_state import SessionState
from warroom.services.ports.store import Changes, Fence

SHORT_WAIT = timedelta(seconds=5)  # a wait that ends sooner is waited out; a longer one parks the plan


class Waiting:
    """Finds the waits that are over, for one driver."""

    def __init__(self, state: SessionState, nesting: Nesting, committing: Committing) -> None:
        self._state = state
        self._nesting = nesting
        self._committing = committing
        self._parked_until = state.play.plan.wake_at  # a job for this moment is queued already

    def for_people(self) -> list[tuple[TaskRecord, Wait]]:
        """List the waits that a person ends."""
        return [(record, wait) for record, wait in self._waits() if wait.kind in FOR_PEOPLE]

    def next_wake(self) -> datetime | None:
        """Return when the next wait is over."""
        return min((wait.wake_at for _, wait in self._waits() if wait.wake_at), default=None)

    def is_short(self) -> bool:
        """Whether the next wait is over so soon that the plan is not parked."""
        wake_at = self.next_wake()
        return wake_at is not None and wake_at <= self._state.tools.clock.now() + SHORT_WAIT

    def wake_due(self, answered: Collection[TaskKey]) -> None:
        """Continue the tasks whose wait is over, except those that were answered just now."""
        now = self._state.tools.clock.now()
        for record, wait in self._waits():
            if wait.wake_at and wait.wake_at <= now and record.key not in answered:
                self._go_on(wait.kind, record)

    async def wake_released(self) -> None:
        """Continue the tasks whose halt has ended."""
        for kind, record in await self._state.tools.holding.released(self._waits()):
            self._go_on(kind, record)

    async def park(self, read_at: int) -> bool:
        """Leave the plan waiting; raises ConflictError when an answer came after `read_at`.

        Returns whether a halt ended just now: that did not wake the plan.
        """
        play, now = self._state.play, self._state.tools.clock.now()
        wake_at = self.next_wake()
        plan = replace(play.plan, state=PlanState.WAITING, worker=None, wake_at=wake_at)
        fence = Fence(plan=plan.id, epoch=plan.epoch, park_at_signal=read_at)
        jobs = [job_of(plan, wake_at)] if wake_at and wake_at != self._parked_until else []
        await self._committing.write(Changes(actor=actor_of(plan), at=now, fence=fence, plans=[plan], jobs=jobs))
        play.plan = plan
        return bool(await self._state.tools.holding.released(self._waits()))

    def _waits(self) -> list[tuple[TaskRecord, Wait]]:
        return [] if self._state.stop else self._state.play.waits(self._state.inflight.keys)

    def _go_on(self, kind: WaitKind, record: TaskRecord) -> None:
        """Continue a task whose wait is over."""
        play, tools = self._state.play, self._state.tools
        starting, plan, launch = play.starting(record.key), play.plan, self._state.inflight.launch
        match kind:
            case WaitKind.POLL:
                # A poll that is an action, and was cut off, is asked about first.
                doubt = self._state.ledger.in_doubt(record.key, keyed=False)
                poll, ask = tools.holding.poll, tools.approval.ask_about
                launch(record.key, ask(plan, record, doubt) if doubt else poll(plan, starting, record))
            case WaitKind.LOOP:
                turn = tools.frames.next_turn(plan, starting, record)
                launch(record.key, self._nesting.or_failed(record.key, turn))
            case WaitKind.APPROVAL:
                launch(record.key, tools.approval.expire(plan, record))
            case _:
                play.update(replace(record, state=TaskState.IN_PROGRESS, wait=None))
                self._state.again.append(starting)
