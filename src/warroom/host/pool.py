import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from warroom.host.settings import HostSettings
from warroom.host.worker import Worker

SCRIPTS = "scripts"
StartWorker: TypeAlias = Callable[[], Awaitable[Worker]]


@dataclass(slots=True)
class _Lane:
    """The workers of one key. The last one that came back goes out first: it is the warmest."""

    slots: asyncio.Semaphore
    idle: list[Worker] = field(default_factory=list)
    users: int = 0


class WorkerPool:
    """Warm workers by key: started on demand, as many as the key's limit, ended after a while without work."""

    def __init__(self, start: StartWorker, settings: HostSettings) -> None:
        self._start = start
        self._settings = settings
        self._lanes: dict[str, _Lane] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._starting: set[asyncio.Future[Worker]] = set()
        self._sweep: asyncio.TimerHandle | None = None

    @contextlib.asynccontextmanager
    async def worker(self, key: str, *, is_nested: bool) -> AsyncIterator[Worker]:
        """A worker to oneself; a nested run does not wait for the limit, which its own caller may be filling."""
        lane = self._lanes.get(key) or self._lanes.setdefault(key, _Lane(asyncio.Semaphore(self._limit(key))))
        lane.users += 1
        try:
            async with contextlib.nullcontext() if is_nested else lane.slots:
                worker = await self._take(lane)
                try:
                    yield worker
                finally:
                    self._give_back(lane, worker)
        finally:
            lane.users -= 1

    def _limit(self, key: str) -> int:
        return self._settings.script_workers if key == SCRIPTS else self._settings.instance_workers

    async def _take(self, lane: _Lane) -> Worker:
        while lane.idle:
            worker = lane.idle.pop()
            if worker.is_alive:
                return worker
        starting = asyncio.ensure_future(self._start())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(lambda started: self._keep_started(lane, started))
            raise

    def _keep_started(self, lane: _Lane, started: asyncio.Future[Worker]) -> None:
        """Nobody waits any more for a worker that was being started: it serves the next run."""
        if not started.cancelled() and started.exception() is None:
            self._give_back(lane, started.result())

    def _give_back(self, lane: _Lane, worker: Worker) -> None:
        if not worker.is_alive:
            return
        if worker.runs >= self._settings.runs_per_worker:
            self.retire(worker)
            return
        worker.idle_since = asyncio.get_running_loop().time()
        lane.idle.append(worker)
        self._sweep_later()

    def retire(self, worker: Worker) -> None:
        """End a worker without waiting for it; `close` waits."""
        worker.is_alive = False
        stopping = asyncio.create_task(worker.stop())
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)

    def _sweep_later(self) -> None:
        if self._sweep is None:
            loop = asyncio.get_running_loop()
            self._sweep = loop.call_later(self._settings.idle_seconds / 2, self._end_idle)

    def _end_idle(self) -> None:
        self._sweep = None
        oldest = asyncio.get_running_loop().time() - self._settings.idle_seconds
        for key, lane in list(self._lanes.items()):
            for worker in [worker for worker in lane.idle if worker.idle_since <= oldest or not worker.is_alive]:
                lane.idle.remove(worker)
                self.retire(worker)
            if not lane.idle and not lane.users:
                del self._lanes[key]
        if any(lane.idle for lane in self._lanes.values()):
            self._sweep_later()

    async def close(self) -> None:
        """End every idle worker, and wait for those that are on their way out."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.sleep(0)  # lets the callbacks of those put them among the idle
        for lane in self._lanes.values():
            while lane.idle:
                self.retire(lane.idle.pop())
        if self._stopping:
            await asyncio.wait(self._stopping)
