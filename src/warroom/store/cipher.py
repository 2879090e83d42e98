"""Blobs encrypted at rest: AES-256-GCM in chunks, each blob with a key of its own.

A file is a head and chunks. The head: 8 bytes that name the format, 8 that name the key it was wrapped with, a nonce of
12, and the blob's key, wrapped (48). Each chunk is up to 64 KiB, encrypted, with a tag of 16 bytes behind it; its nonce
is its number and whether it is the last one, so that no chunk can be moved, left out or put in, and no end cut off.
"""

import hashlib
import os
from io import RawIOBase
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from warroom.model.errors import ConflictError, DamagedError, WarroomError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FORMAT = b"WRBLOB1\n"
CHUNK = 64 * 1024
TAG = 16
NONCE = 12
HEAD = len(FORMAT) + 8 + NONCE + 32 + TAG


class Cipher:
    """Encrypts and decrypts streams with flat memory; `origin` names the key in errors."""

    def __init__(self, key: bytes, *, origin: str) -> None:
        self._wrap = AESGCM(key)
        self._id = hashlib.sha256(key).digest()[:8]
        self._origin = origin

    def writer(self, sink: IO[bytes]) -> "Encrypting":
        """Begin a blob."""
        key, nonce = AESGCM.generate_key(256), os.urandom(NONCE)
        sink.write(FORMAT + self._id + nonce + self._wrap.encrypt(nonce, key, FORMAT))
        return Encrypting(sink, AESGCM(key))

    def reader(self, source: BinaryIO) -> BinaryIO:
        """Read a blob as it was before; raises DamagedError, here or later, when it is not as it was written.

        ConflictError: it was encrypted with another key.
        """
        head = source.read(HEAD)
        named, nonce, wrapped = head[len(FORMAT) :][:8], head[len(FORMAT) + 8 :][:NONCE], head[-32 - TAG :]
        if len(head) < HEAD or not head.startswith(FORMAT):
            raise _damaged()
        try:
            key = self._wrap.decrypt(nonce, wrapped, FORMAT)
        except InvalidTag:
            raise self._unopened(named) from None
        if named != self._id:
            raise _damaged()
        return cast("BinaryIO", Decrypting(source, AESGCM(key)))

    def _unopened(self, named: bytes) -> WarroomError:
        if named == self._id:
            return _damaged()
        return ConflictError(
            f"Evidence was encrypted with another key than {self._origin}; bring that key back. A copy of the data "
            "folder needs its key."
        )


class Encrypting:
    """Takes bytes and writes chunks; `finish` writes the last one."""

    def __init__(self, sink: IO[bytes], key: AESGCM) -> None:
        self._sink = sink
        self._key = key
        self._number = 0
        self._rest = bytearray()

    def write(self, data: bytes) -> None:
        self._rest += data
        if len(self._rest) > CHUNK:
            whole = (len(self._rest) - 1) // CHUNK * CHUNK  # of the last chunk one byte stays: its nonce is another
            with memoryview(self._rest) as view:
                for at in range(0, whole, CHUNK):
                    self._put(view[at : at + CHUNK], is_last=False)
            del self._rest[:whole]

    def finish(self) -> None:
        self._put(memoryview(self._rest), is_last=True)

    def _put(self, piece: memoryview, *, is_last: bool) -> None:
        self._sink.write(self._key.encrypt(_nonce(self._number, is_last=is_last), piece, None))
        self._number += 1


class Decrypting(RawIOBase):
    """Reads the chunks of a blob as one stream."""

    def __init__(self, source: BinaryIO, key: AESGCM) -> None:
        self._source = source
        self._key = key
        self._number = 0
        self._next: bytes | None = source.read(CHUNK + TAG)  # None: the last one was read
        self._plain = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        room = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(room) and (self._plain or self._fill()):
            piece = self._plain[: len(room) - filled]
            room[filled : filled + len(piece)] = piece
            self._plain = self._plain[len(piece) :]
            filled += len(piece)
        return filled

    def _fill(self) -> bool:
        """Decrypt the next chunk; False at the end."""
        if self._next is None:
            return False
        chunk, ahead = self._next, self._source.read(CHUNK + TAG)
        try:
            plain = self._key.decrypt(_nonce(self._number, is_last=not ahead), chunk, None)
        except InvalidTag:
            raise _damaged() from None
        self._plain, self._next, self._number = memoryview(plain), ahead or None, self._number + 1
        return bool(plain) or self._next is not None

    def close(self) -> None:
        self._source.close()
        super().close()


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + bytes([is_last])


def _damaged() -> DamagedError:
    return DamagedError(
        "The encrypted bytes are damaged: they are not as they were written. Bring them back from a backup."
    )
