"""`warroom fetch`: records that became no incidents, the rules that drop alerts, and a fetch's reset."""

import sys
from typing import Annotated

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, moment, print_json, print_line, print_table
from warroom.cli.printable import printable

MOST = 1_000_000  # lines of one list
group = typer.Typer(
    help="Records that were set aside, or dropped by a rule: list, dropped, rules, show, replay, drop. "
    "Reset makes an instance fetch as for the first time.",
    no_args_is_help=True,
)
Record = Annotated[
    str, typer.Argument(help="The record's id, as `warroom fetch list` or `warroom fetch dropped` shows it.")
]


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


@group.command("dropped")
def list_dropped(
    context: typer.Context,
    instance: Annotated[str | None, typer.Option(help="Only of this instance, by its name.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="The most records to list, newest first.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """List the records that pre-process rules dropped, newest first; each is kept for 30 days.

    Example: warroom fetch dropped --instance v1 --limit 5000
    """
    found = through_door(context, lambda door: door.call("fetch.dropped", instance=instance, limit=limit))
    if as_json:
        print_json(found)
        return
    rows = [(item["id"], printable(item["instance"]), moment(item["at"]), item["what"], item["why"]) for item in found]
    print_table("Dropped", ("id", "instance", "dropped", "record", "why"), rows, "No rule has dropped anything.")
    if len(found) == limit:
        print_line(f"There may be more than these {limit:,}: --limit shows them.")


@group.command("rules")
def list_rules(context: typer.Context, as_json: AsJson = False) -> None:
    """List what is done with alerts before they are incidents: pre-process rules in their order, then our grouping.

    Example: warroom fetch rules
    """
    found = through_door(context, lambda door: door.call("fetch.rules"))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            printable(item["name"]),
            item["does"],
            "on" if item["enabled"] else "off",
            printable(item["pack"]),
            str(item["dropped"]),
            " ".join(item["flaws"]),
        )
        for item in found
    ]
    print_table("Pre-process rules", ("name", "does", "is", "of", "dropped", "not applied"), rows, "There are none.")


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
    """Make an incident of a record, regardless of its size and of pre-process rules.

    Example: warroom fetch replay 3f2a9c41d07b
    """
    done = through_door(context, lambda door: door.call("fetch.replay", id=record))
    if as_json:
        print_json(done)
    elif done["incidents"]:
        print_line(f"Record {record} is now incident {done['incidents'][0]}.")
    else:
        print_line(f"Record {record} is an incident already; it is no longer set aside.")


@group.command("drop")
def drop_set_aside(context: typer.Context, record: Record, as_json: AsJson = False) -> None:
    """Delete a record; the event log shows who did so, and what it was.

    Example: warroom fetch drop 3f2a9c41d07b
    """
    done = through_door(context, lambda door: door.call("fetch.drop", id=record))
    if as_json:
        print_json(done)
    else:
        print_line(f"Record {record} was dropped.")


@group.command("reset")
def reset_fetch(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The instance's name.")],
    reason: Annotated[str, typer.Option(help="The reason, for the event log.")],
    as_json: AsJson = False,
) -> None:
    """Make an instance fetch as for the first time: if its `lastRun` is in the future, or from another tenant.

    Example: warroom fetch reset v1 --reason "It followed an alert dated 2099."
    """
    done = through_door(context, lambda door: door.call("fetch.reset", name=name, reason=reason))
    if as_json:
        print_json(done)
    else:
        print_line(printable(done["says"]))
