"""The folder of the packs that users installed, and the one of what was replaced or removed and can be brought back."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from filecmp import cmp, cmpfiles
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns, move, rmtree
from tempfile import TemporaryDirectory

from warroom.content.pack import Pack
from warroom.model.border import parsed
from warroom.model.errors import ConflictError, UnavailableError

PACKS = "packs"
PREVIOUS = "previous-packs"
ABOUT = "about.json"
_YAML = frozenset({".yml", ".yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousPack:
    """A pack that was replaced or removed; `file` is the name of its file or folder, which may hold others, too."""

    id: str
    name: str
    version: str
    file: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UserPacks:
    """The two folders in a data folder. Of each file or folder, the version before the installed one is kept."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / PACKS

    def files(self) -> list[Path]:
        """Return what is installed, in the order in which it counts: files and folders, each of one or more packs."""
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []

    def file_of(self, pack: Pack) -> Path | None:
        """Return the file or folder that an installed pack is in; None for one of ours."""
        if pack.path == self.folder:  # a yml is a pack of its own beside others
            return next((file for file in self.files() if file.stem == pack.id and file.suffix in _YAML), None)
        if self.folder not in pack.path.parents:
            return None
        return self.folder / pack.path.relative_to(self.folder).parts[0]

    def place_for(self, path: Path) -> Path:
        """Return where a file or folder comes to when it is installed; raises ConflictError when it is there."""
        target = self.folder / path.resolve().name
        if target.resolve() == path.resolve():
            raise ConflictError(f"{path} is in the data folder already; there is nothing to install.")
        return target

    def copy(self, path: Path, scratch: Path) -> Path:
        """Copy what is to be installed beside the folders, where one step brings it into its place."""
        copy = scratch / path.resolve().name
        if path.is_dir():
            copytree(path, copy, ignore=ignore_patterns(".*", "__pycache__"))
        else:
            copyfile(path, copy)
        return copy

    def put(self, ready: Path) -> Path:
        """Bring what is ready into its place, which is free."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(move(ready, self.folder / ready.name))

    def keep(self, file: Path, packs: Sequence[Pack], by: str, at: datetime) -> None:
        """Take an installed file or folder away, and keep it as the previous version."""
        place = self.home / PREVIOUS / file.name
        if place.exists():
            rmtree(place)
        place.mkdir(mode=0o700, parents=True)
        known = [{"id": pack.id, "name": pack.name, "version": pack.version} for pack in packs]
        about = {"packs": known, "by": by, "at": at.isoformat()}
        (place / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        move(file, place / file.name)

    def place_of(self, file: str) -> Path:
        """Return where the previous version of a file or folder is kept."""
        return self.home / PREVIOUS / file / file

    def drop(self, file: Path) -> None:
        """Take an installed file or folder away without keeping it."""
        if file.is_dir():
            rmtree(file)
        else:
            file.unlink()

    def forget(self, kept: Path) -> None:
        """Keep a previous version no longer, since it is installed again; any other path is left alone."""
        if kept.parent.parent == self.home / PREVIOUS:
            rmtree(kept.parent)

    def previous(self) -> list[PreviousPack]:
        """List what can be brought back, by id; what is not as it was stored is left out."""
        places = self.home / PREVIOUS
        found = sorted(places.iterdir()) if places.is_dir() else []
        return sorted((pack for place in found for pack in _previous(place)), key=lambda pack: (pack.id, pack.file))

    @contextmanager
    def room(self) -> Iterator[Path]:
        """Make a temporary folder from which a file comes into its place in one step."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with TemporaryDirectory(dir=self.home) as scratch:
                yield Path(scratch)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnavailableError(f"The data folder cannot take the pack: {reason}. Look at its disk.") from error


def is_same(one: Path, other: Path) -> bool:
    """Whether two files or folders have the same content."""
    if one.is_dir() and other.is_dir():
        names, others = _names(one), _names(other)
        return names == others and not any(cmpfiles(one, other, names, shallow=False)[1:])
    return one.is_file() and other.is_file() and cmp(one, other, shallow=False)


def _names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if not file.is_dir())


def _previous(place: Path) -> Iterator[PreviousPack]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        if not (place / place.name).exists():
            return
        about = parsed((place / ABOUT).read_text(encoding="utf-8"))
        at, by = datetime.fromisoformat(about["at"]), str(about["by"])
        for one in about["packs"]:
            names = {key: str(one[key]) for key in ("id", "name", "version")}
            yield PreviousPack(**names, file=place.name, by=by, at=at)
