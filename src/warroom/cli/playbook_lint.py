"""`warroom playbook lint`: mistakes in playbooks, with file and line."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from warroom.bootstrap.content import environments_of
from warroom.cli.findings import end_with
from warroom.cli.output import AsJson
from warroom.content.catalogue import Catalogue, ModulesOf
from warroom.content.lint import Finding
from warroom.content.load import load_packs, mistakes
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.model.errors import ContentError, NotFoundError
from warroom.model.sentence import counted
from warroom.services.packs.installed import installed_packs
from warroom.services.packs.linting import check_playbooks, unreadable

PACK_FILE = "pack_metadata.json"
PATH_MARKS = ("/", "\\", ".yml", ".yaml", ".zip")


def lint_playbooks(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(help="A playbook's name, a file, or a folder with packs; default: all installed content."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Look for mistakes in playbooks before they run. Exit code 1 when there is an error; warnings leave it at 0.

    Unreachable tasks, labels without an edge, commands, scripts, sub-playbooks and their arguments, incident fields,
    operators and transformers, inputs.

    Example: warroom playbook lint Packs
    """
    try:
        home = context.obj.folder
        findings, looked_at = _look(target, installed_packs(home), environments_of(home).modules_of)
    except ContentError as error:
        findings, looked_at = [unreadable(one) for one in _mistakes(target) or [error]], 0
    end_with(findings, counted(looked_at, "playbook"), as_json=as_json)


def _look(target: str, installed: Sequence[Pack], modules_of: ModulesOf) -> tuple[list[Finding], int]:
    path = Path(target)
    if not target:
        catalogue, playbooks = Catalogue(installed, modules_of), _playbooks(installed)
    elif path.exists():
        given = load_packs([_pack_of(path)])
        catalogue = Catalogue([*installed, *given], modules_of)
        playbooks = [one for one in _playbooks(given) if _is_in(one, path)]
    elif target.endswith(PATH_MARKS[2:]) or any(mark in target for mark in PATH_MARKS[:2]):
        raise NotFoundError(f"There is no file or folder `{target}`; check the path.")
    else:
        catalogue = Catalogue(installed, modules_of)
        playbooks = [catalogue.playbook(target)]
    return check_playbooks(playbooks, catalogue), len(playbooks)


def _playbooks(packs: Iterable[Pack]) -> list[Playbook]:
    return [one for pack in packs for one in (*pack.playbooks.values(), *pack.test_playbooks.values())]


def _pack_of(path: Path) -> Path:
    """Return the pack around a file or folder, for its scripts and sub-playbooks; without one, the path itself."""
    for folder in (*path.parents, *path.absolute().parents):  # as it was given first: findings name files that way
        if (folder / PACK_FILE).is_file():
            return folder
    return path


def _is_in(playbook: Playbook, path: Path) -> bool:
    """Whether a playbook is at the path; one in a zip has no path of its own."""
    if path.suffix == ".zip" or playbook.at is None:
        return True
    return playbook.at.path.absolute().is_relative_to(path.absolute())


def _mistakes(target: str) -> list[ContentError]:
    path = Path(target)
    return mistakes(_pack_of(path)) if target and path.exists() else []
