"""Monitors a run from outside: the number of its processes, and how much it has written."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from warroom.host.guest.descendants import descendants
from warroom.host.settings import HostSettings

WATCH_SECONDS = 0.05  # between two counts of processes
DISK_SECONDS = 0.5  # between two checks at the folder, while there is much room
FASTEST = 4 << 30  # bytes a second, that a disk may take
SHARE = 0.1  # of the time may go into looking at a folder of many files
MEGABYTE = 1 << 20


class Watch:
    """Monitors one run; the less room is left in a folder, the sooner it is checked again."""

    def __init__(self, pid: int, scratch: Path, settings: HostSettings) -> None:
        self._pid = pid
        self._scratch = scratch
        self._settings = settings
        self._due = 0.0

    def passed(self, clock: Callable[[], float] = time.monotonic) -> str:
        """Return the sentence for the limit that the run has passed; empty when none."""
        settings = self._settings
        if (count := len(descendants(self._pid))) > settings.processes:
            return (
                f"it had {count} processes at once, and {settings.processes} is the limit;"
                " raise worker_processes if it needs them"
            )
        if (now := clock()) < self._due:
            return ""
        size = _size(self._scratch)
        took = clock() - now
        self._due = now + took + max(took / SHARE, min(DISK_SECONDS, (settings.scratch_size - size) / FASTEST))
        if size > settings.scratch_size:
            return (
                f"it had written {size // MEGABYTE:,} MB, and {settings.scratch_size // MEGABYTE:,} is the limit;"
                " raise worker_disk_mb if it needs them"
            )
        return ""


def _size(folder: Path) -> int:
    """Return the size of a folder's content, in bytes on the disk."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118  # of thousands of files
            except OSError:  # deleted meanwhile
                continue
