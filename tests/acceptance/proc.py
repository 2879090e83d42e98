"""What the system says about processes."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROC = Path("/proc")
PR_SET_CHILD_SUBREAPER = 36
PR_GET_CHILD_SUBREAPER = 37
LISTENING = "0A"


def children(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have started."""
    return [below for child in _children(pid) for below in (child, *children(child))]


def is_alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    return _status(pid).get("State", "Z")[0] not in "ZX"


def listening_ports(pid: int) -> set[int]:
    """Return the TCP ports of 127.0.0.1 that a process listens on."""
    held = {_link(file) for file in (PROC / str(pid) / "fd").glob("*")}
    rows = [line.split() for line in _read(PROC / str(pid) / "net" / "tcp").splitlines()[1:]]
    return {int(row[1].partition(":")[2], 16) for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in held}


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process has had in RAM so far; 0 when it is gone."""
    return int(_status(pid).get("VmHWM", "0 kB").split()[0]) * 1024


@contextmanager
def adopting_orphans() -> Iterator[set[int]]:
    """Let this process inherit what its children leave behind; the set names what it has to begin with."""
    me = os.getpid()
    before = set(children(me))
    with adopting():
        try:
            yield before
        finally:
            for pid in set(children(me)) - before:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


@contextmanager
def adopting() -> Iterator[None]:
    """Become the parent of whatever children leave behind, until the end of the block."""
    before = ctypes.c_int()
    _process_control(PR_GET_CHILD_SUBREAPER, ctypes.byref(before))
    _process_control(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        _process_control(PR_SET_CHILD_SUBREAPER, before.value)


def _process_control(option: int, argument: object) -> None:
    assert ctypes.CDLL(None).prctl(option, argument, 0, 0, 0) == 0


def _children(pid: int) -> list[int]:
    tasks = (PROC / str(pid) / "task").glob("*/children")
    return [int(child) for file in tasks for child in _read(file).split()]


def _status(pid: int) -> dict[str, str]:
    lines = _read(PROC / str(pid) / "status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _link(file: Path) -> str:
    try:
        return str(file.readlink())
    except (FileNotFoundError, ProcessLookupError):  # closed meanwhile
        return ""


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return ""
