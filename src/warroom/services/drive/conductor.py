"""The conductor of a process: claims plans, plays them side by side, and says when one has ended."""

import asyncio
from datetime import timedelta

import structlog

from warroom.model.errors import StaleEpochError, WarroomError
from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import PlanRecord, PlanState
from warroom.services.drive.play import Play
from warroom.services.drive.session import Session, Tools

STALE = timedelta(seconds=20)
FOREVER = timedelta(days=36500)
CONCURRENT_PLANS = 64
ENDED = frozenset({PlanState.COMPLETED, PlanState.FAILED})

log = structlog.get_logger(__name__)


class Conductor:
    """Drives plans in this process. With an exclusive store every other driver is known to be dead."""

    def __init__(self, tools: Tools, worker: WorkerId, concurrency: int = CONCURRENT_PLANS) -> None:
        self._tools = tools
        self._worker = worker
        self._room = asyncio.Semaphore(concurrency)
        self._driving: dict[PlanId, tuple[asyncio.Task[None], asyncio.Event]] = {}

    def start_soon(self, plan: PlanId) -> None:
        """Drive a plan in this process at once; one that it drives already is nudged to look for answers."""
        if plan in self._driving:
            self._driving[plan][1].set()
            return
        nudge = asyncio.Event()
        task = asyncio.create_task(self._drive(plan, nudge), name=f"plan {plan}")
        self._driving[plan] = (task, nudge)
        task.add_done_callback(lambda _: self._left(plan))

    async def drive(self, plan: PlanId) -> None:
        """Drive a plan until it is parked or has ended; returns at once when another worker has it."""
        self.start_soon(plan)
        await asyncio.wait([self._driving[plan][0]])

    async def see_through(self, plan: PlanId) -> PlanRecord:
        """Drive a plan until it has ended or only a person can move it, waiting out its parked times."""
        while True:
            await self.drive(plan)
            record = await self._tools.store.plan(plan)
            if record.state in ENDED or (record.state is PlanState.WAITING and record.wake_at is None):
                return record
            if record.wake_at:
                await self._tools.clock.sleep_until(record.wake_at)

    async def close(self) -> None:
        """Stop driving; what was under way is taken up by the next driver."""
        tasks = [task for task, _ in self._driving.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drive(self, plan: PlanId, nudge: asyncio.Event) -> None:
        async with self._room:
            now = self._tools.clock.now()
            stale_before = now + FOREVER if self._tools.store.exclusive else now - STALE
            record = await self._tools.store.claim(plan, self._worker, now, stale_before)
            if record is None:
                return
            try:
                play = await Play.load(record, await self._tools.store.tasks(plan), self._tools.library)
                await Session(self._tools, play, nudge).run()
            except StaleEpochError:
                log.info("plan taken over", plan=plan)
            except WarroomError as error:
                log.warning("plan left as it is", plan=plan, error=str(error))

    def _left(self, plan: PlanId) -> None:
        task, _ = self._driving.pop(plan)
        if not task.cancelled() and (error := task.exception()):
            log.error("plan driver failed", plan=plan, error=repr(error), exc_info=error)
