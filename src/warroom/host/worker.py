import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable
from io import FileIO

from warroom.host.ends import how, oom_kills
from warroom.host.fork_server import Forked, ForkServer
from warroom.host.framing import Lines, LineTooLongError
from warroom.host.guest.descendants import descendants, kill, kill_below
from warroom.host.settings import HostSettings
from warroom.host.wire import Call, Done, MalformedMessageError, read_message
from warroom.model.errors import WorkerDiedError
from warroom.services.ports.runner import Run

STRAY_OUTPUT = 16 << 10  # of what the process writes past the streams of a run: a crash's last words
CALL_SLACK = 1 << 20  # what a line may carry besides results
ESCAPED = 6  # a byte of output is at most six in JSON
DRAIN_SECONDS = 1.0
LARGE_MESSAGE = 1 << 20
SENSELESS = "wrote a message that makes no sense"


class Worker:
    """One warm process and its pipes. It does one run at a time; it is not used again once `is_alive` is false."""

    def __init__(self, process: Forked, settings: HostSettings) -> None:
        self._process = process
        self._settings = settings
        self._lines = Lines(settings.result_limit + ESCAPED * settings.log_limit + CALL_SLACK)
        self._to_guest: asyncio.WriteTransport | None = None
        self._transports: list[asyncio.BaseTransport] = []
        self._stray = bytearray()
        self._end: asyncio.Future[Done] | None = None
        self._on_call: Callable[[Call], None] | None = None
        self._backlog: deque[bytes] = deque()
        self._reader: asyncio.Task[None] | None = None
        self._eof = asyncio.Event()
        self._fault = ""
        self._oom_kills: int | None = None  # when the run began
        self._last_wait: asyncio.TimerHandle | None = None
        self._watch: asyncio.Task[None] | None = None
        self._is_used = True
        self.known = set(process.known)
        self.runs = 0
        self.idle_since = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it takes runs. A process that has ended takes none, also while its last words are still read."""
        return self._is_used and self._process.returncode is None

    def take_no_more(self) -> None:
        self._is_used = False

    async def run(self, message: bytes, on_call: Callable[[Call], None]) -> Done:
        """Start a run and wait for its end. Raises WorkerDiedError when the process does not live to see it."""
        self.runs += 1
        self._oom_kills = oom_kills()
        self._end = asyncio.get_running_loop().create_future()
        self._on_call = on_call
        try:
            self.send(message)
            return await self._end
        finally:
            self._end = self._on_call = None

    def send(self, message: bytes) -> None:
        if not self.is_alive or self._to_guest is None:
            raise WorkerDiedError("its worker process has ended already")
        self._to_guest.write(message)

    def fail(self, error: Exception) -> None:
        """End the wait of `run` with an error that is not the worker's."""
        if self._end is not None and not self._end.done():
            self._end.set_exception(error)

    async def stop(self, *, at_once: bool = True) -> None:
        """End the process and its children; with a grace period it may end by itself first."""
        self._is_used = False
        below = [] if at_once or self._process.returncode is not None else descendants(self.pid)
        try:
            if not at_once:
                self._signal(signal.SIGTERM)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._settings.grace_seconds):
                        await self._process.wait()
        finally:
            try:
                if self._process.returncode is None:
                    kill([self.pid], signal.SIGSTOP)  # it starts nothing more, and adopts orphans below it
                    await asyncio.to_thread(kill_below, self.pid)
            finally:
                self._signal(signal.SIGKILL)
                kill(below)
        if self._watch is not None:
            await asyncio.wait({self._watch})

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)  # it leads a session of its own

    # The pipes.

    def on_bytes(self, data: bytes) -> None:
        try:
            for line in self._lines.feed(data):
                if self._backlog or len(line) > LARGE_MESSAGE:
                    self._backlog.append(line)
                else:
                    self._on_message(read_message(line))
        except LineTooLongError:
            self._break("wrote more than its limit in one message")
        except MalformedMessageError:
            self._break(SENSELESS)
        if self._backlog and self._reader is None:
            self._reader = asyncio.create_task(self._read_backlog(), name=f"messages of worker {self.pid}")

    async def _read_backlog(self) -> None:
        """Read a large message in a thread, so that the event loop is not blocked, and then what arrived after it."""
        while self._backlog:
            try:
                self._on_message(await asyncio.to_thread(read_message, self._backlog[0]))
            except MalformedMessageError:
                self._break(SENSELESS)
            self._backlog.popleft()
        self._reader = None

    def _on_message(self, message: Call | Done) -> None:
        match message:
            case Call():
                if self._on_call is not None:
                    self._on_call(message)
            case Done():
                if self._end is not None and not self._end.done():
                    self._end.set_result(message)

    def _break(self, fault: str) -> None:
        self._fault = self._fault or fault
        self._is_used = False
        kill([self.pid], signal.SIGSTOP)
        kill_below(self.pid)
        self._signal(signal.SIGKILL)

    def on_stray_bytes(self, data: bytes) -> None:
        self._stray += data
        del self._stray[:-STRAY_OUTPUT]

    def on_eof(self) -> None:
        """The process is ending, as a rule; if it has only closed its pipe, it is of no use and is killed."""
        self._eof.set()
        if self.is_alive:
            self._is_used = False
            self._last_wait = asyncio.get_running_loop().call_later(DRAIN_SECONDS, self._break, "closed its pipe")

    # The end of the process.

    def opened(self, to_guest: asyncio.WriteTransport, *from_guest: asyncio.BaseTransport) -> None:
        self._to_guest, self._transports = to_guest, [to_guest, *from_guest]
        self._watch = asyncio.create_task(self._wait_for_end(), name=f"worker {self.pid}")

    async def _wait_for_end(self) -> None:
        code = await self._process.wait()
        if self._last_wait is not None:
            self._last_wait.cancel()
        self._signal(signal.SIGKILL)  # children that it has left
        with contextlib.suppress(TimeoutError):  # the last words may still be in the pipe
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._eof.wait()
        if self._reader is not None:
            await asyncio.wait({self._reader})
        self.fail(self._death(code))
        for transport in self._transports:
            if not transport.is_closing():
                transport.close()

    def _death(self, code: int) -> WorkerDiedError:
        error = WorkerDiedError(f"its worker process {self._fault or how(code, self._oom_kills, oom_kills())}")
        if self._stray:
            error.add_note(self._stray.decode("utf-8", "replace"))
        return error


