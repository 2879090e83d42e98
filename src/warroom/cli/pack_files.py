"""`warroom pack validate|build|install`: whether a pack is right, the zip that XSOAR takes, installing one."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from warroom.bootstrap.content import environments_of, look_at_packs
from warroom.cli.findings import end_with
from warroom.cli.output import AsJson, print_json, print_line
from warroom.cli.pack import print_looked_into
from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.doors.answer import json_of
from warroom.doors.usable import looked_into
from warroom.model.json import JsonObject
from warroom.model.sentence import counted
from warroom.services.packs.installed import installed_packs
from warroom.services.packs.linting import check_packs
from warroom.services.packs.packing import build_pack, count_items, install_pack


class Marketplace(StrEnum):
    """Where a zip is for."""

    XSOAR = "xsoar"
    XSIAM = "marketplacev2"


def validate_pack(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A pack's folder, a folder of packs, a zip, or a yml.")],
    as_json: AsJson = False,
) -> None:
    """Look for mistakes in a pack: files that cannot be read or are no items, and names that nothing has.

    Playbooks of incident types, what tasks call and with what, fields, layouts, mappers, classifiers. What the pack
    names may be its own or that of an installed pack. Exit code 1 when there is an error.

    Example: warroom pack validate Packs/VisionOneResponse
    """
    home = context.obj.folder
    packs, findings = check_packs(path, installed_packs(home), environments_of(home).modules_of)
    items = counted(sum(map(count_items, packs)), "item")
    end_with(findings, f"{items} of {counted(len(packs), 'pack')}", as_json=as_json)


def build(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.", exists=True, file_okay=False)],
    to: Annotated[Path, typer.Option("--output", "-o", help="The folder for the zip.")] = Path(),
    marketplace: Annotated[Marketplace, typer.Option(help="Cortex XSOAR, or XSIAM.")] = Marketplace.XSOAR,
    as_json: AsJson = False,
) -> None:
    """Make the zip that Cortex XSOAR and XSIAM take, and read it back to see that nothing is missing.

    Example: warroom pack build Packs/VisionOneResponse -o dist
    """
    path, items = build_pack(folder, to, marketplace.value)
    if as_json:
        print_json({"path": str(path), "items": items, "marketplace": marketplace.value})
    else:
        print_line(f"{path} holds {counted(items, 'item')} for {marketplace.value}.")


def install(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A pack's folder, zip or yml.")],
    as_json: AsJson = False,
) -> None:
    """Copy a pack into the data folder, where it replaces ours if it can run here. A server uses it after a restart.

    What is in it is shown, and what of it cannot run here: its language, modules that are missing, files that cannot
    be read, packs that it depends on. A file that cannot be read costs its own item alone.

    Example: warroom pack install Other.zip
    """
    home = context.obj.folder
    before = look_at_packs(home)
    packs = install_pack(path, home)
    others = (pack for pack in before if pack.path.name != path.resolve().name)
    catalogue = Catalogue([*others, *packs], environments_of(home).modules_of)
    if as_json:
        print_json([_installed(pack, catalogue) for pack in packs])
    for pack in () if as_json else packs:
        print_line(f"{pack.name} {pack.version} is installed; a running server takes it up when it starts again.")
        for note in pack.unreadable:
            print_line(f"Left out: {note}")
        for note in pack.remarks:
            print_line(f"Taken as XSOAR does: {note}")
        print_looked_into(json_of(looked_into(pack, catalogue)))


def _installed(pack: Pack, catalogue: Catalogue) -> JsonObject:
    left_out = [{"file": note.file, "line": note.line, "message": note.message} for note in pack.unreadable]
    found = json_of(looked_into(pack, catalogue))
    return {**{key: found[key] for key in ("id", "name", "version", "kinds", "problems")}, "left_out": left_out}
