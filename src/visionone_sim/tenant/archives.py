"""Archives of collected files: made in the background, in files without a name, so that nothing is left behind."""

import hashlib
import os
import posixpath
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

import pyzipper

from visionone_sim.tenant.contents import PIECE, Content, Digest


class StoppedError(Exception):
    """The tenant was closed while an archive was being made."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An encrypted zip with one file in it, and what identifies that file."""

    file: IO[bytes]
    size: int
    original: Digest

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self.file.fileno(), length, offset)


@dataclass(frozen=True, slots=True)
class Order:
    """What an archive is made from."""

    path: str
    content: Content
    password: str


class ArchiveShelf:
    """Archives by task id; asking twice gives the same one."""

    def __init__(self, *, compress_below_bytes: int) -> None:
        self._compress_below = compress_below_bytes
        self._orders: dict[str, Order] = {}
        self._begin()

    def _begin(self) -> None:
        self._archives: dict[str, Future[Archive]] = {}
        self._stopped = threading.Event()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")

    def __getstate__(self) -> dict[str, Any]:
        """Archives are made again from their orders, so a snapshot needs no more."""
        return {"_compress_below": self._compress_below, "_orders": self._orders}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def order(self, task_id: str, *, path: str, content: Content, password: str) -> Future[Archive]:
        """Begin to make a task's archive, unless that has begun before."""
        self._orders.setdefault(task_id, Order(path, content, password))
        return self._future(task_id)

    def get(self, task_id: str) -> Future[Archive] | None:
        return self._future(task_id) if task_id in self._orders else None

    def _future(self, task_id: str) -> Future[Archive]:
        if task_id not in self._archives:
            order = self._orders[task_id]
            self._archives[task_id] = self._worker.submit(
                self._make, base_name(order.path), order.content, order.password
            )
        return self._archives[task_id]

    def close(self) -> None:
        """Stop running work and free the disk space."""
        self._stopped.set()
        self._worker.shutdown(wait=True, cancel_futures=True)
        for future in self._archives.values():
            if not future.cancelled() and future.exception() is None:
                future.result().file.close()

    def _make(self, name: str, content: Content, password: str) -> Archive:
        target: IO[bytes] = tempfile.TemporaryFile(prefix="visionone-sim-")  # noqa: SIM115  # it outlives this call
        try:
            digest = self._write(target, name, content, password)
        except BaseException:
            target.close()
            raise
        target.flush()
        return Archive(target, os.fstat(target.fileno()).st_size, digest)

    def _write(self, target: IO[bytes], name: str, content: Content, password: str) -> Digest:
        sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
        compression = pyzipper.ZIP_DEFLATED if content.size < self._compress_below else pyzipper.ZIP_STORED
        with pyzipper.AESZipFile(target, "w", compression=compression, encryption=pyzipper.WZ_AES) as archive:
            archive.setpassword(password.encode())
            with archive.open(name, "w", force_zip64=True) as inside:
                for piece in self._until_stopped(content.pieces()):
                    sha1.update(piece)
                    sha256.update(piece)
                    inside.write(piece)
        return Digest(sha1.hexdigest(), sha256.hexdigest(), content.size)

    def _until_stopped(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            if self._stopped.is_set():
                raise StoppedError
            yield piece


def base_name(path: str) -> str:
    r"""Return the last part of a Windows or POSIX path.

    >>> base_name(r"C:\Users\mlopez\lsass.DMP")
    'lsass.DMP'
    """
    return posixpath.basename(path.replace("\\", "/"))


def archive_pieces(archive: Archive) -> Iterator[bytes]:
    """Yield an archive's bytes from its beginning."""
    for offset in range(0, archive.size, PIECE):
        yield archive.read(offset, PIECE)
