"""An index of a pack: its headings, and the file stamps that tell whether they are current.

It opens a pack without reading it: an item is read from its file on first access, by the same readers. The index of a
pack also lists the files that cannot be read.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from warroom.content.files import PackFiles, open_root
from warroom.content.heading import Heading
from warroom.content.load import FOLDERS, SECTIONS, load_files, read_item
from warroom.content.pack import FileNote, Pack
from warroom.content.shelf import LateMapping, Shelf, headings
from warroom.model.errors import ContentError, Location
from warroom.model.json import Json, JsonObject

YOUNG = 2_000_000_000  # nanoseconds; a file that changed so shortly before it was read may change again unseen


@dataclass(slots=True)
class Reading:
    """Records what is read of a pack, with each file's stamp just before."""

    files: PackFiles
    stamps: dict[str, Json]
    hashes: dict[str, str]

    def read(self, name: PurePosixPath) -> bytes:
        self.stamps[str(name)] = stamp(f"{self.files.path}/{name}")
        data = self.files.read(name)
        self.hashes[str(name)] = sha256(data).hexdigest()
        return data


def stamp(path: str) -> Json:
    """Return a stamp of a file or folder that differs after any change."""
    found = os.stat(path)  # noqa: PTH116  # a Path for each of twenty thousand files costs more than asking
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def read_and_index(root: Path, now: int) -> tuple[Pack, JsonObject]:
    """Read a pack whole, and make its index; `now` is in nanoseconds. Raises ContentError."""
    folders = {folder: stamp(f"{root}/{folder}") for folder in _folders(root)}
    files = open_root(root)
    reading = Reading(files, {}, {})
    pack = load_files(replace(files, read=reading.read), whole=False)
    return pack, {
        "read": now,
        "folders": folders,
        "files": {name: [*reading.stamps[name], digest] for name, digest in reading.hashes.items()},
        "names": _hash_of_names(files),
        "pack": {"id": pack.id, "name": pack.name, "version": pack.version},
        "metadata": pack.metadata,
        "skipped": dict(pack.skipped),
        "ignored": dict(pack.ignored),
        "unread": list(map(asdict, pack.unreadable)),
        "remarks": list(map(asdict, pack.remarks)),
        "items": {section: _told(pack, items) for section in SECTIONS if (items := getattr(pack, section))},
    }


def is_current(root: Path, index: JsonObject) -> bool:
    """Whether nothing has changed since the index was made: no file, and no folder that could hold a new one."""
    oldest = index["read"] - YOUNG
    try:
        return all(
            (found := stamp(f"{root}/{name}")) == noted[:4] and max(found[2:]) < oldest
            for known in (index["folders"], index["files"])
            for name, noted in known.items()
        )
    except OSError:
        return False


def renewed(root: Path, index: JsonObject, now: int) -> JsonObject | None:
    """Return the index with new file times when no file's content changed; None when the pack must be read."""
    folders = {folder: stamp(f"{root}/{folder}") for folder in _folders(root)}
    files = open_root(root)
    reading = Reading(files, {}, {})
    if _hash_of_names(files) != index["names"] or not all(
        _is_same(reading, *noted) for noted in index["files"].items()
    ):
        return None
    noted_now = {name: [*reading.stamps[name], digest] for name, digest in reading.hashes.items()}
    return {**index, "read": now, "folders": folders, "files": noted_now}


def _is_same(reading: Reading, name: str, noted: list[Json]) -> bool:
    try:
        reading.read(PurePosixPath(name))
    except OSError:
        return False
    return bool(reading.hashes[name] == noted[4])


def open_index(root: Path, index: JsonObject) -> Pack:
    """Return the pack of an index; its items, and even their headings, are looked at when they are asked for."""

    @cache
    def files() -> PackFiles:
        hashes = {name: noted[4] for name, noted in index["files"].items()}
        names = frozenset(map(PurePosixPath, hashes))
        return PackFiles(name=root.name, path=root, names=names, read=_unchanged(root, hashes))

    shelves: dict[str, Any] = {
        section: _shelf(files, index["pack"]["id"], section, told) for section, told in index["items"].items()
    }
    return Pack(
        path=root,
        metadata=index["metadata"],
        skipped=index["skipped"],
        ignored=index["ignored"],
        unreadable=_notes(index["unread"]),
        remarks=_notes(index["remarks"]),
        **index["pack"],
        **shelves,
    )


def _notes(noted: list[dict[str, Any]]) -> tuple[FileNote, ...]:
    return tuple(FileNote(**(one | {"names": tuple(one["names"])})) for one in noted)


def _shelf(files: Callable[[], PackFiles], pack_id: str, section: str, told: Mapping[str, list[Json]]) -> Shelf[Any]:
    def read(item_id: str) -> Any:
        return read_item(files(), pack_id, section, item_id, PurePosixPath(told[item_id][0]))

    return Shelf(LateMapping(told, lambda item_id: Heading(*told[item_id][1:])), read)


def _told(pack: Pack, items: Mapping[str, Any]) -> JsonObject:
    return {
        item_id: [items[item_id].at.path.relative_to(pack.path).as_posix(), *known]
        for item_id, known in headings(items).items()
    }


def _unchanged(root: Path, hashes: Mapping[str, str]) -> Callable[[PurePosixPath], bytes]:
    def read(name: PurePosixPath) -> bytes:
        data = (root / name).read_bytes()
        if sha256(data).hexdigest() != hashes[str(name)]:
            message = "The file has changed since this command started; run the command again."
            raise ContentError(message, at=Location(root / name))
        return data

    return read


def _folders(root: Path) -> list[str]:
    """The folders that items are in, by their names: the pack's own, those in it, and those in these."""
    first = [name for name in _below(root) if name in FOLDERS]
    return ["", *first, *(f"{name}/{below}" for name in first for below in _below(root / name))]


def _below(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return [each.name for each in found if each.is_dir() and not each.name.startswith((".", "__"))]
    except OSError:  # it may not be looked into: then nothing in it is an item either
        return []


def _hash_of_names(files: PackFiles) -> str:
    return sha256("\n".join(sorted(map(str, files.names))).encode(errors="surrogatepass")).hexdigest()
