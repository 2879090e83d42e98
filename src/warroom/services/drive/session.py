"""One driver playing one plan: start what is ready, commit what ended, park when only waits are left (design D3)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar, assert_never

from warroom.content.playbook import Playbook, TaskKind
from warroom.model.errors import ConflictError, StaleEpochError, WarroomError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import (
    ENDED,
    FOR_PEOPLE,
    Answer,
    Frame,
    Intent,
    PlanRecord,
    PlanState,
    TaskRecord,
    TaskState,
    Wait,
    WaitKind,
    leg_of,
)
from warroom.playbook import Event, PlanStarted
from warroom.services.drive.answering import answered
from warroom.services.drive.batch import Batch
from warroom.services.drive.deaths import after_death, of_workers
from warroom.services.drive.edits import edit_of, together
from warroom.services.drive.ended import event_of
from warroom.services.drive.inflight import Inflight
from warroom.services.drive.ledger import Ledger, intents_of
from warroom.services.drive.perform import RUN_AGAIN, actor_of
from warroom.services.drive.performed import Done, Failed, NextTurn, Performed, Ready, Unavailable, Waits
from warroom.services.drive.play import FrameRun, Play, Starting, looked_up, split
from warroom.services.drive.stopping import ending, finished, stop_among
from warroom.services.drive.tools import Tools
from warroom.services.journal import NO_EDITS, Edit
from warroom.services.patience import written
from warroom.services.ports.store import Changes, Fence

NO_PLAYBOOK = "There is no playbook {!r}; its branch is skipped."
PATIENCE = timedelta(seconds=5)  # a wait that ends sooner is waited out; a longer one parks the plan

_T = TypeVar("_T")


class Session:
    """Plays one claimed plan until it ends or only waits are left."""

    def __init__(self, tools: Tools, play: Play, nudge: asyncio.Event, wake: Callable[[PlanId], None]) -> None:
        self._tools = tools
        self._play = play
        self._claimed_signal = play.plan.signal
        self._nudge = nudge
        self._wake = wake  # has somebody look at a plan
        self._stop: Answer | None = None  # another playbook takes this one's place: nothing starts any more
        self._inflight = Inflight(nudge)
        self._launch = self._inflight.launch
        self._actor = actor_of(play.plan)
        self._ledger = Ledger()
        self._signal_read = -1  # the plan's signal when the answers were last read
        self._missed_signal = False  # parking was refused: an answer came that nobody has looked at
        self._parked_until = play.plan.wake_at  # a leg for this moment is queued already
        self._again: list[Starting] = []  # tasks whose next try is due; like any start, it is committed first
        self._closing: list[TaskKey] = []  # sub-playbooks that have ended; closed once that is committed
        self._given_up: list[Intent] = []  # of which a person says that the action is to run again

    async def run(self) -> PlanRecord:
        """Play; gives the plan as it was left. Raises StaleEpochError when another driver has taken over."""
        try:
            if not await self._is_stopped():
                await self._begin()
                await self._settle(await self._answers())
            while not await self._rest():
                await self._settle(await self._next_ended())
        finally:
            await self._inflight.cancel()
            self._tools.weighing.gate.grants.forget(self._play.plan.id)
        return self._play.plan

    async def _is_stopped(self) -> bool:
        if self._play.plan.signal:
            self._stop = stop_among(await self._tools.store.answers(self._play.plan.id))
        return self._stop is not None

    async def _begin(self) -> None:
        """Start a new plan, or take up what an earlier driver left under way."""
        self._ledger = Ledger(await self._tools.store.intents(self._play.plan.id))
        batch = Batch()
        left = self._play.under_way()
        if not self._play.records:
            batch.starting = self._tell(self._play.root.key(""), PlanStarted())
        for record in left:
            self._resume(record, batch)
        await self._commit(batch)

    def _resume(self, record: TaskRecord, batch: Batch) -> None:
        starting = self._play.starting(record.key)
        if record.state is TaskState.WAITING:
            self._is_set_aside(record, batch)
            return
        if starting.task.kind is TaskKind.PLAYBOOK and record.frame:
            child = self._play.child(record.key)
            if not child.work.marks:
                batch.starting += self._play.tell(child, PlanStarted(), self._tools.clock.now())
            elif child.state is not PlanState.IN_PROGRESS:
                self._closing.append(record.key)
            return
        resolved = looked_up(self._tools.library.catalogue, starting).resolved
        if intent := self._ledger.in_doubt(record.key, keyed=bool(resolved and resolved.is_keyed)):
            self._launch(record.key, self._tools.weighing.ask_about(self._play.plan, record, intent))
            return
        if not self._is_set_aside(record, batch):
            batch.starting.append(starting)

    def _is_set_aside(self, record: TaskRecord, batch: Batch) -> bool:
        if aside := after_death(self._play, record, self._tools.set_aside_after, self._tools.clock.now()):
            self._take(aside, batch)
        return aside is not None

    async def _next_ended(self) -> list[Performed]:
        """Wait until a task has ended, a wait is over, or an answer has come."""
        wake_at = self._next_wake()
        await self._inflight.wait(*([self._tools.clock.sleep_until(wake_at)] if wake_at else ()))
        self._missed_signal |= self._nudge.is_set() or not self._tools.store.exclusive
        self._nudge.clear()
        answered = await self._answers()  # first: a request that was answered in time does not expire
        self._wake_due(answered)  # before the ended ones leave: what has just ended has not told its row yet
        return self._inflight.take() + answered

    async def _settle(self, ended: Sequence[Performed]) -> None:
        async with self._tools.holding.departing(self._play, ended) as let_out:
            await self._take_all(let_out)

    async def _take_all(self, ended: Sequence[Performed]) -> None:
        batch = Batch(performed=list(ended), starting=self._again, intents=self._given_up)
        self._again, self._given_up = [], []
        for performed in batch.performed:
            self._take(performed, batch)
        stops = [stop for one in batch.replacements() for stop in one.stops if stop.plan == self._play.plan.id]
        self._stop = self._stop or stop_among(stops)
        if self._stop:
            batch.starting, self._closing = [], []
        await self._commit(batch)

    def _take(self, performed: Performed, batch: Batch) -> None:
        """Bring rows and machine up to what came of a task."""
        play, now = self._play, self._tools.clock.now()
        record = play.records[performed.key]
        told: dict[str, Any] = {"attempts": performed.attempts or record.attempts, "deaths": 0}
        if performed.inputs is not None:
            told["inputs"] = performed.inputs
        batch.entries += performed.outcome.entries
        if edit := edit_of(performed, self._tools.library.catalogue, now):
            batch.edits.append(edit)
        batch.intents += self._ledger.ended(performed, now)
        match performed.ending:
            case Ready():
                batch.starting.append(replace(play.starting(performed.key), ready=performed.ending))
            case Waits(wait):
                told |= {"state": TaskState.WAITING, "wait": wait, "error": performed.outcome.error}
                play.update(replace(record, **told, worker_deaths=of_workers(record, performed.outcome)))
            case NextTurn(frame, playbook):
                play.update(replace(record, state=TaskState.IN_PROGRESS, wait=None, **told))
                batch.starting += self._begin_frame(play.open_frame(performed.key, frame, playbook))
            case Done() | Failed() | Unavailable():
                event, told["error"] = event_of(split(performed.key)[1], performed.ending)
                play.update(replace(record, approved="", **told))
                batch.starting += self._tell(performed.key, event)
            case _:
                assert_never(performed.ending)

    def _tell(self, key: TaskKey, event: Event) -> list[Starting]:
        """Tell the frame's machine; a sub-playbook that ends with this is closed next."""
        run = self._play.frames[split(key)[0]]
        starting = self._play.tell(run, event, self._tools.clock.now())
        if run.state is not PlanState.IN_PROGRESS and run.prefix:
            self._closing.append(run.owner)
        return starting

    def _take_closing(self) -> list[TaskKey]:
        closing, self._closing = self._closing, []
        return closing

    async def _close(self, owner: TaskKey) -> Performed:
        parent = self._play.frames[split(owner)[0]]
        return await self._or_failed(owner, self._tools.frames.close(self._play.plan, self._play.child(owner), parent))

    async def _or_failed(self, key: TaskKey, work: Awaitable[Performed]) -> Performed:
        """Do it, or end the task with the reason why it cannot be done."""
        try:
            return await work
        except WarroomError as error:
            return await self._fail(self._play.starting(key), str(error))

    async def _commit(self, batch: Batch) -> None:
        """Write what ended and what starts now in one commit, then start it: an action never runs before its intent."""
        starting = await self._open_frames(batch)
        now = self._tools.clock.now()
        begun = intents_of(starting, self._play, now)
        self._ledger.begin(*begun)
        plan, replacements = finished(self._play, now), batch.replacements()
        changes = Changes(
            actor=self._actor,
            at=now,
            fence=Fence(plan=self._play.plan.id, epoch=self._play.plan.epoch),
            entries=batch.entries,
            patches=batch.patches(),
            tasks=self._play.take_changed(),
            intents=[*batch.intents, *begun],
            plans=[*([plan] if plan else ()), *(one.plan for one in replacements)],
            answers=[stop for one in replacements for stop in one.stops],
            legs=[leg for one in replacements for leg in one.legs],
            durable=bool(begun),
        )
        edits = batch.edits_by_incident(self._play.plan.incident)
        if changes.tasks or changes.entries or changes.plans or changes.intents or edits:
            await self._write(changes, edits)
        self._play.plan = plan or self._play.plan
        for touched in (plan_id for one in replacements for plan_id in one.touched):
            self._wake(touched)
        for owner in self._take_closing():  # only now is what their last tasks wrote in the context
            self._launch(owner, self._close(owner))
        for item in starting:
            self._launch(item.key, self._work(item))

    def _work(self, item: Starting) -> Awaitable[Performed]:
        """What a task does next: an action is weighed first, and runs once its intent is committed."""
        plan, record = self._play.plan, self._play.records[item.key]
        if item.ready is None and item.resolved and item.resolved.is_action:
            return self._tools.weighing.weigh(plan, item, record)
        return self._tools.holding.perform(plan, item, record)

    async def _write(self, changes: Changes, edits: Mapping[IncidentId, Edit] = NO_EDITS) -> None:
        await self._patiently(lambda: self._tools.journal.commit(changes, edits))

    async def _patiently(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        return await written(ask, self._tools.clock)  # what has ended meanwhile must not be lost

    async def _open_frames(self, batch: Batch) -> list[Starting]:
        """Open the sub-playbooks among the starting tasks; what they start counts as starting too."""
        ready: list[Starting] = []
        todo = list(batch.starting)
        while todo:
            item = todo.pop(0)
            if item.task.kind is not TaskKind.PLAYBOOK:
                ready.append(item if item.ready else looked_up(self._tools.library.catalogue, item))
                continue
            if item.task.skip_unavailable and not self._tools.library.catalogue.find_playbook(item.task.playbook):
                self._launch(item.key, self._skip(item))
                continue
            try:
                frame, playbook = await self._patiently(partial(self._opened, item, batch))
            except WarroomError as error:
                self._play.update(replace(self._play.records[item.key], error=str(error)))
                self._launch(item.key, self._fail(item, str(error)))
                continue
            todo += self._begin_frame(self._play.open_frame(item.key, frame, playbook))
        return ready

    async def _opened(self, item: Starting, batch: Batch) -> tuple[Frame, Playbook]:
        return await self._tools.frames.open(self._play.plan, item, batch.patches(), together(batch.edits))

    def _begin_frame(self, run: FrameRun) -> list[Starting]:
        """Start a sub-playbook; one with nothing to do is closed next."""
        starting = self._play.tell(run, PlanStarted(), self._tools.clock.now())
        if run.state is not PlanState.IN_PROGRESS:
            self._closing.append(run.owner)
        return starting

    async def _fail(self, starting: Starting, message: str) -> Performed:
        return await self._tools.performer.fail(self._play.plan, starting, self._play.records[starting.key], message)

    async def _skip(self, starting: Starting) -> Performed:
        return Performed(key=starting.key, ending=Unavailable(NO_PLAYBOOK.format(starting.task.playbook)))

    # -- waiting and parking ------------------------------------------------------------------------------------------

    async def _rest(self) -> bool:
        """Whether this driver is through: the plan has ended, or only longer waits are left and it is parked."""
        if self._play.plan.state in ENDED:
            return True
        if self._inflight:
            return False
        if self._stop:
            changes = await ending(self._tools.store, self._play, self._stop, self._tools.clock.now())
            await self._write(changes)
            (self._play.plan,) = changes.plans
            return True
        wake_at = self._next_wake()
        if wake_at and wake_at <= self._tools.clock.now() + PATIENCE:
            return False
        plan = replace(self._play.plan, state=PlanState.WAITING, worker=None, heartbeat=None, wake_at=wake_at)
        fence = Fence(plan=plan.id, epoch=plan.epoch, park_at_signal=max(self._signal_read, self._claimed_signal))
        legs = [leg_of(plan, wake_at)] if wake_at and wake_at != self._parked_until else []
        parking = Changes(actor=self._actor, at=self._tools.clock.now(), fence=fence, plans=[plan], legs=legs)
        try:
            await self._write(parking)
        except StaleEpochError:
            raise
        except ConflictError:
            self._missed_signal = True  # an answer came in the last moment; read it and go on
            self._nudge.set()
            return False
        self._play.plan = plan
        if await self._tools.holding.released(self._waits()):  # a halt that ended just now has not seen it waiting
            self._wake(plan.id)
        return True

    def _waits(self) -> list[tuple[TaskRecord, Wait]]:
        return [] if self._stop else self._play.waits(self._inflight.keys)

    def _next_wake(self) -> datetime | None:
        return min((wait.wake_at for _, wait in self._waits() if wait.wake_at), default=None)

    def _wake_due(self, answered: Sequence[Performed]) -> None:
        now, keys = self._tools.clock.now(), {performed.key for performed in answered}
        for record, wait in self._waits():
            if wait.wake_at and wait.wake_at <= now and record.key not in keys:
                self._go_on(wait.kind, record)

    def _go_on(self, kind: WaitKind, record: TaskRecord) -> None:
        """Go on with a task whose wait is over."""
        starting, plan = self._play.starting(record.key), self._play.plan
        if kind is WaitKind.POLL:
            doubt = self._ledger.in_doubt(record.key, keyed=False)  # a look that is an action, and was cut off
            look, ask = self._tools.holding.look, self._tools.weighing.ask_about
            self._launch(record.key, ask(plan, record, doubt) if doubt else look(plan, starting, record))
        elif kind is WaitKind.LOOP:
            self._launch(record.key, self._or_failed(record.key, self._tools.frames.next_turn(plan, starting, record)))
        elif kind is WaitKind.APPROVAL:
            self._launch(record.key, self._tools.weighing.expire(plan, record))
        else:
            self._play.update(replace(record, state=TaskState.IN_PROGRESS, wait=None))
            self._again.append(starting)

    async def _answers(self) -> list[Performed]:
        """Take the answers that have come for tasks that wait for a person; what is paused no more goes on."""
        for kind, released in await self._tools.holding.released(self._waits()):
            self._go_on(kind, released)
        asked = [(record, wait) for record, wait in self._waits() if wait.kind in FOR_PEOPLE]
        if not asked and not self._missed_signal:
            return []
        self._missed_signal = False
        signal = (await self._patiently(lambda: self._tools.store.plan(self._play.plan.id))).signal
        if signal == self._signal_read:
            return []
        self._signal_read = signal
        answers = await self._patiently(lambda: self._tools.store.answers(self._play.plan.id))
        self._stop = self._stop or stop_among(answers)
        given = {(answer.key, answer.attempt): answer for answer in answers}
        ended = []
        for record, wait in () if self._stop else asked:
            answer = given.get((record.key, record.attempts))
            if answer and (performed := self._answer(record, wait, answer)):
                ended.append(performed)
        return ended

    def _answer(self, record: TaskRecord, wait: Wait, answer: Answer) -> Performed | None:
        self._play.hasten()
        if wait.kind is WaitKind.PERSON:
            return answered(record, wait, answer, self._play, self._tools.library.catalogue)
        if wait.kind is WaitKind.UNKNOWN and answer.choice == RUN_AGAIN:
            self._given_up += self._ledger.given_up(record.key, answer, self._tools.clock.now())
        next_step = self._tools.weighing.after_answer(record, wait, answer)
        if isinstance(next_step, Performed):
            return next_step
        self._play.update(next_step.record)
        if next_step.record.state is TaskState.IN_PROGRESS:
            self._again.append(self._play.starting(record.key))
        return None
