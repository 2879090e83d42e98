import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from warroom.host.settings import HostSettings
from warroom.host.worker import Worker
from warroom.model.lane import Lane
from warroom.services.places import Places, Ticket

SCRIPTS = "scripts"
StartWorker: TypeAlias = Callable[[], Awaitable[Worker]]


@dataclass(slots=True)
class _Workers:
    """The workers of one key. The last one that came back goes out first: it is the warmest."""

    places: Places
    idle: list[Worker] = field(default_factory=list)
    users: int = 0


class WorkerPool:
    """Warm workers by key: started on demand, as many as the key's limit, ended after a while without work.

    Where all are at work, the next goes by lane; some more are for what people typed alone.
    """

    def __init__(self, start: StartWorker, settings: HostSettings) -> None:
        self._start = start
        self._settings = settings
        self._workers: dict[str, _Workers] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._starting: set[asyncio.Future[Worker]] = set()
        self._sweep: asyncio.TimerHandle | None = None

    @contextlib.asynccontextmanager
    async def worker(self, key: str, lane: Lane, *, is_nested: bool) -> AsyncIterator[Worker]:
        """A worker to oneself; a nested run does not wait for the limit, which its own caller may be filling."""
        workers = self._workers.get(key) or self._workers.setdefault(key, _Workers(self._places(key)))
        workers.users += 1
        try:
            async with contextlib.nullcontext() if is_nested else workers.places.place(Ticket(lane)):
                worker = await self._take(workers)
                try:
                    yield worker
                finally:
                    self._give_back(workers, worker)
        finally:
            workers.users -= 1

    def _places(self, key: str) -> Places:
        count = self._settings.script_workers if key == SCRIPTS else self._settings.instance_workers
        return Places(count, kept=self._settings.workers_for_people)

    async def _take(self, workers: _Workers) -> Worker:
        while workers.idle:
            worker = workers.idle.pop()
            if worker.is_alive:
                return worker
        starting = asyncio.ensure_future(self._start())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(lambda started: self._keep_started(workers, started))
            raise

    def _keep_started(self, workers: _Workers, started: asyncio.Future[Worker]) -> None:
        """Nobody waits any more for a worker that was being started: it serves the next run."""
        if not started.cancelled() and started.exception() is None:
            self._give_back(workers, started.result())

    def _give_back(self, workers: _Workers, worker: Worker) -> None:
        if not worker.is_alive:
            return
        if worker.runs >= self._settings.runs_per_worker:
            self.retire(worker)
            return
        worker.idle_since = asyncio.get_running_loop().time()
        workers.idle.append(worker)
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
        for key, workers in list(self._workers.items()):
            for worker in [worker for worker in workers.idle if worker.idle_since <= oldest or not worker.is_alive]:
                workers.idle.remove(worker)
                self.retire(worker)
            if not workers.idle and not workers.users:
                del self._workers[key]
        if any(workers.idle for workers in self._workers.values()):
            self._sweep_later()

    async def close(self) -> None:
        """End every idle worker, and wait for those that are on their way out."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.sleep(0)  # lets the callbacks of those put them among the idle
        for workers in self._workers.values():
            while workers.idle:
                self.retire(workers.idle.pop())
        if self._stopping:
            await asyncio.wait(self._stopping)
