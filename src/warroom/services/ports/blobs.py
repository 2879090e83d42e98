"""Files and large contents by their SHA-256."""

from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from warroom.model.entry import StoredFile


class Blobs(Protocol):
    """Content-addressed bytes. Nothing here reads a whole file into memory."""

    async def take(self, path: Path, name: str) -> StoredFile:
        """Move a file in (the source no longer exists afterwards); returns its size and hashes."""
        ...

    async def put(self, data: bytes, name: str) -> StoredFile: ...

    def open(self, sha256: str) -> BinaryIO:
        """Raises NotFoundError when the bytes are not there. Checking them against the hash is up to the reader."""
        ...

    async def link(self, sha256: str, folder: Path) -> Path:
        """Make the bytes readable as a file in `folder` (a hard link where possible) for a worker to read.

        Raises NotFoundError when they are not there, DamagedError when they are not those of the hash.
        """
        ...

    async def held(self, shelf: str) -> list[str]:
        """Return the hashes of the stored blobs that begin with these two letters."""
        ...

    async def encrypt(self, sha256: str) -> bool:
        """Encrypt a blob that is stored in clear; False when there is nothing to do. Raises what `link` raises."""
        ...

    async def remove(self, sha256: str, unless_since: datetime) -> bool:
        """Remove the bytes; False, and they stay, when they were taken in since that moment or are not there."""
        ...

    def location(self, sha256: str) -> str:
        """Return the path or URL of the bytes, for people."""
        ...
