import asyncio
import contextlib
import contextvars
import time
from collections.abc import AsyncIterator
from pathlib import Path

from warroom.host.pool import WorkerPool
from warroom.host.scratch import ScratchFolders
from warroom.host.settings import HostSettings
from warroom.host.watch import WATCH_SECONDS, Watch
from warroom.host.wire import Call, Done, ran, refusal_message, reply_message, run_message
from warroom.host.worker import Worker, start_worker
from warroom.model.errors import CommandTimeoutError, HostError, WarroomError, WorkerDiedError
from warroom.services.ports.runner import Ran, Run, ServerCalls

# How many runs deep the current task is: set for the calls of a run, so that runs that they start know.
_depth: contextvars.ContextVar[int] = contextvars.ContextVar("warroom_host_depth", default=0)


class WarmRunner:
    """Runs code in warm worker processes; `root` is where the runs' scratch folders are made and deleted."""

    def __init__(self, root: Path, settings: HostSettings | None = None) -> None:
        self._settings = settings or HostSettings()
        self._scratch = ScratchFolders(root)
        self._pool = WorkerPool(self._start_worker, self._settings)
        self._running: dict[Worker, tuple[Run, Watch]] = {}
        self._watching: asyncio.Task[None] | None = None
        self._is_closed = False

    @contextlib.asynccontextmanager
    async def run(self, run: Run, calls: ServerCalls) -> AsyncIterator[Ran]:
        if self._is_closed:
            raise HostError(f"{_what(run)} was not run: the workers are shut down. Start warroom again.")
        if run.code.language != "python":
            raise HostError(f"{_what(run)} is written in {run.code.language}; only Python code can be run here.")
        if _depth.get() >= self._settings.nesting:
            raise HostError(f"{_what(run)} was not run: scripts call scripts {_depth.get()} deep. Look for a circle.")
        scratch = self._scratch.make()
        try:
            began = time.perf_counter()
            done = await self._run_in(scratch, run, calls)
            yield ran(done, run, scratch, time.perf_counter() - began)
        finally:
            await self._scratch.remove(scratch)

    async def _run_in(self, scratch: Path, run: Run, calls: ServerCalls) -> Done:
        async with self._pool.worker(run.worker, run.lane, is_nested=_depth.get() > 0) as worker:
            self._running[worker] = (run, Watch(worker.pid, scratch, self._settings))
            if self._watching is None or self._watching.done():
                self._watching = asyncio.create_task(self._watch(), name="limits of runs")
            answers = _Answers(calls, scratch, worker)
            try:
                return await self._run_on(worker, scratch, run, answers)
            finally:
                self._running.pop(worker, None)
                await answers.stop()

    async def _run_on(self, worker: Worker, scratch: Path, run: Run, answers: "_Answers") -> Done:
        message = run_message(worker.runs, run, scratch, worker.known)
        limit = asyncio.timeout(run.timeout)
        try:
            async with limit:
                done = await worker.run(message, answers.on_call)
        except WorkerDiedError as death:
            raise _told(death, run) from None
        except TimeoutError:
            await worker.stop(at_once=not limit.expired())
            if not limit.expired():
                raise
            raise CommandTimeoutError(
                f"{_what(run)} ran longer than its limit of {run.timeout:g} s and was stopped. "
                "Give it a longer timeout, or ask it for less."
            ) from None
        except BaseException:
            self._pool.retire(worker)  # its code cannot be stopped in any other way
            raise
        if not done.keep or done.resident > self._settings.resident_ceiling:
            self._pool.retire(worker)
        return done

    async def _watch(self) -> None:
        """Look at what runs now and then, until nothing does; what has passed a limit is ended, and says which."""
        while self._running:
            await asyncio.sleep(WATCH_SECONDS)
            for worker, (run, watch) in list(self._running.items()):
                if passed := await asyncio.to_thread(watch.passed):
                    worker.fail(HostError(f"{_what(run)} was stopped: {passed}."))

    async def _start_worker(self) -> Worker:
        try:
            return await start_worker(self._settings)
        except OSError as error:
            raise HostError(
                f"No worker process could be started with {self._settings.python}: {error.strerror}. "
                "Check that this Python exists and that the system has room for one more process."
            ) from error

    async def close(self) -> None:
        """End every worker, also those that are at work: their runs fail with WorkerDiedError."""
        self._is_closed = True
        if self._watching:
            self._watching.cancel()
        await asyncio.gather(*(worker.stop() for worker in self._running))
        await self._pool.close()
        await self._scratch.close()


class _Answers:
    """Answers the calls of one run, each in a task of its own, since threads of the code may call side by side."""

    def __init__(self, calls: ServerCalls, scratch: Path, worker: Worker) -> None:
        self._calls = calls
        self._scratch = scratch
        self._worker = worker
        self._tasks: set[asyncio.Task[None]] = set()
        # Calls arrive from the event loop, in whatever context the pipe was opened: they belong to this run's.
        self._context = contextvars.copy_context()

    def on_call(self, call: Call) -> None:
        context = self._context.copy()
        context.run(_depth.set, context.get(_depth, 0) + 1)
        task = asyncio.create_task(self._answer(call), context=context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, call: Call) -> None:
        try:
            value = await self._calls.call(call.method, call.args, self._scratch)
            answer = reply_message(call.id, value)
        except WarroomError as refusal:
            answer = refusal_message(call.id, str(refusal))
        except Exception as bug:  # noqa: BLE001  # it is the server's, and has to reach whoever awaits the run
            self._worker.fail(bug)
            return
        with contextlib.suppress(WorkerDiedError):  # the run hears of it by itself
            self._worker.send(answer)

    async def stop(self) -> None:
        """Give up what is still being answered: nobody waits for it."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


def _what(run: Run) -> str:
    """The run, for a person."""
    return f"Command {run.command} of {run.name}" if run.command else f"Script {run.name}"


def _told(death: WorkerDiedError, run: Run) -> WorkerDiedError:
    told = WorkerDiedError(
        f"{_what(run)} did not end: {death}. Run it again; the log has the last words of the process."
    )
    for note in getattr(death, "__notes__", ()):
        told.add_note(note)
    return told
