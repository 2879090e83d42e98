"""The container of an export, a folder or a zip: its files and their bytes; nothing is ever unpacked."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import IO, Any, NamedTuple

from warroom.services.proof.layout import BAGIT, CHECKPOINT, MANIFEST, ZIP_SEAL, ZIP_SEAL_BYTES

PIECE = 1 << 18  # bytes of one read; they fit into the processor's cache while they are hashed
LARGEST_DIRECTORY = 64 << 20  # bytes of a zip's own list of files; half a million of them
END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
END_MARK = b"PK\5\6"
LOCATOR_BYTES = 20
LOCAL = struct.Struct("<4s22x2H")  # the header of a file: signature, and lengths of its name and other fields
LOCAL_MARK = b"PK\3\4"
UTF_8 = 0x800  # flags of a file in a zip
ODD_FLAGS = 0x60  # patched, strongly encrypted
LONGEST_END = 1 << 17  # bytes, in which zipfile looks for the end, and more
UNKNOWN = 0xFFFFFFFF  # means that the record for large zips has the number
UNREADABLE = (  # what Python's zipfile also raises for a zip that was changed
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeDecodeError,
    ValueError,
    struct.error,
    zlib.error,
)


class UnreadableError(Exception):
    """It cannot be read as an export at all; the sentence says why."""


class Hashed(NamedTuple):
    """A file as far as it could be read; `unread` says why the rest could not."""

    name: str
    sha256: str
    size: int
    unread: str = ""


class Container:
    """Files by name, with the faults that were found."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.names: list[str] = []
        self.left_out: set[str] = set()  # names of entries that were not read

    def open(self, name: str) -> IO[bytes]:
        """Open a file to be read piece by piece; raises one of UNREADABLE."""
        raise NotImplementedError

    def hashed(self) -> list[Hashed]:
        """Read all of it, once, and return the hash of each file."""
        return [self._hashed(name) for name in self.names]

    def close(self) -> None:
        """Close the container."""

    def _hashed(self, name: str) -> Hashed:
        digest, size = hashlib.sha256(), 0
        try:
            with self.open(name) as file:
                for piece in pieces(file):
                    digest.update(piece)
                    size += len(piece)
        except UNREADABLE as error:
            return Hashed(name, digest.hexdigest(), size, str(error))
        return Hashed(name, digest.hexdigest(), size)


class Folder(Container):
    """An export in a folder. Links do not count as files: their target can change."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root
        self._look(root, "")

    def open(self, name: str) -> IO[bytes]:
        return open(os.path.join(self._root, name), "rb", buffering=0)  # noqa: PTH118, PTH123  # Path costs as much as hashing a small file

    def _look(self, folder: Path, prefix: str) -> None:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            name = prefix + entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode) and name == "data":
                self._look(folder / entry.name, "data/")
            elif stat.S_ISREG(mode):
                self.names.append(name)
            else:
                what = "a folder" if stat.S_ISDIR(mode) else "no plain file"
                self.problems.append(f"{shown(name)} is {what}, which no export has.")


class Archive(Container):
    """An export in a zip. An export is not compressed, so that it cannot unfold to more than it is."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._size = path.stat().st_size
        if self._size < ZIP_SEAL_BYTES + END.size:
            raise UnreadableError("It is too short for an export.")
        self._source = FileIO(path)
        try:
            _check_directory(self._source, self._size)
            self._zip = zipfile.ZipFile(self._source)
        except UnreadableError:
            self._source.close()
            raise
        except UNREADABLE as error:
            self._source.close()
            raise UnreadableError(f"It is no zip that can be read: {error}") from error
        self._files: dict[str, zipfile.ZipInfo] = {}
        room = self._size
        for info in self._zip.infolist():
            room -= info.file_size
            self._take(info, room)
        self.names = sorted(self._files)

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._files[name])

    def close(self) -> None:
        self._zip.close()
        self._source.close()

    def hashed(self) -> list[Hashed]:
        """Read the zip from its front to its end: the hash of each file, and of all bytes, which it ends with.

        Bytes outside of the files are reported: programs that read from the front could find unlisted files there.
        """
        walk, found = _Walk(self._source), {}
        for info in sorted(self._zip.infolist(), key=lambda info: info.header_offset):
            if info.header_offset != walk.at or not walk.is_at_file():
                break
            each = walk.past(info)
            if each and self._files.get(each.name) is info:
                found[each.name] = each
        if walk.at != self._zip.start_dir:
            self.problems.append(
                f"From byte {walk.at:,} on, the zip has bytes of no file on its list; an export has none."
            )
        walk.to(self._size - ZIP_SEAL_BYTES)
        if walk.rest() != ZIP_SEAL + walk.whole.hexdigest().encode():
            self.problems.append(
                "The zip is not as it was written: the hash at its end is not the one of its bytes. If it was only"
                " unpacked and zipped again, unpack it and check the folder."
            )
        return [found.get(name) or self._hashed(name) for name in self.names]

    def _take(self, info: zipfile.ZipInfo, room: int) -> None:
        name = info.orig_filename
        self.left_out.add(name)
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            self.problems.append(f"{shown(name)} is compressed or encrypted, which no export is; it was not read.")
        elif room < 0:
            self.problems.append(
                f"{shown(name)} and what stands before it are more bytes than the zip; it was not read."
            )
        elif name in self._files:
            self.problems.append(f"{shown(name)} is there twice; only the first one was read.")
        else:
            self._files[name] = info
            self.left_out.discard(name)


