"""The files of a pack: in a folder, in a zip, or a single one."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from warroom.content.json_source import read_json
from warroom.content.source import Source
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import ContentError, Location

MAX_FILE = 64 * 1024 * 1024
SUFFIXES = frozenset({".yml", ".yaml", ".json", ".py", ".js", ".ps1", ".md"})
METADATA = ("pack_metadata.json", "metadata.json")

_CODE = (".py", ".js", ".ps1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFiles:
    """Names relative to the pack's root, and a way to read them."""

    name: str  # of the folder or zip, without suffix
    path: Path
    names: frozenset[PurePosixPath]
    read: Callable[[PurePosixPath], bytes]

    def has(self, name: PurePosixPath) -> bool:
        return name in self.names

    def text(self, name: PurePosixPath) -> str:
        path = self.path / name
        try:
            data = self.read(name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ContentError(f"The file cannot be read: {reason}; check it.", at=Location(path)) from error
        return decode(data, path)

    def source(self, name: PurePosixPath) -> Source:
        text = self.text(name)
        return read_json(text, self.path / name) if name.suffix == ".json" else read_yaml(text, self.path / name)

    def code_beside(self, name: PurePosixPath) -> tuple[str, Location] | None:
        """The code that belongs to a yml of the package form."""
        for suffix in _CODE:
            if self.has(code := name.with_suffix(suffix)):
                return self.text(code), Location(self.path / code)
        return None

    def description_beside(self, name: PurePosixPath) -> str:
        description = name.with_name(f"{name.stem}_description.md")
        return self.text(description) if self.has(description) else ""


def decode(data: bytes, path: Path) -> str:
    """The text of a file; all content is UTF-8."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"This is not UTF-8 (byte {data[error.start]:#04x}); save the file as UTF-8."
        raise ContentError(message, at=Location(path, line)) from error


def open_folder(path: Path) -> list[PackFiles]:
    """The pack in a folder, or the packs in the folders below it."""
    return [open_root(root) for root in pack_roots(path)]


def open_single(path: Path) -> PackFiles:
    """One yml as a pack of its own, with the files of the same name beside it."""
    beside = (path.with_name(f"{path.stem}_description.md"), *(path.with_suffix(suffix) for suffix in _CODE))
    names = frozenset(PurePosixPath(file.name) for file in (path, *beside) if file.is_file())
    return PackFiles(name=path.stem, path=path.parent, names=names, read=_reader(path.parent))


def pack_roots(path: Path) -> list[Path]:
    """The folder, if it is a pack, else those below it that are packs."""
    if _has_metadata(path):
        return [path]
    below = [*path.iterdir(), *((path / "Packs").iterdir() if (path / "Packs").is_dir() else ())]
    return sorted(folder for folder in below if folder.is_dir() and _has_metadata(folder)) or [path]


def _has_metadata(folder: Path) -> bool:
    return any((folder / name).is_file() for name in METADATA)


def open_root(root: Path) -> PackFiles:
    """The pack in a folder."""
    resolved = root.resolve()
    names = frozenset(PurePosixPath(file.relative_to(root).as_posix()) for file in _walk(root, resolved))
    return PackFiles(name=resolved.name, path=root, names=names, read=_reader(root))


def _walk(root: Path, resolved: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            file = Path(folder, name)
            if file.suffix not in SUFFIXES or name.startswith("."):
                continue
            if file.is_symlink() and not file.resolve().is_relative_to(resolved):
                message = "This link leads out of the pack; replace it by the file."
                raise ContentError(message, at=Location(file))
            yield file


def _reader(root: Path) -> Callable[[PurePosixPath], bytes]:
    def read(name: PurePosixPath) -> bytes:
        file = root / name
        if file.stat().st_size > MAX_FILE:
            message = f"The file is larger than {MAX_FILE // 1024 // 1024} MiB; content is never that large."
            raise ContentError(message, at=Location(file))
        return file.read_bytes()

    return read
