"""A file's size and hashes in one pass."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from warroom.model.entry import StoredFile

CHUNK = 256 * 1024


def _ignore(_chunk: bytes) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A file's size and hashes."""

    size: int
    md5: str
    sha1: str
    sha256: str
    sha512: str

    def named(self, name: str) -> StoredFile:
        return StoredFile(
            name=name, size=self.size, md5=self.md5, sha1=self.sha1, sha256=self.sha256, sha512=self.sha512
        )


def digest(file: BinaryIO, each: Callable[[bytes], object] = _ignore) -> Digest:
    """Read to the end, a quarter of a mebibyte at a time; each chunk is also given to `each` (to copy it, say).

    >>> from io import BytesIO
    >>> digest(BytesIO(b"MDMP")).size
    4
    """
    # MD5 and SHA-1 are names that analysts search for, not protection.
    names = ("md5", "sha1", "sha256", "sha512")
    hashes = {name: hashlib.new(name, usedforsecurity=name.startswith("sha2")) for name in names}
    size = 0
    while chunk := file.read(CHUNK):
        size += len(chunk)
        for hash_ in hashes.values():
            hash_.update(chunk)
        each(chunk)
    return Digest(size=size, **{name: hash_.hexdigest() for name, hash_ in hashes.items()})
