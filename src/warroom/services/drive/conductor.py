"""The conductor of a process: claims plans, plays them side by side, and says when one has ended."""

import asyncio
from collections.abc import Awaitable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from warroom.model.entry import EntryType
from warroom.model.errors import NotFoundError, StaleEpochError, WarroomError
from warroom.model.ids import PlanId, WorkerId
from warroom.model.lane import Lane, lane_of
from warroom.model.plan import ENDED, FOR_PEOPLE, TASKS_UNDER_WAY, PlanKind, PlanRecord, PlanState, TaskState, WaitKind
from warroom.services.approvals.refusing import left_behind
from warroom.services.drive.perform import PLAYBOOK_ACTOR
from warroom.services.drive.places import Places, Ticket
from warroom.services.drive.play import Play
from warroom.services.drive.session import Session
from warroom.services.drive.stopping import closed
from warroom.services.drive.tools import Tools
from warroom.services.ports.leases import NOBODY
from warroom.services.ports.outage import OutageError
from warroom.services.ports.store import Changes, Fence
from warroom.services.secrecy.masking import Mask
from warroom.services.writing.commit_retry import COMMIT_RETRIES
from warroom.services.writing.lines import Line

LOOK_AGAIN = timedelta(seconds=0.5)
CONCURRENT_PLANS = 64
KEPT_FOR_PEOPLE = 16  # further ones: typed commands, and playbooks that go on because a person answered

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Driven:
    """A plan that this process drives, or will when it has a place."""

    ticket: Ticket
    nudge: asyncio.Event = field(default_factory=asyncio.Event)
    was_cut_off: bool = False  # by the death of its previous driver's process


