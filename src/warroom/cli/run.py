"""`warroom run`: one typed command."""

from typing import Annotated

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import Verbose, print_entries, print_json
from warroom.model.entry import EntryType


def run(
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="What you would type in the War Room, quoted for the shell.")],
    incident: Annotated[str | None, typer.Option(help="The incident to run it on; default: the playground.")] = None,
    using: Annotated[
        str, typer.Option(help="One instance or several, or * for all; default: the incident's own.")
    ] = "",
    verbose: Verbose = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the entries as one JSON list.")] = False,
) -> None:
    """Run one command to its end and print its entries. Exit code 1 on an error, or when it needs approval.

    Example: warroom run '!trendmicro-visionone-get-endpoint-info endpoint=FIN-LT-042'
    """
    result = through_door(context, lambda door: door.call("run", text=command, incident=incident, using=using))
    entries = result["entries"]
    if as_json:
        print_json(entries)
        failed = any(entry["type"] == EntryType.ERROR for entry in entries)
    else:
        failed = print_entries(entries, verbose=verbose)
    raise typer.Exit(1 if failed or result["state"] in {"failed", "waiting"} else 0)
