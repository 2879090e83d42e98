"""Zips of packs, and zips of such zips. They are untrusted: nothing is unpacked to disk."""

import io
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from warroom.content.files import MAX_FILE, METADATA, SUFFIXES, PackFiles
from warroom.model.errors import ContentError, Location

MAX_MEMBERS = 20_000
MAX_TOTAL = 512 * 1024 * 1024
MAX_RATIO = 200  # from 20 MiB on; small text can be packed tighter than that
_RATIO_FROM = 20 * 1024 * 1024


@dataclass(slots=True)
class _Budget:
    """The number of bytes that one zip, with the zips inside it, may still unpack to."""

    left: int = MAX_TOTAL

    def spend(self, info: ZipInfo, at: Location) -> None:
        self.left -= info.file_size
        if info.file_size > MAX_FILE and not info.filename.endswith(".zip"):
            raise ContentError("A file in the zip is larger than 64 MiB; content is never that large.", at=at)
        if self.left < 0:
            raise ContentError("The zip grows to more than 512 MiB; split it into packs.", at=at)
        if info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise ContentError("The zip's compression ratio is that of an attack; create the zip again.", at=at)


def open_zip(path: Path) -> list[PackFiles]:
    """The packs in a zip, in the order of their names."""
    try:
        with path.open("rb") as stream:
            return _open(stream, path, _Budget(), nested=False)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ContentError(f"The file cannot be read: {reason}; check it.", at=Location(path)) from error


def _open(stream: IO[bytes], path: Path, budget: _Budget, *, nested: bool) -> list[PackFiles]:
    try:
        with ZipFile(stream) as archive:
            members = _members(archive, path)
            is_pack = any(name.name in METADATA for name in members)
            inner = [] if is_pack else sorted(name for name in members if name.suffix == ".zip")
            if inner and not nested:
                return [
                    pack
                    for name in inner
                    for pack in _open(
                        io.BytesIO(_read(archive, members[name], path, budget)), path / name, budget, nested=True
                    )
                ]
            contents = {
                name: _read(archive, info, path, budget)
                for name, info in sorted(members.items())
                if name.suffix in SUFFIXES
            }
    except (BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise ContentError(f"The zip is damaged: {error}; create the zip again.", at=Location(path)) from error
    return [_pack(contents, root, path) for root in _roots(contents)]


def _members(archive: ZipFile, path: Path) -> dict[PurePosixPath, ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise ContentError(f"The zip has more than {MAX_MEMBERS:,} files; split it into packs.", at=Location(path))
    found: dict[PurePosixPath, ZipInfo] = {}
    for info in infos:
        name = _safe_name(info, path)
        if name in found:
            raise ContentError(f"`{name}` is in the zip twice; create the zip again.", at=Location(path))
        if not any(part.startswith((".", "__")) for part in name.parts):
            found[name] = info
    return found


def _safe_name(info: ZipInfo, path: Path) -> PurePosixPath:
    name = PurePosixPath(info.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in (name.parts or ("",))[0]:
        raise ContentError(f"`{info.filename}` has a path outside of the zip; create the zip again.", at=Location(path))
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ContentError(f"`{info.filename}` is a link; replace it by the file.", at=Location(path))
    if info.flag_bits & 1:
        raise ContentError(f"`{info.filename}` is encrypted; pack it without a password.", at=Location(path))
    return name


def _read(archive: ZipFile, info: ZipInfo, path: Path, budget: _Budget) -> bytes:
    budget.spend(info, Location(path / info.filename))
    return archive.read(info)


def _roots(contents: dict[PurePosixPath, bytes]) -> list[PurePosixPath]:
    roots = sorted({name.parent for name in contents if name.name in METADATA})
    outermost = [root for root in roots if not any(other in root.parents for other in roots)]
    return outermost or [PurePosixPath()]


def _pack(contents: dict[PurePosixPath, bytes], root: PurePosixPath, path: Path) -> PackFiles:
    inside = {name.relative_to(root): data for name, data in contents.items() if name.is_relative_to(root)}
    return PackFiles(
        name=root.name or path.stem,
        path=path / root,
        names=frozenset(inside),
        read=inside.__getitem__,
    )
