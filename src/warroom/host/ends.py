"""How a worker's process ended: by itself, in a crash, out of memory, or killed."""

import signal
from pathlib import Path

COUNTS = Path("/proc/vmstat")
OOM_KILL = b"\noom_kill "
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}


def oom_kills(counts: Path = COUNTS) -> int | None:
    """Count the processes that this system has killed because memory ran out, its containers' included.

    None where the system has no such counter.
    """
    try:
        found = counts.read_bytes()
    except OSError:
        return None
    _, name, rest = found.partition(OOM_KILL)
    return int(rest.split(maxsplit=1)[0]) if name else None


def how(code: int, before: int | None, after: int | None) -> str:
    """Say how a process ended, from its exit code and `oom_kills` before its run and after its end.

    >>> how(3, 0, 0)
    'ended with exit code 3'
    >>> how(-9, 0, 0)
    'was killed by signal 9 (SIGKILL), from outside, and not for want of memory'
    >>> how(-11, 0, 0)
    'was killed by signal 11 (SIGSEGV): its code, or a library of it, crashed'
    """
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        number = signal.Signals(-code)
    except ValueError:
        return f"was killed by signal {-code}"
    said = f"was killed by signal {-code} ({number.name})"
    if number in CRASHES:
        return f"{said}: its code, or a library of it, crashed"
    return said + (_why(before, after) if number is signal.SIGKILL else ", from outside")


def _why(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return ", from outside or by the system for want of memory"
    if after > before:
        return (
            " by the system, because the memory of the machine or of a container ran out: ask it for less, give more"
            " memory, or lower worker_memory_mb so that the code is told before"
        )
    return ", from outside, and not for want of memory"
