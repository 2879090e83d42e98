from __future__ import annotations

import os
import resource
import select
import signal
import sys
import threading

from .descendants import kill_below  # noqa: TID252  # warroom is not importable in a worker

MORE_PROCESSES = 4096  # of this user, in addition to those that run when the worker starts
FIRST_TO_GO = 500  # of 1000: as if it had half of the machine's memory besides its own


def apply_limits(limits: dict[str, int | None]) -> None:
    """No core dumps (they would hold secrets), a bounded number of open files, address space and size of a file.

    The limit of processes counts all of the user's, and does not hold for root: it only stops code that forks without
    end before it uses up the machine.
    """
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, limits.get("open_files"))
    _lower(resource.RLIMIT_AS, limits.get("address_space"))
    _lower(resource.RLIMIT_FSIZE, limits.get("file_size"))
    if (threads := _threads_of_all()) is not None:
        _lower(resource.RLIMIT_NPROC, threads + MORE_PROCESSES)
    _go_first()


def _go_first() -> None:
    """Have the system kill this process and its children, not the server, when memory runs out."""
    try:
        with open("/proc/self/oom_score_adj", "r+", encoding="ascii") as file:  # noqa: PTH123  # at the start of each worker
            if int(file.read()) < FIRST_TO_GO:
                file.seek(0)
                file.write(str(FIRST_TO_GO))
    except (OSError, ValueError):  # where the system has no such file
        return


def _threads_of_all() -> int | None:
    """Count the threads of all users on this machine; None where the system has no such list."""
    try:
        with open("/proc/loadavg", encoding="ascii") as file:  # noqa: PTH123  # at the start of each worker
            return int(file.read().split()[3].partition("/")[2])
    except (OSError, ValueError, IndexError):
        return None


def _lower(what: int, value: int | None) -> None:
    if value is None:
        return
    _, hard = resource.getrlimit(what)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def die_with_host(fd: int) -> None:
    """End this process and its children when the host closes its end of the pipe or is killed.

    Linux's parent-death signal would be quicker, but it kills this process alone and leaves the children.
    """
    threading.Thread(target=_wait_for_hangup, args=(fd,), name="host-watch", daemon=True).start()


def _wait_for_hangup(fd: int) -> None:
    poll = select.poll()
    poll.register(fd, 0)  # hang-ups are reported without being asked for
    while not poll.poll():
        pass
    end_group()


def end_group() -> None:
    """Kill the processes that code started, and this worker's process group with this process."""
    kill_below(os.getpid())
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def resident_bytes() -> int:
    """Return the memory in use now, or the peak where the system does not report that."""
    try:
        statm = os.open("/proc/self/statm", os.O_RDONLY)  # a file object would make three more system calls
        try:
            return int(os.read(statm, 256).split()[1]) * resource.getpagesize()
        finally:
            os.close(statm)
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
