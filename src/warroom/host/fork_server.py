"""The host's side of the fork server: starts its process, orders workers from it, and learns when they end."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from warroom.host.environment import worker_environment
from warroom.host.guest.descendants import kill, kill_below
from warroom.host.guest.fork_server import HEAD
from warroom.host.settings import HostSettings
from warroom.host.wire import Ended, MalformedMessageError, Notice, Refused, Started, order_message, read_notice
from warroom.services.ports.runner import Run

GUEST = Path(__file__).parent / "guest" / "__main__.py"
KILLED = -signal.SIGKILL


class Forked:
    """A worker's process: a child of the fork server, which reports its end. `known`: the sources that it has."""

    def __init__(self, pid: int, known: frozenset[str]) -> None:
        self.pid = pid
        self.known = known
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def end(self, code: int) -> None:
        self.returncode = code
        self._ended.set()


class ForkServer:
    """The process that workers are forked from: starting a worker takes a tenth of the time that a new process takes.

    It starts with the first worker. When it has ended, its workers are killed, because their exit codes are lost; the
    next worker starts a new one.
    """

    def __init__(self, settings: HostSettings, python: Path) -> None:
        self._settings = settings
        self._python = python
        self._turn = asyncio.Lock()
        self._line: _Line | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def fork(self, run: Run, pipes: Sequence[int]) -> Forked:
        """Start a worker that runs this first. Raises OSError when the system refuses it."""
        async with self._turn:
            try:
                return await self._fork(run, pipes)
            except ConnectionError:  # it has been killed meanwhile
                await self.close()
                return await self._fork(run, pipes)
            except TimeoutError:
                await self.close()
                raise OSError(errno.ETIMEDOUT, "the process that workers are forked from does not answer") from None

    async def _fork(self, run: Run, pipes: Sequence[int]) -> Forked:
        if self._line is None or self._line.is_gone:
            await self.close()
            self._line = await self._start()
        async with asyncio.timeout(self._settings.start_seconds):
            return await self._line.fork(run, pipes)

    async def _start(self) -> "_Line":
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *(str(self._python), "-I", "-X", "utf8", str(GUEST)),
                    *(str(theirs.fileno()), json.dumps(_limits(self._settings))),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    cwd="/",
                    env=worker_environment(os.environ, self._settings.environment),
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                raise
        _, line = await asyncio.get_running_loop().create_connection(lambda: _Line(ours), sock=ours)
        return line

    async def close(self) -> None:
        """Kill the fork server and the workers that still run."""
        if self._line is not None and self._process is not None:
            self._line.close()
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._line = self._process = None


def _gone() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the process that workers are forked from has ended")


def _limits(settings: HostSettings) -> dict[str, int | None]:
    return {
        "open_files": settings.open_files,
        "address_space": settings.address_space,
        "file_size": settings.file_size,
        "log_limit": settings.log_limit,
        "result_limit": settings.result_limit,
    }


class _Line(asyncio.Protocol):
    """The connection to one fork server: orders out, notices in."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._answer: asyncio.Future[Notice] | None = None
        self._forked: dict[int, Forked] = {}
        self._taught: set[str] = set()
        self.is_gone = False

    async def fork(self, run: Run, pipes: Sequence[int]) -> Forked:
        """Order one worker; calls must not overlap. Raises ConnectionError when the server ends meanwhile."""
        assert self._transport is not None
        taught = set(self._taught)
        message = order_message(run, taught)
        self._answer = asyncio.get_running_loop().create_future()
        try:
            socket.send_fds(self._orders, [HEAD.pack(len(message))], list(pipes))
            self._transport.write(message)
            self._taught = taught
            answer = await self._answer
        except BrokenPipeError:
            raise _gone() from None
        finally:
            self._answer = None
        match answer:
            case Started(pid):
                return self._forked[pid]
            case Refused(number):
                raise OSError(number, os.strerror(number))
            case Ended():
                raise ChildProcessError(errno.ECHILD, "the worker ended before it had begun")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        try:
            for line in lines:
                self._on_notice(read_notice(line))
        except MalformedMessageError:
            self.close()  # pack code in a worker has written to the connection

    def _on_notice(self, notice: Notice) -> None:
        match notice:
            case Ended(pid, code) if pid in self._forked:
                self._forked.pop(pid).end(code)
                return
            case Started(pid):
                self._forked[pid] = Forked(pid, frozenset(self._taught))
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(notice)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.is_gone = True
        for forked in self._forked.values():
            kill([forked.pid], signal.SIGSTOP)
            kill_below(forked.pid)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(forked.pid, signal.SIGKILL)
            forked.end(KILLED)
        self._forked.clear()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(_gone())

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()
