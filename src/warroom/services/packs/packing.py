"""Makes a zip of a pack for XSOAR, and puts packs into the data folder."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from warroom.content.load import load_packs
from warroom.content.pack import Pack
from warroom.content.unify import CONTENTS_LIST, unified_files
from warroom.model.errors import ContentError, InvalidInputError, Location
from warroom.services.packs.user_packs import UserPacks

TIMELESS = (1980, 1, 1, 0, 0, 0)  # so that the same pack makes the same zip
MOST_NAMED = 20  # files of a pack of which nothing can be read


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


def readable_packs(path: Path) -> list[Pack]:
    """Read the packs at a path. A file that cannot be read is in `Pack.unreadable`, and its items are missing.

    Raises ContentError, which names the files, where nothing of a pack can be read.
    """
    packs = load_packs([path], whole=False)
    if broken := next((pack for pack in packs if pack.unreadable and not count_items(pack)), None):
        note, *others = broken.unreadable
        named = "".join(f"\n{other}" for other in others[: MOST_NAMED - 1])
        message = f"Nothing of {broken.id} can be read: {note.message}{named}"
        raise ContentError(message, at=Location(path / note.file, note.line))
    return packs


def install_pack(path: Path, home: Path) -> list[Pack]:
    """Copy a pack into a data folder that no process serves, where it takes the place of a copy of the same name."""
    folder = UserPacks(home)
    packs = readable_packs(path)
    target = folder.place_for(path)
    with folder.room() as scratch:
        copy = folder.copy(path, scratch)
        if target.exists():
            folder.drop(target)
        folder.put(copy)
    return packs


@contextmanager
def _room_in(folder: Path) -> Iterator[str]:
    """Make a temporary folder in `folder`; raises InvalidInputError where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
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
