"""What is told of a pack that was looked into; no use case is imported, so that who installs one loads none."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.doors.answer import shaped
from warroom.services.packs.usable import usable


@dataclass(frozen=True, slots=True, kw_only=True)
class KindShown:
    """How many items of a kind a pack has, and how many of them cannot run here."""

    kind: str
    items: int
    cannot_run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemShown:
    """An item that cannot run here (`is_certain`) or may not, or something else that is lacking, and what to do."""

    kind: str
    item: str
    why: str
    advice: str
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLookedInto:
    """What of a pack can be used here; `path` is where it is stored, for clients on the same machine."""

    id: str
    name: str
    version: str
    path: str
    kinds: Sequence[KindShown]
    problems: Sequence[ProblemShown]


def looked_into(pack: Pack, catalogue: Catalogue, path: str = "") -> PackLookedInto:
    """Shape what of a pack can be used here, beside the others of the catalogue."""
    found = usable(pack, catalogue)
    return shaped(
        PackLookedInto,
        pack,
        path=path,
        kinds=[shaped(KindShown, kind) for kind in found.kinds],
        problems=[shaped(ProblemShown, problem) for problem in found.problems],
    )
