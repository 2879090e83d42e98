import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from warroom.host.settings import HostSettings
from warroom.host.worker import Worker
from warroom.services.drive.places import Places, Ticket
from warroom.services.ports.runner import Run

SCRIPTS = "scripts"
StartWorker: TypeAlias = Callable[[Run, Path], Awaitable[Worker]]


@dataclass(slots=True)
class _Workers:
    """The workers of one key. The one that was used last is used first: its caches are warm."""

    places: Places
    idle: list[Worker] = field(default_factory=list)
    users: int = 0


class WorkerPool:
    """Warm workers by key: started on demand, as many as the key's limit, ended after a while without work.

    When all are busy, runs wait in the order of their lanes; some more workers are for typed commands alone.
    """

    def __init__(self, start: StartWorker, settings: HostSettings) -> None:
        self._start = start
        self._settings = settings
        # By what they are for, the language of its code, and the interpreter that they run in.
        self._workers: dict[tuple[str, str, Path], _Workers] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._starting: set[asyncio.Future[Worker]] = set()
        self._sweep: asyncio.TimerHandle | None = None

    @contextlib.asynccontextmanager
    async def worker(self, run: Run, python: Path, *, is_nested: bool) -> AsyncIterator[Worker]:
        """Lend a worker exclusively; a nested run does not wait for the limit, which its own caller may use up."""
        key = (run.worker, run.code.language, python)
        workers = self._workers.get(key) or self._workers.setdefault(key, _Workers(self._places(run.worker)))
        workers.users += 1
        try:
            async with contextlib.nullcontext() if is_nested else workers.places.place(Ticket(run.lane)):
                worker = await self._take(workers, run, python)
                try:
                    yield worker
                finally:
                    self._give_back(workers, worker)
        finally:
            workers.users -= 1

    def _places(self, worker: str) -> Places:
        count = self._settings.script_workers if worker == SCRIPTS else self._settings.instance_workers
        return Places(count, kept=self._settings.workers_for_people)

    async def _take(self, workers: _Workers, run: Run, python: Path) -> Worker:
        while workers.idle and not run.anew:
            worker = workers.idle.pop()
            if worker.is_alive:
                return worker
        starting = asyncio.ensure_future(self._start(run, python))
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(lambda started: self._keep_started(workers, started))
            raise

    def _keep_started(self, workers: _Workers, started: asyncio.Future[Worker]) -> None:
        """Keep a worker whose caller was cancelled during its start: it serves the next run."""
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
        worker.take_no_more()
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
