"""Contents of files, made from a seed piece by piece, so that a large one is never in memory as a whole."""

import hashlib
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass

PIECE = 1 << 18

# The fixed part of a minidump: signature, version, number and place of its streams, checksum, time, flags.
_MINIDUMP_HEADER = struct.Struct("<4sIIIIIQ")
_MINIDUMP_STREAM = struct.Struct("<III")
_STREAM_TYPES = (7, 4, 9, 3)  # system information, modules, memory in 64 bit, threads


@dataclass(frozen=True, slots=True)
class Digest:
    """What identifies a file: its hashes and its size."""

    sha1: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes: some given ones, then as many drawn from the seed as the size asks for."""

    beginning: bytes
    size: int
    seed: int

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes, the same ones each time."""
        head = self.beginning[: self.size]
        if head:
            yield head
        draw = random.Random(self.seed)  # noqa: S311  # contents have to be the same each time, not secret
        missing = self.size - len(head)
        while missing > 0:
            yield draw.randbytes(min(PIECE, missing))
            missing -= PIECE

    def digest(self) -> Digest:
        sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
        for piece in self.pieces():
            sha1.update(piece)
            sha256.update(piece)
        return Digest(sha1.hexdigest(), sha256.hexdigest(), self.size)


def text_content(text: str) -> Content:
    """Return a file that holds just this text."""
    data = text.encode()
    return Content(data, len(data), 0)


def dump_content(*, size: int, seed: int, taken_at: int, account: str) -> Content:
    """Return a file that begins as a memory dump does and names the account whose secrets it would hold."""
    directory_at = _MINIDUMP_HEADER.size
    body_at = directory_at + _MINIDUMP_STREAM.size * len(_STREAM_TYPES)
    header = _MINIDUMP_HEADER.pack(b"MDMP", 0xA793, len(_STREAM_TYPES), directory_at, 0, taken_at, 0x1806)
    streams = b"".join(
        _MINIDUMP_STREAM.pack(kind, 0x100, body_at + 0x100 * place) for place, kind in enumerate(_STREAM_TYPES)
    )
    return Content(header + streams + account.encode("utf-16-le"), size, seed)
