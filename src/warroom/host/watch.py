"""Looks at a run from outside: how many processes it has started, and how much it has written."""

import os
from collections.abc import Iterator
from pathlib import Path

from warroom.host.guest.descendants import descendants
from warroom.host.settings import HostSettings

WATCH_SECONDS = 0.5
MEGABYTE = 1 << 20


def limit_passed(pid: int, scratch: Path, settings: HostSettings) -> str:
    """Say in words which limit the run of a worker has passed; nothing when none."""
    if (count := len(descendants(pid))) > settings.processes:
        return (
            f"it had {count} processes at once, and {settings.processes} is the limit;"
            " raise worker_processes if it needs them"
        )
    if (size := _size(scratch)) > settings.scratch_size:
        return (
            f"it had written {size // MEGABYTE:,} MB, and {settings.scratch_size // MEGABYTE:,} is the limit;"
            " raise worker_disk_mb if it needs them"
        )
    return ""


def _size(folder: Path) -> int:
    """Give what lies in a folder, in bytes on the disk."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118  # of thousands of files
            except OSError:  # gone meanwhile
                continue
