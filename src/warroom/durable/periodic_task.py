"""Periodic work while the process lives."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from warroom.model.errors import WarroomError
from warroom.services.ports.clock import Clock
from warroom.services.ports.outage import OutageError

log = structlog.get_logger(__name__)


class PeriodicTask:
    """Runs its work periodically; a failure of the database, or one of `missed`, is logged, and the next turn runs."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        seconds: float,
        work: Callable[[], Awaitable[object]],
        missed: tuple[type[Exception], ...] = (),
    ) -> None:
        self._name = name
        self._clock = clock
        self._pause = timedelta(seconds=seconds)
        self._work = work
        self._missed: tuple[type[Exception], ...] = (WarroomError, OutageError, SQLAlchemyError, *missed)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def start(self) -> None:
        """Start; the first turn runs after the first pause."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=self._name)
            self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Stop; returns when no turn runs."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            await self._clock.sleep_until(self._clock.now() + self._pause)
            try:
                await self._work()
            except self._missed as error:
                log.warning("turn missed", periodic=self._name, error=str(error))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("periodic task broken", periodic=self._name, error=repr(error), exc_info=error)
