"""Installs the packs of a tree as they are into a data folder of its own."""

from dataclasses import dataclass
from pathlib import Path

from warroom.content.files import pack_roots
from warroom.model.errors import WarroomError
from warroom.services.packs.packing import install_pack
from warroom.services.packs.user_packs import PACKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The packs of a tree, and those of them that were refused, each with the reason."""

    packs: int
    refused: dict[str, str]


def install_tree(tree: Path, home: Path) -> Installed:
    """Install each pack of a tree as `warroom pack install` does; one that is there already is left as it is."""
    roots, refused = pack_roots(tree), dict[str, str]()
    for root in roots:
        if (home / PACKS / root.name).exists():
            continue
        try:
            install_pack(root, home)
        except WarroomError as error:
            refused[root.name] = str(error)
    return Installed(packs=len(roots), refused=refused)
