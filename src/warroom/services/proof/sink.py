"""The target of an export: a folder or a zip, which gets its name only once it is complete."""

import hashlib
import os
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.services.proof.drafts import OWNER_ONLY, draft_file, draft_folder
from warroom.services.proof.layout import DATA, ZIP_SEAL

PIECE = 1 << 20
FLUSHES = 32  # flushed together: a file system writes its journal once for all that wait
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold: exports do not depend on when they are made


class Sink(Protocol):
    """Takes files one after another."""

    def write(self, name: str, pieces: Iterable[bytes], size: int) -> None:
        """Take a file of `size` bytes."""
        ...


class FolderSink:
    """Writes into a folder that is there already; all of it is on the disk once it is finished."""

    def __init__(self, folder: Path, flushing: Executor) -> None:
        self._folder = folder
        self._flushing = flushing
        self._under_way: deque[Future[None]] = deque()
        (folder / DATA).mkdir(mode=0o700)

    def write(self, name: str, pieces: Iterable[bytes], size: int) -> None:
        del size  # a folder need not know it before
        with _created(self._folder / name) as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            descriptor = os.dup(file.fileno())
        self._under_way.append(self._flushing.submit(_flush, descriptor))
        if len(self._under_way) >= 2 * FLUSHES:
            self._under_way.popleft().result()

    def finish(self) -> None:
        """Wait until all files are on the disk, and their names."""
        while self._under_way:
            self._under_way.popleft().result()
        for folder in (self._folder / DATA, self._folder):
            _flush_folder(folder)


class ZipSink:
    """Writes a zip that is not compressed, and ends with the hash of all its bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)

    def write(self, name: str, pieces: Iterable[bytes], size: int) -> None:
        info = zipfile.ZipInfo(name, BEGINNING)
        info.external_attr = OWNER_ONLY << 16
        info.file_size = size  # so that a large one is written as one
        with self._zip.open(info, "w") as file:
            for piece in pieces:
                file.write(piece)

    def abandon(self) -> None:
        """Remove an incomplete file."""
        with suppress(OSError):  # a write error may be why it is abandoned
            self._zip.close()

    def finish(self) -> None:
        """Write the list of files and the hash."""
        self._zip.comment = ZIP_SEAL + b"0" * 64
        self._zip.close()
        end = self._file.seek(-64, os.SEEK_END)
        self._file.seek(0)
        digest, left = hashlib.sha256(), end - len(ZIP_SEAL)
        while left > 0 and (piece := self._file.read(min(PIECE, left))):
            digest.update(piece)
            left -= len(piece)
        self._file.seek(end)
        self._file.write(digest.hexdigest().encode())
        self._file.flush()


def refuse_unless_a_name(target: Path) -> None:
    """Raise InvalidInputError when no file can be called so: it cannot be encoded, or holds a zero byte."""
    try:
        is_broken = 0 in os.fsencode(target)
    except ValueError as error:
        raise InvalidInputError(f"{str(target)!r} is no name of a file: {error}. Choose another name.") from error
    if is_broken:
        raise InvalidInputError(f"{str(target)!r} is no name of a file: a zero byte is in it. Choose another name.")


def refuse_if_there(target: Path) -> None:
    """Raise ConflictError when the name is taken."""
    if target.exists() or target.is_symlink():
        raise ConflictError(f"{target} exists already. Choose another name; a zip can be replaced with --overwrite.")


@contextmanager
def zip_in(file: BinaryIO) -> Iterator[ZipSink]:
    """Yield a sink that writes into an open file; the zip is ended when the context ends well."""
    sink = ZipSink(file)
    try:
        yield sink
        sink.finish()
    except BaseException:
        sink.abandon()
        raise


@contextmanager
def told(target: Path) -> Iterator[None]:
    """Turn an OSError into a sentence that says which path cannot be written, and why."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidInputError(f"{target} cannot be written: {reason}. Choose another place.") from error


@contextmanager
def folder_at(target: Path) -> Iterator[FolderSink]:
    """Yield a sink whose folder gets its name when the context ends well; else nothing stays."""
    with told(target):
        refuse_if_there(target)
        with draft_folder(target) as draft, ThreadPoolExecutor(FLUSHES) as flushing:
            sink = FolderSink(draft, flushing)
            yield sink
            sink.finish()
            draft.rename(target)
            _flush_folder(target.parent)


@contextmanager
def zip_at(target: Path, *, overwrite: bool) -> Iterator[ZipSink]:
    """Yield a sink whose file gets its name when the context ends well; else nothing stays."""
    with told(target):
        if not overwrite:
            refuse_if_there(target)
        with draft_file(target) as (draft, descriptor):
            with os.fdopen(descriptor, "w+b", closefd=False) as file:
                with zip_in(file) as sink:
                    yield sink
                os.fsync(file.fileno())
            if not overwrite:
                refuse_if_there(target)  # again: another process may have been faster
            draft.replace(target)
            _flush_folder(target.parent)


def _created(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w+b")


def _flush_folder(folder: Path) -> None:
    _flush(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))


def _flush(descriptor: int) -> None:
    """Wait until it is on the disk, and close it."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
