"""Where an export is written: a folder or a zip, which has its name only once it is whole."""

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.services.proof.drafts import OWNER_ONLY, draft_file, draft_folder
from warroom.services.proof.layout import DATA, ZIP_SEAL

PIECE = 1 << 20
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can tell: when it was made is no part of it


class Sink(Protocol):
    """Takes files one after another."""

    def write(self, name: str, pieces: Iterable[bytes], size: int) -> None:
        """Take a file of `size` bytes."""
        ...


class FolderSink:
    """Writes into a folder that is there already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / DATA).mkdir(mode=0o700)

    def write(self, name: str, pieces: Iterable[bytes], size: int) -> None:
        del size  # a folder need not know it before
        with _created(self._folder / name) as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())


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
        """Let go of a file that nobody will read."""
        with suppress(OSError):  # what keeps it from being written may be why it is abandoned
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


def refuse_if_there(target: Path) -> None:
    """Raise ConflictError when the name is taken."""
    if target.exists() or target.is_symlink():
        raise ConflictError(f"{target} exists already. Choose another name; a zip can be replaced with --overwrite.")


@contextmanager
def zip_in(file: BinaryIO) -> Iterator[ZipSink]:
    """Give a sink that writes into an open file, and ends it when the context ends well."""
    sink = ZipSink(file)
    try:
        yield sink
        sink.finish()
    except BaseException:
        sink.abandon()
        raise


@contextmanager
def told(target: Path) -> Iterator[None]:
    """Say which place cannot be written, and why."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidInputError(f"{target} cannot be written: {reason}. Choose another place.") from error


@contextmanager
def folder_at(target: Path) -> Iterator[FolderSink]:
    """Give a sink whose folder gets its name when the context ends well; else nothing stays."""
    with told(target):
        refuse_if_there(target)
        with draft_folder(target) as draft:
            yield FolderSink(draft)
            draft.rename(target)
            _flush_folder(target.parent)


@contextmanager
def zip_at(target: Path, *, overwrite: bool) -> Iterator[ZipSink]:
    """Give a sink whose file gets its name when the context ends well; else nothing stays."""
    with told(target):
        if not overwrite:
            refuse_if_there(target)
        with draft_file(target) as (draft, descriptor):
            with os.fdopen(descriptor, "w+b", closefd=False) as file:
                with zip_in(file) as sink:
                    yield sink
                os.fsync(file.fileno())
            if not overwrite:
                refuse_if_there(target)  # once more: somebody may have been quicker
            draft.replace(target)
            _flush_folder(target.parent)


def _created(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w+b")


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
