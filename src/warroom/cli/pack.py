"""`warroom pack`: what is installed, and whether a pack can be read."""

from typing import Annotated

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import print_json, print_table, printable

group = typer.Typer(help="Packs: list.", no_args_is_help=True)
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
