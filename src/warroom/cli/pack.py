"""`warroom pack`: what is installed, and the commands on the files of packs."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from warroom.cli.group import LateGroup, Listed
from warroom.cli.late import Late
from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, print_json, print_table
from warroom.cli.printable import printable


def list_packs(context: typer.Context, as_json: AsJson = False) -> None:
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


class Commands(LateGroup):
    """The commands about packs."""

    table: ClassVar[Mapping[str, Listed]] = {
        "list": Listed(
            Late("warroom.cli.pack:list_packs"),
            "List the installed packs: our own, and those in the `packs` folder of the data folder, which win.",
        ),
        "validate": Listed(
            Late("warroom.cli.pack_files:validate_pack"),
            "Look for mistakes in a pack: files that cannot be read or are no items, and names that nothing has.",
        ),
        "build": Listed(
            Late("warroom.cli.pack_files:build"),
            "Make the zip that Cortex XSOAR and XSIAM take, and read it back to see that nothing is missing.",
        ),
        "install": Listed(
            Late("warroom.cli.pack_files:install"),
            "Copy a pack into the data folder, where it wins over ours."
            " A running server takes it up when it starts again.",
        ),
    }


group = typer.Typer(cls=Commands, help="Packs: list, validate, build, install.", no_args_is_help=True)
