"""The packs of a data folder: our own, and those that the user put into it."""

from functools import cache
from pathlib import Path

from warroom.content.files import pack_roots
from warroom.content.index import is_current, open_index, read_and_index, renewed
from warroom.content.load import load_packs
from warroom.content.pack import Pack
from warroom.model.errors import ContentError
from warroom.model.json import JsonObject
from warroom.services.packs.user_packs import UserPacks
from warroom.services.ports.pack_indexes import PackIndexes

OUR_PACKS = ("WarroomBase", "ApiModules", "VisionOneResponse")
_OPENED: dict[Path, tuple[Pack, JsonObject]] = {}  # our own packs: read once per process


def installed_packs(home: Path) -> list[Pack]:
    """Read our own packs, then what the user installed in the data folder, which wins where ids are the same."""
    return [*_own_packs(), *load_packs(_theirs(home), whole=False)]


@cache
def _own_packs() -> tuple[Pack, ...]:
    """Read the packs that are installed with the program, once per process: they change only with the program."""
    return tuple(load_packs(_own_places()))


def indexed_packs(home: Path, indexes: PackIndexes, now: int) -> list[Pack]:
    """Open the same packs by their indexes; a pack without a current one is read. `now` is in nanoseconds.

    Only the process that holds the folder may do so: the indexes are rewritten.
    """
    known, kept = indexes.read(), dict[str, JsonObject]()
    packs: list[Pack] = []
    own = _own_places()
    for place in (*own, *_theirs(home)):
        if not place.is_dir():
            packs += load_packs([place], whole=False)
            continue
        for root in pack_roots(place):
            key = str(root.absolute())
            pack, kept[key] = _OPENED.get(root) or _opened(root, known.get(key), now)
            packs.append(pack)
            if root in own:
                _OPENED[root] = pack, kept[key]
    if kept != known:
        indexes.write(kept)
    return packs


def _opened(root: Path, index: JsonObject | None, now: int) -> tuple[Pack, JsonObject]:
    if index and not is_current(root, index):
        index = renewed(root, index, now)
    return (open_index(root, index), index) if index else read_and_index(root, now)


def is_ours(pack: Pack) -> bool:
    """Whether a pack came with the program."""
    return pack.path in _own_places()


def _own_places() -> list[Path]:
    return [_packs_folder() / name for name in OUR_PACKS]


def _theirs(home: Path) -> list[Path]:
    return UserPacks(home).files()


def _packs_folder() -> Path:
    """Find our packs: inside the wheel, or in the repository that this file belongs to."""
    here = Path(__file__).resolve().parents[2]
    for folder in (here / "packs", here.parents[1] / "Packs"):
        if folder.is_dir():
            return folder
    raise ContentError(f"The packs that belong to warroom are missing from {here}. Install warroom again.")
