"""Blobs in memory."""

import asyncio
import hashlib
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warroom.model.entry import StoredFile
from warroom.model.errors import NotFoundError
from warroom.services.evidence.intact import refuse_others


class MemoryBlobs:
    """Implements the Blobs port for small files; `link` writes a read-only copy."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self._held)

    async def take(self, path: Path, name: str) -> StoredFile:
        stored = await self.put(await asyncio.to_thread(path.read_bytes), name)
        await asyncio.to_thread(path.unlink)
        return stored

    async def put(self, data: bytes, name: str) -> StoredFile:
        sha256 = hashlib.sha256(data).hexdigest()
        self._held[sha256] = data
        return StoredFile(
            name=name,
            size=len(data),
            md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
            sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
            sha256=sha256,
            sha512=hashlib.sha512(data).hexdigest(),
        )

    def open(self, sha256: str) -> BinaryIO:
        return BytesIO(self._bytes(sha256))

    async def link(self, sha256: str, folder: Path) -> Path:
        return await asyncio.to_thread(self._link, sha256, folder)

    def _link(self, sha256: str, folder: Path) -> Path:
        path = folder / sha256
        if not path.exists():
            data = self._bytes(sha256)
            refuse_others(hashlib.sha256(data).hexdigest(), sha256, self.location(sha256))
            path.write_bytes(data)
            path.chmod(0o400)
        return path

    async def held(self, shelf: str) -> list[str]:
        return sorted(sha256 for sha256 in self._held if sha256.startswith(shelf))

    async def encrypt(self, sha256: str) -> bool:
        self._bytes(sha256)
        return False

    async def remove(self, sha256: str, unless_since: datetime) -> bool:
        """Remove them whenever they were taken in: nothing runs beside a test."""
        del unless_since
        return self._held.pop(sha256, None) is not None

    def location(self, sha256: str) -> str:
        return f"memory:{sha256}"

    def _bytes(self, sha256: str) -> bytes:
        if sha256 not in self._held:
            raise NotFoundError(f"The bytes {sha256} are not in memory.")
        return self._held[sha256]
