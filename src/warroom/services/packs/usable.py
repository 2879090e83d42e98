"""What is in a pack, what of it cannot run here and why, and what to do about it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Integration, Script
from warroom.content.lint.code import obstacles
from warroom.content.load import SECTIONS
from warroom.content.pack import Pack
from warroom.model.json import Json
from warroom.services.packs.linting import LANGUAGE

# Packs of XSOAR in whose place one of ours stands.
IN_PLACE_OF = {"Base": "WarroomBase"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How many items of a kind a pack has, and how many of them cannot run here."""

    kind: str
    items: int
    cannot_run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An item that cannot run here, or may not, or something else that is lacking; `advice` is what to do now."""

    kind: str  # script, integration, file, folder or pack
    item: str
    why: str
    advice: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """What of a pack can be used here."""

    kinds: Sequence[Kind]
    problems: Sequence[Problem]


def usable(pack: Pack, catalogue: Catalogue) -> Usable:
    """Look at all of a pack beside what else is installed; its code is read and not run."""
    problems = list(_of_code(pack, catalogue))
    certain = {(problem.kind, problem.item) for problem in problems if problem.is_certain}
    stuck = {
        "scripts": sum(("script", item) in certain for item in pack.scripts),
        "integrations": sum(("integration", item) in certain for item in pack.integrations),
    }
    kinds = [
        Kind(kind=section.replace("_", " "), items=len(items), cannot_run=stuck.get(section, 0))
        for section in SECTIONS
        if (items := getattr(pack, section))
    ]
    ids = {each.id for each in catalogue.packs}
    return Usable(kinds=kinds, problems=[*problems, *_of_files(pack), *_of_packs(pack, ids)])


def _of_code(pack: Pack, catalogue: Catalogue) -> Iterator[Problem]:
    items: Sequence[tuple[str, Script | Integration]] = [
        *(("script", item) for item in pack.scripts.values()),
        *(("integration", item) for item in pack.integrations.values()),
    ]
    for kind, item in items:
        for one in obstacles(item.code, catalogue, LANGUAGE):
            other = _instead(item, pack, catalogue)
            yield Problem(
                kind=kind,
                item=item.id,
                why=one.why,
                advice=f"nothing: that of the pack {other} is used" if other else one.advice,
                is_certain=one.is_certain and not other,
            )


def _instead(item: Script | Integration, pack: Pack, catalogue: Catalogue) -> str:
    """Return the pack whose item of the same ID is used in place of this one; empty when this one is used."""
    held = catalogue.scripts if isinstance(item, Script) else catalogue.integrations
    used = held[item.id].pack
    return "" if used == pack.id else used


def _of_files(pack: Pack) -> Iterator[Problem]:
    for note in pack.unreadable:
        yield Problem(kind="file", item=note.file, why=f"cannot be read: {note.message}", advice="correct it")
    for file, reason in pack.skipped.items():
        yield Problem(kind="file", item=file, why=f"is left out: {reason}", advice="nothing", is_certain=False)
    for folder, count in pack.ignored.items():
        why = f"has {'an item' if count == 1 else f'{count} items'} of a kind that is not used here"
        advice = f"do without {'it' if count == 1 else 'them'}"
        yield Problem(kind="folder", item=folder, why=why, advice=advice, is_certain=False)


def _of_packs(pack: Pack, installed: Collection[str]) -> Iterator[Problem]:
    for name in _mandatory(pack.metadata.get("dependencies")):
        if name not in installed and IN_PLACE_OF.get(name) not in installed:
            why = f"is not installed, and {pack.id} depends on it"
            yield Problem(kind="pack", item=name, why=why, advice=f"install it: warroom pack install {name}")


def _mandatory(dependencies: Json) -> list[str]:
    if not isinstance(dependencies, dict):
        return []
    return [name for name, about in dependencies.items() if isinstance(about, dict) and about.get("mandatory") is True]
