"""`warroom fetch`: records that a fetch could not take; list, show, replay, drop."""

import sys
from typing import Annotated

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, moment, print_json, print_line, print_table
from warroom.cli.printable import printable

group = typer.Typer(help="Records that a fetch set aside: list, show, replay, drop.", no_args_is_help=True)
Record = Annotated[str, typer.Argument(help="The record's id, as `warroom fetch list` shows it.")]


@group.command("list")
def list_set_aside(context: typer.Context, as_json: AsJson = False) -> None:
    """List the records that could not become incidents, oldest first, with the reason.

    Example: warroom fetch list
    """
    found = through_door(context, lambda door: door.call("fetch.list"))
    if as_json:
        print_json(found)
        return
    rows = [
        (item["id"], printable(item["instance"]), moment(item["at"]), f"{item['size']:,}", item["what"], item["why"])
        for item in found
    ]
    columns = ("id", "instance", "set aside", "bytes", "record", "why")
    print_table("Set aside", columns, rows, "No record is set aside.")


@group.command("show")
def show_set_aside(context: typer.Context, record: Record, as_json: AsJson = False) -> None:
    """Print a record as the product sent it.

    Example: warroom fetch show 3f2a9c41d07b > record.json
    """
    found = through_door(context, lambda door: door.call("fetch.show", id=record))
    if as_json:
        print_json(found)
    else:
        sys.stdout.write(f"{printable(found['record'])}\n")


@group.command("replay")
def replay_set_aside(context: typer.Context, record: Record, as_json: AsJson = False) -> None:
    """Make an incident of a record after all, whatever its size.

    Example: warroom fetch replay 3f2a9c41d07b
    """
    done = through_door(context, lambda door: door.call("fetch.replay", id=record))
    if as_json:
        print_json(done)
    elif done["incidents"]:
        print_line(f"Record {record} is incident {done['incidents'][0]} now.")
    else:
        print_line(f"Record {record} is an incident already; it is no longer set aside.")


@group.command("drop")
def drop_set_aside(context: typer.Context, record: Record, as_json: AsJson = False) -> None:
    """Forget a record; the event log keeps who did that, and what it was.

    Example: warroom fetch drop 3f2a9c41d07b
    """
    done = through_door(context, lambda door: door.call("fetch.drop", id=record))
    if as_json:
        print_json(done)
    else:
        print_line(f"Record {record} was dropped.")
