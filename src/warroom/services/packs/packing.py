"""Makes a zip of a pack for XSOAR, and puts packs into the data folder."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns, move, rmtree
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from warroom.content.load import load_packs
from warroom.content.pack import Pack
from warroom.content.unify import CONTENTS_LIST, unified_files
from warroom.model.errors import ConflictError, ContentError, InvalidInputError, Location

PACKS = "packs"
TIMELESS = (1980, 1, 1, 0, 0, 0)  # so that the same pack makes the same zip


def build_pack(folder: Path, to: Path, marketplace: str) -> tuple[Path, int]:
    """Write `<pack>.zip` and return its path and the number of its items, after reading it back as a check."""
    files = unified_files(folder, marketplace)
    path = to / f"{folder.resolve().name}.zip"
    with _room_in(to) as scratch:
        draft = Path(scratch, path.name)
        with ZipFile(draft, "w", ZIP_DEFLATED) as archive:
            for name, data in sorted(files.items()):
                archive.writestr(ZipInfo(name, TIMELESS), data, ZIP_DEFLATED)
        items = _read_back(draft, files)
        draft.replace(path)
    return path, items


def install_pack(path: Path, home: Path) -> list[Pack]:
    """Copy a pack into the data folder, where a newer copy of the same name takes its place.

    Files that cannot be read are copied, too; `Pack.unreadable` names them, and their items are missing.
    """
    packs = load_packs([path], whole=False)
    if broken := next((pack for pack in packs if pack.unreadable and not count_items(pack)), None):
        note = broken.unreadable[0]
        raise ContentError(
            f"Nothing of {broken.id} can be read: {note.message}", at=Location(path / note.file, note.line)
        )
    folder = home / PACKS
    target = folder / path.resolve().name
    if target.resolve() == path.resolve():
        raise ConflictError(f"{path} is in the data folder already; there is nothing to install.")
    with _room_in(home, mode=0o700) as scratch:
        folder.mkdir(mode=0o700, exist_ok=True)
        copy = Path(scratch, target.name)
        if path.is_dir():
            copytree(path, copy, ignore=ignore_patterns(".*", "__pycache__"))
        else:
            copyfile(path, copy)
        if target.is_dir():
            rmtree(target)
        move(copy, target)
    return packs


@contextmanager
def _room_in(folder: Path, mode: int = 0o777) -> Iterator[str]:
    """Make a temporary folder in `folder`; raises InvalidInputError where nothing can be written."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as scratch:
            yield scratch
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidInputError(f"{folder} cannot take the pack: {reason}. Choose another folder.") from error


def _read_back(built: Path, files: Mapping[str, bytes]) -> int:
    """Read the zip and return its number of items; all items of the pack must be in it."""
    listed = json.loads(files[CONTENTS_LIST])["contentItems"]
    wanted = sum(len(items) for items in listed.values())
    found = sum(count_items(pack) for pack in load_packs([built]))
    if found != wanted:
        message = f"{wanted} items were packed and {found} are read back; look for files that are no items."
        raise ContentError(message, at=Location(built))
    return found


def count_items(pack: Pack) -> int:
    """How many items a zip of this pack carries; test playbooks stay in the folder."""
    kinds = (pack.integrations, pack.scripts, pack.playbooks, pack.incident_types, pack.incident_fields, pack.layouts)
    classification = {**pack.classifiers, **pack.mappers, **pack.outgoing_mappers}  # a file of the old form is both
    more = (classification, pack.preprocess_rules, pack.indicator_types, pack.indicator_fields, pack.skipped)
    return sum(map(len, (*kinds, *more)))