class Conductor:
    """Drives plans in this process."""

    def __init__(self, tools: Tools, worker: WorkerId, concurrency: int = CONCURRENT_PLANS) -> None:
        self._tools = tools
        self._worker = worker
        self._places = Places(concurrency, kept=KEPT_FOR_PEOPLE, kept_for=Lane.ANSWERED)
        self._driving: dict[PlanId, tuple[asyncio.Task[None], _Driven]] = {}
        self.suspects = asyncio.Lock()  # after two deaths plans run one at a time, so that only the cause is set aside
        self._closing = False

    def start_soon(self, plan: PlanId, lane: Lane | None = None) -> None:
        """Drive a plan in this process at once; one that it drives already is woken to check for answers.

        Where others wait, the lane says who is next; the plan's own is that of people, or of its incident's severity.
        """
        if plan in self._driving:
            driven = self._driving[plan][1]
            driven.nudge.set()
            if lane is not None:
                self._places.hasten(driven.ticket, lane)
            return
        driven = _Driven(Ticket(Lane.ROUTINE if lane is None else lane))
        task = asyncio.create_task(self._drive(plan, driven), name=f"plan {plan}")
        self._driving[plan] = (task, driven)
        task.add_done_callback(lambda _: self._left(plan))

    async def drive(self, plan: PlanId, lane: Lane | None = None) -> None:
        """Drive a plan until it is parked or has ended; returns at once when another worker has it."""
        self.start_soon(plan, lane)
        while plan in self._driving:
            task, driven = self._driving[plan]
            if lane is not None:  # it may have been requested again, and wait for a second turn
                self._places.hasten(driven.ticket, lane)
            await asyncio.wait([task])

    async def see_through(self, plan: PlanId, lane: Lane | None = None) -> PlanRecord:
        """Drive a plan until it has ended or only people can move it, waiting out its parked times."""
        while True:
            await self.drive(plan, lane)
            record = await self._tools.store.plan(plan)
            wake_at = record.wake_at if record.state is PlanState.WAITING else None
            if record.state in ENDED or (record.state is PlanState.WAITING and await self._only_people(plan)):
                return record
            clock = self._tools.clock
            await clock.sleep_until(wake_at or clock.now() + LOOK_AGAIN)  # without a time, another worker drives it

    async def _only_people(self, plan: PlanId) -> bool:
        """Whether a waiting plan goes on only by an answer, the deadline for one, or the end of a halt."""
        waits = [task.wait for task in await self._tools.store.tasks(plan) if task.state is TaskState.WAITING]
        return all(wait is not None and wait.kind in {*FOR_PEOPLE, WaitKind.PAUSED} for wait in waits)

    async def close(self) -> None:
        """Stop driving; the next driver takes up what was under way."""
        self._closing = True
        tasks = [task for task, _ in self._driving.values()]
        for task in tasks:
            task.cancel()
        driven = list(self._driving)
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*map(self._leave, driven))

    async def _leave(self, plan: PlanId) -> None:
        """Release the plans that were under way: a regular shutdown does not count as a death of their tasks."""
        try:
            await self._tools.store.release(plan, self._worker)
        except (OutageError, WarroomError) as error:
            log.warning("a plan was left as if its driver had died", plan=plan, error=str(error))

    async def _drive(self, plan: PlanId, driven: _Driven) -> None:
        """Drive a plan; after an outage of the store it is claimed again and continues from what the store has."""
        for pause in COMMIT_RETRIES:
            outage = await self._outage_of(self._in_turn(plan, driven))
            if outage is None:
                return
            log.warning("a plan waits for the database", plan=plan, seconds=pause.total_seconds(), error=outage)
            await self._tools.clock.sleep_until(self._tools.clock.now() + pause)

    async def _outage_of(self, work: Awaitable[None]) -> str | None:
        try:
            await work
        except OutageError as outage:
            return str(outage)
        return None

    async def _in_turn(self, plan: PlanId, driven: _Driven) -> None:
        with suppress(NotFoundError):  # the claim raises it again
            await self._look_up(plan, driven)
        is_suspect = driven.was_cut_off and any(task.deaths for task in await self._tools.store.tasks(plan))
        async with self.suspects if is_suspect else nullcontext(), self._places.place(driven.ticket):
            driven.nudge.clear()  # a session reads the answers when it begins
            await self._claim_and_play(plan, driven)

    async def _look_up(self, plan: PlanId, driven: _Driven) -> None:
        """Note a plan's own lane, and whether its last driver died while driving it."""
        found = await self._tools.store.plan(plan)
        driven.was_cut_off = found.state is PlanState.IN_PROGRESS and found.worker not in {None, NOBODY, self._worker}
        is_typed = found.kind is PlanKind.COMMAND
        own = Lane.PEOPLE if is_typed else lane_of((await self._tools.journal.incident(found.incident)).severity)
        self._places.hasten(driven.ticket, own)

    async def _claim_and_play(self, plan: PlanId, driven: _Driven) -> None:
        record = await self._tools.store.claim(plan, self._worker, self._tools.clock.now())
        if record is None:
            return
        play = asyncio.create_task(self._play(record, driven))
        try:
            await asyncio.wait([play])  # a task of its own, so that its exceptions are handled below
        finally:
            play.cancel()
            await asyncio.gather(play, return_exceptions=True)
        error = asyncio.CancelledError("cut off") if play.cancelled() else play.exception()
        match error:
            case None:
                pass
            case StaleEpochError():
                log.info("plan taken over", plan=plan)
            case OutageError():
                raise error
            case _:
                await self._give_up(record, error)

    async def _play(self, record: PlanRecord, driven: _Driven) -> None:
        tasks = await self._tools.store.tasks(record.id)
        play = await Play.load(record, tasks, self._tools.library, driven.ticket.lane)
        play.was_cut_off = driven.was_cut_off
        await Session(self._tools, play, driven.nudge, self.start_soon).run()

    async def _give_up(self, plan: PlanRecord, error: BaseException) -> None:
        """End a plan that cannot be driven, with an error that people see: driving it again would fail again."""
        log.error("plan driver failed", plan=plan.id, error=repr(error), exc_info=error)
        what = str(error) if isinstance(error, WarroomError) else f"{type(error).__name__}: {error}"
        message = Mask().text(f"{plan.frame.name!r} could not be driven any further: {what}")
        now = self._tools.clock.now()
        line = Line(
            incident=plan.incident, text=message, at=now, actor=PLAYBOOK_ACTOR, plan=plan.id, type=EntryType.ERROR
        )
        under_way = [task for task in await self._tools.store.tasks(plan.id) if task.state in TASKS_UNDER_WAY]
        changes = Changes(
            actor=PLAYBOOK_ACTOR,
            at=now,
            intents=left_behind(plan, under_way, message, now),
            fence=Fence(plan=plan.id, epoch=plan.epoch),
            plans=[closed(plan, PlanState.FAILED, now, message)],
            tasks=[replace(task, state=TaskState.ERROR, wait=None, ended=now, error=message) for task in under_way],
            entries=[await line.entry(self._tools.store)],
        )
        try:
            await self._tools.journal.commit(changes)
        except StaleEpochError:
            log.info("plan taken over", plan=plan.id)

    def _left(self, plan: PlanId) -> None:
        task, driven = self._driving.pop(plan)
        if task.cancelled():
            return
        if error := task.exception():
            log.error("plan left as it is", plan=plan, error=repr(error), exc_info=error)
        elif driven.nudge.is_set() and not self._closing:
            self.start_soon(plan, driven.ticket.lane)  # it was woken after the driver's last check
