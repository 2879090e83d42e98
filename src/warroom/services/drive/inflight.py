"""The tasks of a plan that run at this moment."""

import asyncio
from collections.abc import Awaitable

from warroom.model.ids import TaskKey
from warroom.services.drive.performed import Performed


class Inflight:
    """Runs performances side by side; an exception is raised after the others have ended, so that none is cut off."""

    def __init__(self, nudge: asyncio.Event) -> None:
        self._tasks: dict[asyncio.Task[Performed], TaskKey] = {}
        self._nudge = nudge
        self._nudged: asyncio.Task[bool] | None = None  # reused between waits: most end without a wake-up

    def __bool__(self) -> bool:
        return bool(self._tasks)

    @property
    def keys(self) -> set[TaskKey]:
        return set(self._tasks.values())

    def launch(self, key: TaskKey, work: Awaitable[Performed]) -> None:
        self._tasks[asyncio.ensure_future(work)] = key

    async def wait(self, *signs: Awaitable[None]) -> None:
        """Wait until a task has ended or `wake` is set."""
        heard = [asyncio.ensure_future(sign) for sign in signs]
        running = [task for task in self._tasks if not task.done()]
        if self._nudged is None or self._nudged.done():
            self._nudged = asyncio.ensure_future(self._nudge.wait())
        try:
            if not self._ended() and (running or not self._tasks):
                await asyncio.wait([*running, *heard, self._nudged], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for sign in heard:
                sign.cancel()

    def take(self) -> list[Performed]:
        """Return the ended performances; raises their exception once no other one runs."""
        ended = self._ended()
        if self._tasks and not ended and all(task.done() for task in self._tasks):
            return [next(iter(self._tasks)).result()]
        for task in ended:
            del self._tasks[task]
        return [task.result() for task in ended]

    async def cancel(self) -> None:
        """Cut off what runs."""
        if self._nudged:
            self._nudged.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self) -> list[asyncio.Task[Performed]]:
        return [task for task in self._tasks if task.done() and not task.cancelled() and not task.exception()]
