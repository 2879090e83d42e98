"""`warroom evidence`: list, custody, export, verify."""

from pathlib import Path
from typing import Annotated

import typer

from warroom.cli.door import Door
from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, console, print_json, print_table
from warroom.cli.printable import printable
from warroom.model.json import Json

group = typer.Typer(help="Evidence: the files of the War Room.", no_args_is_help=True)
EntryArgument = Annotated[str, typer.Argument(help="The entry's id, such as 4@7.")]


@group.command("list")
def list_evidence(
    context: typer.Context,
    incident: Annotated[str | None, typer.Option(help="Of one incident only.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the files of the War Room with their hashes.

    Example: warroom evidence list --incident 7
    """
    found = through_door(context, lambda door: door.call("evidence.list", incident=incident))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            item["id"],
            item["incident"],
            printable(item["file"]["name"]),
            f"{item['file']['size']:,}",
            item["file"]["sha256"],
        )
        for item in found
    ]
    print_table("Evidence", ("entry", "incident", "file", "bytes", "SHA-256"), rows, "There is no evidence.")


@group.command("custody")
def list_custody(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="The incident's number.")],
    as_json: AsJson = False,
) -> None:
    """Show what happened to the evidence of an incident: who did what with which file, when, and from where.

    Example: warroom evidence custody 7
    """
    found = through_door(context, lambda door: _whole_custody(door, incident))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            item["at"][:19].replace("T", " "),
            printable(item["actor"]),
            item["change"],
            item["entry"] or "all",
            printable(item["name"]),
            printable(" ".join(filter(None, (item["door"], item["address"])))),
            printable(item["reason"]),
        )
        for item in found
    ]
    columns = ("when (UTC)", "who", "did", "entry", "file", "from", "more")
    print_table("Custody", columns, rows, f"Incident {incident} has no evidence.")


async def _whole_custody(door: Door, incident: str) -> list[Json]:
    """Page through all of it."""
    whole: list[Json] = []
    while page := await door.call("evidence.custody", incident=incident, after=whole[-1]["sequence"] if whole else 0):
        whole += page
    return whole


@group.command("export")
def export_evidence(
    context: typer.Context,
    entry: EntryArgument,
    target: Annotated[Path, typer.Argument(help="A file, or a folder that takes it under its own name.")] = Path(),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file of that name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy a file out of the War Room.

    Example: warroom evidence export 4@7 /tmp
    """
    result = through_door(
        context,
        lambda door: door.call("evidence.export", entry=entry, path=str(target.resolve()), overwrite=overwrite),
    )
    if as_json:
        print_json(result)
    else:
        console().print(result["path"], markup=False, soft_wrap=True)


@group.command("verify")
def verify_evidence(context: typer.Context, entry: EntryArgument, as_json: AsJson = False) -> None:
    """Hash a stored file again and compare; exit code 1 when it has changed.

    Example: warroom evidence verify 4@7
    """
    result = through_door(context, lambda door: door.call("evidence.verify", entry=entry))
    if as_json:
        print_json(result)
    else:
        verdict = "unchanged" if result["intact"] else "CHANGED since it was stored"
        console().print(
            f"{entry}: {verdict}, SHA-256 {result['sha256'] or 'not known: it cannot be read'}",
            markup=False,
            soft_wrap=True,
        )
    raise typer.Exit(0 if result["intact"] else 1)
