"""`warroom pack`: what is installed, whether a pack is right, the zip that XSOAR takes, installing one."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from warroom.bootstrap import installed_packs
from warroom.cli.findings import counted, end_with
from warroom.cli.opened import through_door
from warroom.cli.output import print_json, print_line, print_table, printable
from warroom.services.linting import check_packs
from warroom.services.packing import build_pack, count_items, install_pack

group = typer.Typer(help="Packs: list, validate, build, install.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@group.callback()
def packs() -> None:
    """Content packs."""


@group.command("list")
def list_packs(context: typer.Context, as_json: Json = False) -> None:
    """List the installed packs: our own, and those in the `packs` folder of the data folder, which win.

    Example: warroom pack list
    """
    found = through_door(context, lambda door: door.call("pack.list"))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            printable(item["name"]),
            item["version"],
            str(len(item["integrations"])),
            str(len(item["scripts"])),
            str(len(item["playbooks"])),
            item["path"],
        )
        for item in found
    ]
    print_table("Packs", ("name", "version", "integrations", "scripts", "playbooks", "path"), rows, "There are none.")


class Marketplace(StrEnum):
    """Where a zip is for."""

    XSOAR = "xsoar"
    XSIAM = "marketplacev2"


@group.command("validate")
def validate_pack(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A pack's folder, a folder of packs, a zip, or a yml.")],
    as_json: Json = False,
) -> None:
    """Look for mistakes in a pack: files that cannot be read or are no items, and names that nothing has.

    Playbooks of incident types, what tasks call and with what, fields, layouts, mappers, classifiers. What the pack
    names may be its own or that of an installed pack. Exit code 1 when there is an error.

    Example: warroom pack validate Packs/VisionOneResponse
    """
    packs, findings = check_packs(path, installed_packs(context.obj.settings().home))
    items = counted(sum(map(count_items, packs)), "item")
    end_with(findings, f"{items} of {counted(len(packs), 'pack')}", as_json=as_json)


@group.command("build")
def build(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.", exists=True, file_okay=False)],
    to: Annotated[Path, typer.Option("--output", "-o", help="Where the zip goes.")] = Path(),
    marketplace: Annotated[Marketplace, typer.Option(help="Cortex XSOAR, or XSIAM.")] = Marketplace.XSOAR,
    as_json: Json = False,
) -> None:
    """Make the zip that Cortex XSOAR and XSIAM take, and read it back to see that nothing is missing.

    Example: warroom pack build Packs/VisionOneResponse -o dist
    """
    path, items = build_pack(folder, to, marketplace.value)
    if as_json:
        print_json({"path": str(path), "items": items, "marketplace": marketplace.value})
    else:
        print_line(f"{path} holds {counted(items, 'item')} for {marketplace.value}.")


@group.command("install")
def install(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A pack's folder, zip or yml.")],
    as_json: Json = False,
) -> None:
    """Copy a pack into the data folder, where it wins over ours. A running server takes it up when it starts again.

    Example: warroom pack install Other.zip
    """
    packs = install_pack(path, context.obj.settings().home)
    if as_json:
        print_json([{"id": pack.id, "name": pack.name, "version": pack.version} for pack in packs])
    for pack in () if as_json else packs:
        print_line(f"{pack.name} {pack.version} is installed; a running server takes it up when it starts again.")
