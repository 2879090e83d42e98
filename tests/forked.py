"""Processes that a fork server starts: it has imported already what they need, which is most of what a start costs."""

import inspect
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.acceptance.proc import adopting

PROGRAM = Path(__file__).with_name("fork_server.py")


class ForkServer:
    """Starts with the first process that is asked of it, and ends with the run of the tests."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._turn = threading.Lock()

    def start(self) -> socket.socket:
        """Start it unless it runs; gives the way to it."""
        if self._orders is None:
            self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", str(PROGRAM), str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env=own_environment(),
                )
        return self._orders

    def fork(self, order: Mapping[str, object], descriptors: Sequence[int]) -> int:
        """Start a child of this process, which does what is ordered."""
        with self._turn, adopting():
            orders = self.start()
            try:
                socket.send_fds(orders, [json.dumps(order).encode()], list(descriptors))
                return int(orders.recv(32))
            except (ConnectionError, ValueError) as error:
                raise AssertionError(
                    "The fork server has ended; what it wrote to its error output says why."
                ) from error

    def pytest_unconfigure(self) -> None:
        if self._orders is not None and self._process is not None:
            self._orders.close()
            self._process.wait()
            self._orders = self._process = None


FORK_SERVER = ForkServer()


class Forked(subprocess.Popen[str]):
    """`warroom WORDS` or `visionone-sim WORDS` as a process of its own, with text on its pipes.

    It has pid, session, folder, environment and standard streams as if it had been started anew, and is killed and
    waited for as such; only /proc/PID/cmdline and /proc/PID/environ show the fork server's. A process that draws on a
    terminal, or in which it matters what is imported when, has to be started anew.
    """

    def __init__(self, *words: str, **options: Any) -> None:
        super().__init__(words, text=True, **options)

    def _execute_child(self, *given: Any) -> None:
        """What Popen calls to start its process, when it has made the pipes."""
        asked = inspect.signature(subprocess.Popen._execute_child).bind(self, *given).arguments  # type: ignore[attr-defined]  # it is not public
        order = {
            "words": [str(word) for word in asked["args"]],
            "folder": str(asked["cwd"] or Path.cwd()),
            "environment": dict(os.environ if asked["env"] is None else asked["env"]),
            "new_session": asked["start_new_session"],
        }
        pipes = [asked["p2cread"], asked["c2pwrite"], asked["errwrite"]]
        try:
            streams = [own if pipe == -1 else pipe for own, pipe in enumerate(pipes)]
            self.pid = FORK_SERVER.fork(order, streams)
            self._child_created = True
        finally:
            names = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
            self._close_pipe_fds(*(asked[name] for name in names))  # type: ignore[attr-defined]  # those of the child


def start(*words: str, anew: bool = False, **options: Any) -> subprocess.Popen[str]:
    """Start a program of ours: forked, or `anew`, as users start it."""
    if anew:
        started: subprocess.Popen[str] = subprocess.Popen(words, text=True, **options)
        return started
    return Forked(*words, **options)


def run(*words: str, timeout: float, anew: bool = False, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run one to its end, as `subprocess.run(…, capture_output=True)` does."""
    with start(*words, anew=anew, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
        return subprocess.CompletedProcess(words, process.returncode, out, err)


def own_environment() -> dict[str, str]:
    """Return our environment without what would set up warroom differently."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WARROOM_")}
