"""The processes that code has started, also those that have left its session; on Linux."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PR_SET_CHILD_SUBREAPER = 36
ROUNDS = 500  # of killing; where processes multiply, each leaves fewer


def adopt_orphans() -> None:
    """Have each orphan among our descendants become our own child, so that none gets away from us."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int) -> list[int]:
    """Return the descendants of this process; none where the system has no list of them."""
    found: list[int] = []
    above = [pid]
    while above:
        children = _children(above.pop())
        found += children
        above += children
    return found


def kill(pids: Iterable[int], number: int = signal.SIGKILL) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def kill_below(pid: int) -> None:
    """Kill the processes below this one until there are none, also where they multiply.

    While it lives, what they leave behind is its own, so that the next round finds it.
    """
    for _ in range(ROUNDS):
        if not (left := _living(descendants(pid))):
            return
        kill(left)


def _living(pids: list[int]) -> list[int]:
    """Leave out zombies."""
    return [pid for pid in pids if _state(pid) not in {"", "Z", "X"}]


def _state(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123  # of hundreds of processes
            return file.read().rpartition(b")")[2].split()[0].decode()
    except (OSError, IndexError):
        return ""


def end_descendants() -> None:
    """Kill and reap the processes that our code has left running."""
    while descendants(os.getpid()):
        kill_below(os.getpid())
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)  # one of them has ended; its children are ours now
            while os.waitpid(-1, os.WNOHANG)[0]:  # and every other child that has ended
                pass


def _children(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # after each run: half the time of iterdir
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123  # as above
                children += map(int, file.read().split())
    return children
