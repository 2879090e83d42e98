"""`warroom pack validate|build`: whether a pack is right, and the zip that XSOAR takes."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from warroom.bootstrap.content import environments_of
from warroom.cli.findings import end_with
from warroom.cli.output import AsJson, print_json, print_line
from warroom.model.sentence import counted
from warroom.services.packs.installed import installed_packs
from warroom.services.packs.linting import check_packs
from warroom.services.packs.packing import build_pack, count_items


class Marketplace(StrEnum):
    """Where a zip is for."""

    XSOAR = "xsoar"
    XSIAM = "marketplacev2"


def validate_pack(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A pack's folder, a folder of packs, a zip, or a yml.")],
    as_json: AsJson = False,
) -> None:
    """Look for mistakes in a pack: files that cannot be read or are no items, and names that do not exist.

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
    """Make a zip for Cortex XSOAR and XSIAM, and read it back to check that nothing is missing.

    Example: warroom pack build Packs/VisionOneResponse -o dist
    """
    path, items = build_pack(folder, to, marketplace.value)
    if as_json:
        print_json({"path": str(path), "items": items, "marketplace": marketplace.value})
    else:
        print_line(f"{path} contains {counted(items, 'item')} for {marketplace.value}.")
