"""Hands legs to whoever does the work: so many at a time, each on its own, until it is told to stop."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from warroom.durable.queue import Interrupted
from warroom.model.plan import Leg
from warroom.services.ports.legs import OnLeg

log = structlog.get_logger(__name__)


class Delivery:
    """One for each start; to be used on the event loop that the work runs on."""

    def __init__(self, on_leg: OnLeg, concurrency: Mapping[str, int]) -> None:
        self._on_leg = on_leg
        self._rooms = {kind: asyncio.Semaphore(count) for kind, count in concurrency.items()}
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def deliver(self, legs: Sequence[Leg], on_failed: OnLeg) -> None:
        """Do the work of these legs side by side; where it raises something, that is logged and `on_failed` called.

        Raises Interrupted when `stop` came before all of it was done.
        """
        if self._stopping.is_set():
            raise Interrupted
        tasks = {asyncio.create_task(self._one(leg), name=f"{leg.kind} leg {leg.target}"): leg for leg in legs}
        self._under_way.update(tasks)
        remaining = set(tasks)
        while remaining:
            done, remaining = await asyncio.wait(remaining, return_when=asyncio.FIRST_COMPLETED)
            self._under_way.difference_update(done)
            for task in done:
                if _failed(task, tasks[task]):
                    await on_failed(tasks[task])
        if any(task.cancelled() for task in tasks):
            raise Interrupted

    async def wait(self, seconds: float) -> None:
        """Wait so long; raises Interrupted when `stop` comes meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
        raise Interrupted

    async def stop(self, grace_seconds: float) -> None:
        """Take no more; return when the work under way has returned, after a while by cancelling it."""
        self._stopping.set()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=grace_seconds)
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _one(self, leg: Leg) -> None:
        async with self._rooms[leg.kind]:
            if self._stopping.is_set():
                raise asyncio.CancelledError
            await self._on_leg(leg)


def _failed(task: asyncio.Task[None], leg: Leg) -> bool:
    if task.cancelled() or (error := task.exception()) is None:
        return False
    log.error("leg failed, it comes again", kind=leg.kind, target=leg.target, error=repr(error), exc_info=error)
    return True
