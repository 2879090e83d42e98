"""Bytes by their SHA-256 in an object store, reached through fsspec."""

import asyncio
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from fsspec.core import url_to_fs

from warroom.model.entry import StoredFile
from warroom.model.errors import NotFoundError
from warroom.services.intact import hash_of, refuse_others
from warroom.store.blobs import READ_ONLY, FolderBlobs
from warroom.store.digest import digest


class ObjectBlobs:
    """Implements the Blobs port on any URL that fsspec knows (s3://bucket/folder, …).

    An object is there as a whole or not at all, so nothing is moved into place.
    """

    def __init__(self, url: str) -> None:
        self._files: Any
        self._files, self._root = url_to_fs(url)

    async def take(self, path: Path, name: str) -> StoredFile:
        return await asyncio.to_thread(self._take, path, name)

    async def put(self, data: bytes, name: str) -> StoredFile:
        return await asyncio.to_thread(self._put, data, name)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return cast("BinaryIO", self._files.open(self._place(sha256), "rb"))
        except FileNotFoundError:
            raise self._missing(sha256) from None

    async def link(self, sha256: str, folder: Path) -> Path:
        return await asyncio.to_thread(self._fetch, sha256, folder / sha256)

    async def held(self, shelf: str) -> list[str]:
        return await asyncio.to_thread(self._on, shelf)

    async def encrypt(self, sha256: str) -> bool:
        """Leave it: an object store encrypts by itself, where it is told to."""
        del sha256
        return False

    async def remove(self, sha256: str, unless_since: datetime) -> bool:
        return await asyncio.to_thread(self._remove, sha256, unless_since)

    def location(self, sha256: str) -> str:
        return str(self._files.unstrip_protocol(self._place(sha256)))

    def _place(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def _take(self, path: Path, name: str) -> StoredFile:
        with path.open("rb") as file:
            found = digest(file)
        if not self._files.exists(self._place(found.sha256)):
            self._files.put_file(str(path), self._place(found.sha256))
        path.unlink()
        return found.named(name)

    def _put(self, data: bytes, name: str) -> StoredFile:
        found = digest(BytesIO(data))
        self._files.pipe_file(self._place(found.sha256), data)
        return found.named(name)

    def _fetch(self, sha256: str, target: Path) -> Path:
        if not target.exists():
            try:
                self._files.get_file(self._place(sha256), str(target))
            except FileNotFoundError:
                raise self._missing(sha256) from None
            with target.open("rb") as file:
                refuse_others(hash_of(file), sha256, self.location(sha256))
            target.chmod(READ_ONLY)
        return target

    def _on(self, shelf: str) -> list[str]:
        return sorted(str(path).rpartition("/")[2] for path in self._files.find(f"{self._root}/{shelf}"))

    def _remove(self, sha256: str, unless_since: datetime) -> bool:
        place = self._place(sha256)
        if not self._files.exists(place) or self._files.modified(place) > unless_since:
            return False
        self._files.rm_file(place)
        return True

    def _missing(self, sha256: str) -> NotFoundError:
        return NotFoundError(f"The bytes {sha256} are not in {self._root}; they may have been removed by hand.")


def open_blobs(where: Path | str) -> FolderBlobs | ObjectBlobs:
    """Blobs in a folder, or behind a URL."""
    if isinstance(where, str) and "://" in where:
        return ObjectBlobs(where)
    return FolderBlobs(Path(where))
