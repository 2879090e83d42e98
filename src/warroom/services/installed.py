"""The packs of a data folder: our own, and those that the user put into it."""

from functools import cache
from pathlib import Path

from warroom.content.load import load_packs
from warroom.content.pack import Pack
from warroom.model.errors import ContentError

OUR_PACKS = ("WarroomBase", "VisionOneResponse")


def installed_packs(home: Path) -> list[Pack]:
    """Load our own packs, then what the user installed in the data folder, which wins where ids are the same."""
    folder = home / "packs"
    theirs = load_packs(sorted(folder.iterdir())) if folder.is_dir() else []
    return [*_own_packs(), *theirs]


@cache
def _own_packs() -> tuple[Pack, ...]:
    """They come with the program, and so change only with it; a process that opens several folders reads them once."""
    return tuple(load_packs(_packs_folder() / name for name in OUR_PACKS))


def _packs_folder() -> Path:
    """Find our packs: inside the wheel, or in the repository that this file belongs to."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "packs", here.parents[1] / "Packs"):
        if folder.is_dir():
            return folder
    raise ContentError(f"The packs that belong to warroom are missing from {here}. Install warroom again.")
