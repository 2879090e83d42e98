"""A small program beside a run of the tests: when the run has ended, however, it ends what the run has left behind.

The pipe to its standard input closes with the run, also when that is killed. What the run has started it knows by a
variable that every child inherits. It needs nothing but the standard library.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
MARK = "PYTEST_RUN_OF_PROCESS"
GRACE_SECONDS = 5.0
PAUSE_SECONDS = 0.05


def started_by(run: str) -> list[int]:
    """Return the live processes that a run has started; none where there is no /proc."""
    mark = f"{MARK}={run}".encode()
    return [int(folder.name) for folder in PROC.glob("[0-9]*") if mark in _read(folder / "environ").split(b"\0")]


def end(run: str, grace_seconds: float = GRACE_SECONDS) -> list[int]:
    """End what a run has started, by asking first; gives what there was."""
    left = started_by(run)
    _signal(left, signal.SIGTERM)
    pause = threading.Event()
    deadline = time.monotonic() + grace_seconds
    while (living := started_by(run)) and time.monotonic() < deadline:
        pause.wait(PAUSE_SECONDS)
    _signal(living, signal.SIGKILL)
    return left


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended meanwhile, or is another user's
        return b""


if __name__ == "__main__":
    while os.read(0, 4096):
        pass
    end(sys.argv[1])
