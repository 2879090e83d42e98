"""The lock on a data folder: one process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warroom.model.errors import FolderInUseError, InvalidInputError

LOCK_FILE = "lock"


@contextmanager
def lock_folder(home: Path) -> Iterator[None]:
    """Hold the folder, which is made when it is missing. The lock ends with the process.

    Raises FolderInUseError when another process holds it, InvalidInputError when there can be no such folder.
    """
    descriptor = _open(home)
    try:
        _take(descriptor, home)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


def holder(home: Path) -> int | None:
    """Return the id of the process that holds the folder; None without one."""
    try:
        descriptor = os.open(home / LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _open(home: Path) -> int:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(home / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InvalidInputError(
            f"The data folder {home} cannot be used ({error.strerror}). Name another one with --home."
        ) from error


def _take(descriptor: int, home: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = _written(descriptor)
        who = f"process {pid}" if pid else "another process"
        raise FolderInUseError(
            f"The data folder {home} is in use by {who}; stop it, or name another folder. "
            "A server that is just starting answers in a few seconds."
        ) from None


def _written(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0).decode("ascii", "replace")
    return int(text) if text.isdigit() else 0
