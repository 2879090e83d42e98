"""Small work that is done again and again while the process lives."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from warroom.model.errors import WarroomError
from warroom.services.ports.clock import Clock
from warroom.services.ports.outage import OutageError

log = structlog.get_logger(__name__)


class Rhythm:
    """Does its work every so many seconds; when the database fails, that is logged and the next turn comes."""

    def __init__(self, name: str, clock: Clock, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        self._name = name
        self._clock = clock
        self._pause = timedelta(seconds=seconds)
        self._work = work
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; the first turn comes after the first pause."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=self._name)
            self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Return when nothing runs any more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            await self._clock.sleep_until(self._clock.now() + self._pause)
            try:
                await self._work()
            except (WarroomError, OutageError, SQLAlchemyError, dbos_error.DBOSException) as error:
                log.warning("turn missed", rhythm=self._name, error=str(error))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("rhythm broken", rhythm=self._name, error=repr(error), exc_info=error)
