"""Bytes by their SHA-256 in a folder."""

import asyncio
import os
import shutil
from collections.abc import Awaitable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from warroom.model.entry import StoredFile
from warroom.model.errors import NotFoundError
from warroom.services.intact import hash_of, refuse_others
from warroom.store.digest import digest
from warroom.store.outage import outage_of

READ_ONLY = 0o400


class FolderBlobs:
    """Implements the Blobs port: files named by their hash, in 65,536 folders, moved in when they are complete."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._arrivals = root / "arriving"
        self._arrivals.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)

    async def take(self, path: Path, name: str) -> StoredFile:
        return await _kept(asyncio.to_thread(self._take, path, name))

    async def put(self, data: bytes, name: str) -> StoredFile:
        return await _kept(asyncio.to_thread(self._put, data, name))

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise NotFoundError(
                f"The bytes {sha256} are not in {self._root}; they may have been removed by hand."
            ) from None

    async def link(self, sha256: str, folder: Path) -> Path:
        return await asyncio.to_thread(self._link, sha256, folder)

    def location(self, sha256: str) -> str:
        return str(self._place(sha256))

    def _place(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _take(self, path: Path, name: str) -> StoredFile:
        if path.is_symlink() or path.stat().st_dev != self._root.stat().st_dev or path.stat().st_nlink > 1:
            stored = self._copy(path, name)
            path.unlink()
            return stored
        with path.open("rb") as file:
            found = digest(file)
            os.fsync(file.fileno())
        self._move_in(path, found.sha256)
        return found.named(name)

    def _put(self, data: bytes, name: str) -> StoredFile:
        return self._write(BytesIO(data), name)

    def _copy(self, path: Path, name: str) -> StoredFile:
        with path.open("rb") as file:
            return self._write(file, name)

    def _write(self, source: BinaryIO, name: str) -> StoredFile:
        with NamedTemporaryFile(dir=self._arrivals, delete=False) as file:
            arriving = Path(file.name)
            try:
                found = digest(source, each=file.write)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                arriving.unlink()
                raise
        self._move_in(arriving, found.sha256)
        return found.named(name)

    def _move_in(self, path: Path, sha256: str) -> None:
        place = self._place(sha256)
        if place.exists():
            path.unlink()
            return
        for folder in (place.parent.parent, place.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        path.chmod(READ_ONLY)
        path.rename(place)
        _sync_folder(place.parent)

    def _link(self, sha256: str, folder: Path) -> Path:
        place, target = self._place(sha256), folder / sha256
        with self.open(sha256) as source:
            refuse_others(hash_of(source), sha256, str(place))
        try:
            os.link(place, target)
        except FileExistsError:
            pass
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(place, target)
            target.chmod(READ_ONLY)
        return target


async def _kept(work: Awaitable[StoredFile]) -> StoredFile:
    try:
        return await work
    except OSError as error:
        if outage := outage_of(error):
            raise outage from error
        raise


def _sync_folder(folder: Path) -> None:
    """A rename survives a power loss only when the folder is flushed too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
