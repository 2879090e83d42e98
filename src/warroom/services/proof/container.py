"""What holds an export, a folder or a zip: which files are there, and their bytes; nothing is ever unpacked."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from warroom.services.proof.layout import BAGIT, CHECKPOINT, MANIFEST, ZIP_SEAL, ZIP_SEAL_BYTES

PIECE = 1 << 20
LARGEST_DIRECTORY = 64 << 20  # bytes of a zip's own list of files; half a million of them
END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
END_MARK = b"PK\5\6"
LOCATOR_BYTES = 20
LOCAL = struct.Struct("<4s22x2H")  # what stands before a file: its mark, and how long its name and the rest are
LONGEST_END = 1 << 17  # bytes, in which zipfile looks for the end, and more
UNKNOWN = 0xFFFFFFFF  # stands where the record for large zips has the number
UNREADABLE = (  # what Python's zipfile raises for a zip that was changed, besides what it should
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


class Container:
    """Files by name, with what was odd about them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.names: list[str] = []
        self.left_out: set[str] = set()  # names of what lies there and was not read

    def open(self, name: str) -> IO[bytes]:
        """Open a file to be read piece by piece; raises one of UNREADABLE."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of it."""


class Folder(Container):
    """An export in a folder. Links are no files: they lead to what may be another thing tomorrow."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root
        self._look(root, "")

    def open(self, name: str) -> IO[bytes]:
        return (self._root / name).open("rb")

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
        with path.open("rb") as file:
            self._check_seal(file, path.stat().st_size)
        try:
            self._zip = zipfile.ZipFile(path)
        except UNREADABLE as error:
            raise UnreadableError(f"It is no zip that can be read: {error}") from error
        self._files: dict[str, zipfile.ZipInfo] = {}
        room = path.stat().st_size
        for info in self._zip.infolist():
            room -= info.file_size
            self._take(info, room)
        self.names = sorted(self._files)
        with path.open("rb") as file:
            self._check_gaps(file)

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._files[name])

    def close(self) -> None:
        self._zip.close()

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

    def _check_gaps(self, file: BinaryIO) -> None:
        """Say when bytes lie beside the files: programs that read from the front would find files on no list there."""
        at = 0
        for info in sorted(self._zip.infolist(), key=lambda info: info.header_offset):
            file.seek(at)
            head = file.read(LOCAL.size)
            if info.header_offset != at or len(head) < LOCAL.size:
                break
            _, name, more = LOCAL.unpack(head)
            at += LOCAL.size + name + more + info.compress_size
        if at != self._zip.start_dir:
            self.problems.append(
                f"Bytes lie in the zip from {at:,} on that belong to no file on its list, which no export has."
            )

    def _check_seal(self, file: BinaryIO, size: int) -> None:
        """Compare the hash of all bytes with the one that the zip ends with: it finds what no file of it shows."""
        if size < ZIP_SEAL_BYTES + END.size:
            raise UnreadableError("It is too short for an export.")
        _check_directory(file, size)
        file.seek(0)
        digest, left = hashlib.sha256(), size - ZIP_SEAL_BYTES
        while left > 0 and (piece := file.read(min(PIECE, left))):
            digest.update(piece)
            left -= len(piece)
        if file.read(ZIP_SEAL_BYTES + 1) != ZIP_SEAL + digest.hexdigest().encode():
            self.problems.append(
                "The zip is not as it was written: the hash at its end is not the one of its bytes. Where it was only"
                " packed anew, unpack it and check the folder."
            )


def _check_directory(file: BinaryIO, size: int) -> None:
    """Refuse a zip whose list of files is too long to be read into memory, by whichever end it may be read."""
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
    """Give the length of the list that the record for large zips names, which stands before the end."""
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
    """Give a file's bytes piece by piece."""
    while piece := file.read(PIECE):
        yield piece


def shown(name: str) -> str:
    r"""Write a name so that it does nothing to a terminal.

    >>> shown("data/a"), shown("\x1b[2Jb")
    ('data/a', "'\\x1b[2Jb'")
    """
    return name if name.isprintable() and name.isascii() and name else ascii(name)