class _Walk:
    """A zip read from its front: what is passed is hashed as a part of the whole, and as a file where it is one."""

    def __init__(self, source: FileIO) -> None:
        self.at = 0
        self.whole = hashlib.sha256()
        self._source = source
        self._head = b""
        self._buffer = memoryview(bytearray(PIECE))
        source.seek(0)

    def is_at_file(self) -> bool:
        """Read the header of a file; False at the end."""
        self._head = self._read(LOCAL.size)
        return len(self._head) == LOCAL.size

    def past(self, info: zipfile.ZipInfo) -> Hashed | None:
        """Skip to the end of a file; None for an unusual one, which zipfile has to read and may refuse."""
        mark, name, more = LOCAL.unpack(self._head)
        named = self._read(name + more)[:name]
        digest, begin = hashlib.sha256(), self.at + LOCAL.size + name + more
        self._feed(info.compress_size, digest)
        self.at = begin + info.compress_size
        is_plain = mark == LOCAL_MARK and not info.flag_bits & ODD_FLAGS and info.compress_size == info.file_size
        is_named = named == info.orig_filename.encode("utf-8" if info.flag_bits & UTF_8 else "cp437")
        if not is_plain or not is_named:
            return None
        return Hashed(info.orig_filename, digest.hexdigest(), info.file_size)

    def to(self, end: int) -> None:
        """Skip forward to a position."""
        self._feed(end - self._source.tell())

    def rest(self) -> bytes:
        """Return the end of a zip; empty when anything follows it."""
        return self._source.read(ZIP_SEAL_BYTES + 1)

    def _read(self, count: int) -> bytes:
        piece = self._source.read(count)
        self.whole.update(piece)
        return piece

    def _feed(self, count: int, digest: Any = None) -> None:
        """Hash the next bytes, as a part of the whole and of a file."""
        while count > 0 and (got := self._source.readinto(self._buffer[: min(count, PIECE)])):
            piece = self._buffer[:got]
            self.whole.update(piece)
            if digest:
                digest.update(piece)
            count -= got


def _check_directory(file: IO[bytes], size: int) -> None:
    """Refuse a zip whose list of files is too long to be read into memory, by either record of its length."""
    start = max(0, size - LONGEST_END)
    file.seek(start)
    tail = file.read(LONGEST_END)
    at = tail.find(END_MARK)
    while at >= 0 and at + END.size <= len(tail):
        length = max(END.unpack_from(tail, at)[5] % UNKNOWN, _length_64(tail, at - LOCATOR_BYTES - END_64.size))
        if length > LARGEST_DIRECTORY:
            raise UnreadableError(f"Its list of files has {length:,} bytes; {LARGEST_DIRECTORY:,} are read at most.")
        at = tail.find(END_MARK, at + 1)


def _length_64(tail: bytes, at: int) -> int:
    """Return the length of the file list from the record for large zips, which is before the end record."""
    if at < 0 or not tail.startswith(b"PK\6\6", at):
        return 0
    return int(END_64.unpack_from(tail, at)[8])


def opened(path: Path) -> Container:
    """Open a folder or a zip; raises UnreadableError for what holds no export."""
    try:
        container = Folder(path) if path.is_dir() else Archive(path)
    except OSError as error:
        raise UnreadableError(f"It cannot be read: {error.strerror or error}.") from error
    if not {BAGIT, MANIFEST, CHECKPOINT} & {*container.names, *container.left_out}:
        container.close()
        raise UnreadableError(f"It holds no export: neither {BAGIT} nor {MANIFEST} nor {CHECKPOINT} is there.")
    return container


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file's bytes piece by piece."""
    while piece := file.read(PIECE):
        yield piece


def shown(name: str) -> str:
    r"""Write a name so that it does nothing to a terminal.

    >>> shown("data/a"), shown("\x1b[2Jb")
    ('data/a', "'\\x1b[2Jb'")
    """
    return name if name.isprintable() and name.isascii() and name else ascii(name)