class _Reader(asyncio.Protocol):
    def __init__(self, on_bytes: Callable[[bytes], None], on_eof: Callable[[], None]) -> None:
        self._on_bytes = on_bytes
        self._on_eof = on_eof

    def data_received(self, data: bytes) -> None:
        self._on_bytes(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._on_eof()


async def start_worker(fork_server: ForkServer, run: Run, settings: HostSettings) -> Worker:
    """Start a process that waits for its first run."""
    with contextlib.ExitStack() as guest_ends, contextlib.ExitStack() as host_ends:
        guest_in, to_guest = _pipe(guest_ends, host_ends)
        guest_out, from_guest = _pipe(guest_ends, host_ends, is_upstream=True)
        guest_stray, stray = _pipe(guest_ends, host_ends, is_upstream=True)
        process = await fork_server.fork(run, (guest_in.fileno(), guest_out.fileno(), guest_stray.fileno()))
        worker = Worker(process, settings)
        loop = asyncio.get_running_loop()
        answers, _ = await loop.connect_read_pipe(lambda: _Reader(worker.on_bytes, worker.on_eof), from_guest)
        strays, _ = await loop.connect_read_pipe(lambda: _Reader(worker.on_stray_bytes, _nothing), stray)
        writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, to_guest)
        worker.opened(writer, answers, strays)
        host_ends.pop_all()  # they are the transports' to close now
    return worker


def _pipe(
    guest_ends: contextlib.ExitStack, host_ends: contextlib.ExitStack, *, is_upstream: bool = False
) -> tuple[FileIO, FileIO]:
    """Make a pipe; returns the guest's end and the host's."""
    read, write = os.pipe()
    reading, writing = FileIO(read, "rb"), FileIO(write, "wb")
    guest, host = (writing, reading) if is_upstream else (reading, writing)
    guest_ends.enter_context(guest)
    host_ends.enter_context(host)
    return guest, host


def _nothing() -> None:
    """Ignore the end of stray output."""
