"""Drafts of exports: files and folders that have no final name yet, and leftovers of killed exports."""

import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

NAME = re.compile(r"\.export-[0-9a-f]{12}\.part")
OWNER_ONLY = 0o600

log = structlog.get_logger(__name__)


@contextmanager
def draft_file(target: Path) -> Iterator[tuple[Path, int]]:
    """Yield a new file beside `target`, with its descriptor; it is locked as long as the context lasts."""
    with _draft(target, is_folder=False) as made:
        yield made


@contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """Yield a new folder beside `target`; it is locked as long as the context lasts."""
    with _draft(target, is_folder=True) as (path, _):
        yield path


@contextmanager
def _draft(target: Path, *, is_folder: bool) -> Iterator[tuple[Path, int]]:
    """Remove what killed exports left there, and begin a draft; what stays of it when the context ends is removed."""
    remove_leftovers(target.parent)
    path, descriptor = _started(target, is_folder=is_folder)
    try:
        yield path, descriptor
    finally:
        _remove(path)
        os.close(descriptor)


def _started(target: Path, *, is_folder: bool) -> tuple[Path, int]:
    """Make a draft and lock it; try again when it was removed as a leftover in between."""
    while True:
        path = target.with_name(f".export-{secrets.token_hex(6)}.part")
        if is_folder:
            path.mkdir(mode=0o700)
        descriptor = _opened(path, is_folder=is_folder)
        if descriptor >= 0:
            with suppress(OSError):  # a file system without locks: nothing is ever taken for a leftover there
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if path.exists():
                return path, descriptor
            os.close(descriptor)


def _opened(path: Path, *, is_folder: bool) -> int:
    """Open a draft; -1 for a folder that no longer exists."""
    if not is_folder:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return -1


def remove_leftovers(folder: Path) -> list[Path]:
    """Remove drafts of ours that no process has locked; returns them."""
    removed = []
    for path in sorted(folder.glob(".export-*.part")):
        if NAME.fullmatch(path.name) and _is_left(path):
            log.warning("removed what is left of an export that was killed", path=str(path))
            removed.append(path)
    return removed


def _is_left(path: Path) -> bool:
    """Remove a draft of ours unless it is locked; returns whether it was removed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        found = os.fstat(descriptor)
        is_draft = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
        if not is_draft or found.st_uid != os.geteuid():
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
    except OSError:  # it is in use, or the file system has no locks
        return False
    finally:
        os.close(descriptor)
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
