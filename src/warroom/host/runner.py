import asyncio
import contextlib
import contextvars
import time
from collections.abc import AsyncIterator
from pathlib import Path

from warroom.content.integration import PYTHON
from warroom.host.fork_server import ForkServer
from warroom.host.image_environments import ImageEnvironment, ImageEnvironments
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
    """Runs code in warm worker processes; `root` is where the runs' scratch folders are made and deleted.

    Code whose docker image has an environment runs in that one, all other code in warroom's own.
    """

    def __init__(
        self, root: Path, settings: HostSettings | None = None, environments: ImageEnvironments | None = None
    ) -> None:
        self._settings = settings or HostSettings()
        self._environments = environments
        self._scratch = ScratchFolders(root)
        self._fork_servers: dict[Path, ForkServer] = {}  # by interpreter
        self._pool = WorkerPool(self._start_worker, self._settings)
        self._running: dict[Worker, tuple[Run, Watch]] = {}
        self._watching: asyncio.Task[None] | None = None
        self._is_closed = False

    @contextlib.asynccontextmanager
    async def run(self, run: Run, calls: ServerCalls) -> AsyncIterator[Ran]:
        if self._is_closed:
            raise HostError(f"{_what(run)} was not run: the workers are shut down. Start warroom again.")
        if run.code.cannot_run:
            raise HostError(f"{_what(run)} {run.code.cannot_run}.")
        if _depth.get() >= self._settings.nesting:
            raise HostError(f"{_what(run)} was not run: scripts call scripts {_depth.get()} deep. Look for a circle.")
        environment = self._environment(run)
        scratch = self._scratch.make()
        try:
            started = time.perf_counter()
            done = await self._run_in(scratch, run, calls, environment.python if environment else self._settings.python)
            yield ran(done, run, scratch, time.perf_counter() - started, environment)
        finally:
            await self._scratch.remove(scratch)

    def _environment(self, run: Run) -> ImageEnvironment | None:
        if self._environments is None or run.code.language != PYTHON:
            return None
        found = self._environments.find(run.code.docker_image)
        if found and (fault := found.fault):
            raise HostError(
                f"{_what(run)} was not run: the environment of the image {found.image} is broken, {fault}. "
                f"Create it again: `warroom pack environments make {found.image}`."
            )
        return found

    async def _run_in(self, scratch: Path, run: Run, calls: ServerCalls, python: Path) -> Done:
        async with self._pool.worker(run, python, is_nested=_depth.get() > 0) as worker:
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
        """Check the runs periodically until there are none; end a run that is over a limit, and say which one."""
        while self._running:
            await asyncio.sleep(WATCH_SECONDS)
            for worker, (run, watch) in list(self._running.items()):
                if passed := await asyncio.to_thread(watch.passed):
                    worker.fail(HostError(f"{_what(run)} was stopped: {passed}."))

    async def _start_worker(self, run: Run, python: Path) -> Worker:
        fork_server = self._fork_servers.setdefault(python, ForkServer(self._settings, python))
        try:
            return await start_worker(fork_server, run, self._settings)
        except OSError as error:
            raise HostError(
                f"No worker process could be started with {python}: {error.strerror}. "
                "Check that this Python exists and that the system has room for one more process."
            ) from error

    async def close(self) -> None:
        """End every worker, also those that are at work: their runs fail with WorkerDiedError."""
        self._is_closed = True
        if self._watching:
            self._watching.cancel()
        await asyncio.gather(*(worker.stop() for worker in self._running))
        await self._pool.close()
        for fork_server in self._fork_servers.values():
            await fork_server.close()
        await self._scratch.close()


class _Answers:
    """Answers the calls of one run, each in a task of its own, since threads of the code may call side by side."""

    def __init__(self, calls: ServerCalls, scratch: Path, worker: Worker) -> None:
        self._calls = calls
        self._scratch = scratch
        self._worker = worker
        self._tasks: set[asyncio.Task[None]] = set()
        # Calls arrive in the context that the pipe was opened in; they belong to this run's context.
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
        except Exception as bug:  # noqa: BLE001  # it is the server's, and is raised where the run is awaited
            self._worker.fail(bug)
            return
        with contextlib.suppress(WorkerDiedError):  # the run gets the error itself
            self._worker.send(answer)

    async def stop(self) -> None:
        """Cancel the calls that are still running: their run has ended."""
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
