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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteShown:
    """A file of a pack that is not as it should be, and why."""

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInstalled:
    """A pack that was installed: what of it can be used, and the version that it `replaced`.

    Files of `left_out` cannot be read; those of `remarks` have a mistake and are taken as XSOAR takes them.
    """

    id: str
    name: str
    version: str
    path: str
    replaced: str
    kinds: Sequence[KindShown]
    problems: Sequence[ProblemShown]
    left_out: Sequence[NoteShown]
    remarks: Sequence[NoteShown]


def installed(pack: Pack, catalogue: Catalogue, replaced: str, path: str = "") -> PackInstalled:
    """Shape what was installed."""
    return shaped(
        PackInstalled,
        looked_into(pack, catalogue, path),
        replaced=replaced,
        left_out=[shaped(NoteShown, note) for note in pack.unreadable],
        remarks=[shaped(NoteShown, note) for note in pack.remarks],
    )


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
