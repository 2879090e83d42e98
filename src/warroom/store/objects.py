"""Bytes by their SHA-256 in an object store, reached through fsspec."""

import asyncio
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

from fsspec.core import url_to_fs

from warroom.model.entry import StoredFile
from warroom.model.errors import NotFoundError, WarroomError
from warroom.services.evidence.intact import refuse_others
from warroom.store.blobs import ENCRYPTED, FolderBlobs, written_out
from warroom.store.cipher import Cipher
from warroom.store.digest import Digest, digest


class ObjectBlobs:
    """Implements the Blobs port on any URL that fsspec knows (s3://bucket/folder, …).

    An object is there as a whole or not at all, so nothing is moved into place. With a cipher, new ones are encrypted;
    those stored in clear stay readable until they are encrypted.
    """

    def __init__(self, url: str, cipher: Cipher | None = None) -> None:
        self._files: Any
        self._files, self._root = url_to_fs(url)
        self._cipher = cipher

    async def take(self, path: Path, name: str) -> StoredFile:
        return await asyncio.to_thread(self._take, path, name)

    async def put(self, data: bytes, name: str) -> StoredFile:
        return await asyncio.to_thread(self._put, data, name)

    def open(self, sha256: str) -> BinaryIO:
        for place in self._places(sha256):
            try:
                source = cast("BinaryIO", self._files.open(place, "rb"))
            except FileNotFoundError:
                continue
            if self._cipher is None or not place.endswith(ENCRYPTED):
                return source
            try:
                return self._cipher.reader(source)
            except WarroomError:
                source.close()
                raise
        raise self._missing(sha256)

    async def link(self, sha256: str, folder: Path) -> Path:
        return await asyncio.to_thread(written_out, self, sha256, folder / sha256)

    async def held(self, shelf: str) -> list[str]:
        return await asyncio.to_thread(self._on, shelf)

    async def encrypt(self, sha256: str) -> bool:
        """Encrypt a blob that is stored in clear; False when it is not. Raises DamagedError as `link` does."""
        return await asyncio.to_thread(self._encrypt, sha256)

    async def remove(self, sha256: str, unless_since: datetime) -> bool:
        return await asyncio.to_thread(self._remove, sha256, unless_since)

    def location(self, sha256: str) -> str:
        return str(self._files.unstrip_protocol(self._place(sha256)))

    def _places(self, sha256: str) -> tuple[str, ...]:
        """Return where the bytes may be; the first place twice, since they may move there from the second."""
        plain = f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"
        return (plain + ENCRYPTED, plain, plain + ENCRYPTED) if self._cipher else (plain,)

    def _place(self, sha256: str) -> str:
        """Return the path for a hash."""
        places = self._places(sha256)
        return next((place for place in places if self._files.exists(place)), places[0])

    def _take(self, path: Path, name: str) -> StoredFile:
        with path.open("rb") as file:
            found = self._stored(file)
        path.unlink()
        return found.named(name)

    def _put(self, data: bytes, name: str) -> StoredFile:
        return self._stored(BytesIO(data), is_new=True).named(name)

    def _stored(self, source: BinaryIO, *, is_new: bool = False) -> Digest:
        """Bring bytes there under their hash; on the way they are in a file of this machine, in the same form."""
        with NamedTemporaryFile() as file:
            writer = self._cipher.writer(file) if self._cipher else None
            found = digest(source, each=writer.write if writer else file.write)
            if writer:
                writer.finish()
            file.flush()
            place = self._places(found.sha256)[0]
            if is_new or not self._files.exists(place):
                self._files.put_file(file.name, place)
        return found

    def _on(self, shelf: str) -> list[str]:
        names = (str(path).rpartition("/")[2] for path in self._files.find(f"{self._root}/{shelf}"))
        return sorted({name.removesuffix(ENCRYPTED) for name in names})

    def _encrypt(self, sha256: str) -> bool:
        if self._cipher is None:
            return False
        _, plain, _ = self._places(sha256)
        if not self._files.exists(plain):
            return False
        with self._files.open(plain, "rb") as source:
            found = self._stored(source)
        refuse_others(found.sha256, sha256, plain)
        self._files.rm_file(plain)
        return True

    def _remove(self, sha256: str, unless_since: datetime) -> bool:
        there = [place for place in dict.fromkeys(self._places(sha256)) if self._files.exists(place)]
        if not there or any(self._files.modified(place) > unless_since for place in there):
            return False
        for place in there:
            self._files.rm_file(place)
        return True

    def _missing(self, sha256: str) -> NotFoundError:
        return NotFoundError(f"The bytes {sha256} are not in {self._root}; they may have been removed by hand.")


def open_blobs(where: Path | str, cipher: Cipher | None = None) -> FolderBlobs | ObjectBlobs:
    """Blobs in a folder, or behind a URL."""
    if isinstance(where, str) and "://" in where:
        return ObjectBlobs(where, cipher)
    return FolderBlobs(Path(where), cipher)
