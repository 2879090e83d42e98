"""Checks that bytes match their hash: before they are handed out, and again while they are read."""

import hashlib
from collections.abc import Callable
from io import RawIOBase
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from warroom.model.entry import StoredFile
from warroom.model.errors import DamagedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 18
Each: TypeAlias = Callable[[bytes], object]  # is given each chunk that is read


def ignore(_chunk: bytes) -> None:
    return None


def hash_of(source: BinaryIO, each: Each = ignore) -> str:
    """Hash to the end with flat memory; each chunk is also given to `each` (to copy it, say)."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        each(chunk)
    return digest.hexdigest()


def refuse_others(found: str, sha256: str, place: str) -> None:
    """Raise DamagedError unless the hash that was found is the expected one."""
    if found != sha256:
        raise DamagedError(
            f"The stored bytes {sha256} are damaged: they have the SHA-256 {found}. Bring {place} back from a backup."
        )


class VerifiedFile(RawIOBase):
    """Reads a file and returns its last piece only when the whole matches its hash; else raises DamagedError."""

    def __init__(self, source: BinaryIO, file: StoredFile) -> None:
        self._source = source
        self._file = file
        self._left = file.size
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        room = memoryview(buffer).cast("B")
        piece = self._source.read(min(len(room), self._left) or 1)
        self._left -= len(piece)
        self._digest.update(piece)
        if self._left < 0 or (not piece and self._left) or (not self._left and not self._is_whole()):
            raise DamagedError(
                f"The stored bytes of {self._file.name!r} are not those of SHA-256 {self._file.sha256} any more; the "
                "rest is not sent. Restore them from a backup."
            )
        room[: len(piece)] = piece
        return len(piece)

    def _is_whole(self) -> bool:
        return self._digest.hexdigest() == self._file.sha256

    def close(self) -> None:
        self._source.close()
        super().close()


def guarded(open_: Callable[[str], BinaryIO], file: StoredFile) -> BinaryIO:
    """Open a file's bytes, guarded."""
    return cast("BinaryIO", VerifiedFile(open_(file.sha256), file))
