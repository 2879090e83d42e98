"""`warroom indicator`: search, show, create, verdict, expire, delete."""

from typing import Annotated, Any

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, moment, print_json, print_line, print_table
from warroom.cli.printable import printable

group = typer.Typer(help="Indicators: search, show, create, verdict, expire, delete.", no_args_is_help=True)
Indicator = Annotated[str, typer.Argument(help="The indicator's id, as `warroom indicator search` shows it.")]
Reason = Annotated[str, typer.Option(help="Why.")]


@group.command("search")
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="XSOAR's query; without it, all indicators.")] = "",
    incident: Annotated[str | None, typer.Option(help="Seen in this incident.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most to list, newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Search for indicators, newest first.

    Example: warroom indicator search 'type:IP and verdict:Bad'
    """
    found = through_door(
        context, lambda door: door.call("indicator.search", query=query, incident=incident, limit=limit)
    )
    if as_json:
        print_json(found)
        return
    rows = [
        (one["id"], one["type"], printable(one["value"]), one["verdict"], moment(one["last_seen"]), _expiry(one))
        for one in found
    ]
    columns = ("id", "type", "value", "verdict", "last seen", "expires")
    print_table("Indicators", columns, rows, "No indicator is found.")
    if len(found) == limit:
        print_line(f"There may be more than these {limit:,}: --limit shows them.")


@group.command("show")
def show(context: typer.Context, indicator: Indicator, as_json: AsJson = False) -> None:
    """Show all that is known of an indicator.

    Example: warroom indicator show 0a1b2c3d
    """
    _print(through_door(context, lambda door: door.call("indicator.show", indicator=indicator)), as_json=as_json)


@group.command("create")
def create(
    context: typer.Context,
    value: Annotated[str, typer.Argument(help="Its value.")],
    kind: Annotated[str, typer.Option("--type", help="Its type; without it, the one that the value looks like.")] = "",
    verdict: Annotated[str | None, typer.Option(help="unknown, good, suspicious, bad or 0 to 3.")] = None,
    incident: Annotated[str | None, typer.Option(help="The incident in which it was seen.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create an indicator, or add to the one that there is.

    Example: warroom indicator create evil.example.com --verdict bad --incident 17
    """
    asked = {"value": value, "type": kind, "verdict": verdict, "incident": incident}
    _print(through_door(context, lambda door: door.call("indicator.create", **asked)), as_json=as_json)


@group.command("verdict")
def set_verdict(
    context: typer.Context,
    indicator: Indicator,
    verdict: Annotated[str, typer.Argument(help="unknown, good, suspicious, bad or 0 to 3.")],
    comment: Annotated[str, typer.Option(help="A comment to add.")] = "",
    as_json: AsJson = False,
) -> None:
    """Set an indicator's verdict; it counts, whatever sources say.

    Example: warroom indicator verdict 0a1b2c3d good --comment 'our own proxy'
    """
    asked = {"indicator": indicator, "verdict": verdict, "comment": comment}
    _print(through_door(context, lambda door: door.call("indicator.verdict", **asked)), as_json=as_json)


@group.command("expire")
def expire(
    context: typer.Context,
    indicator: Indicator,
    undo: Annotated[bool, typer.Option("--undo", help="Make it count again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Expire an indicator.

    Example: warroom indicator expire 0a1b2c3d
    """
    asked = {"indicator": indicator, "expired": not undo}
    _print(through_door(context, lambda door: door.call("indicator.expire", **asked)), as_json=as_json)


@group.command("delete")
def delete(
    context: typer.Context,
    indicator: Indicator,
    reason: Reason = "",
    exclude: Annotated[bool, typer.Option("--exclude", help="Make no indicator of its value any more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete an indicator.

    Example: warroom indicator delete 0a1b2c3d --exclude --reason 'our own domain'
    """
    asked = {"indicator": indicator, "reason": reason, "exclude": exclude}
    done = through_door(context, lambda door: door.call("indicator.delete", **asked))
    print_json(done) if as_json else print_line(f"Indicator {done['deleted']} was deleted.")


def _print(one: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(one)
        return
    print_line(f"{one['type']} {printable(one['value'])}: {one['verdict']}{_author(one)}, id {one['id']}")
    print_line(f"Seen {moment(one['first_seen'])} to {moment(one['last_seen'])}; expires: {_expiry(one)}")
    if one["incidents"]:
        print_line(f"Incidents: {', '.join(one['incidents'])}")
    for said in one["scores"]:
        print_line(f"{printable(said['source'])} says {said['verdict']} {printable(said['reliability'])}".rstrip())
    for name, value in one["fields"].items():
        print_line(f"{printable(name)}: {printable(str(value))}")
    for other in one["relationships"]:
        print_line(f"{printable(other['name'])} {other['type']} {printable(other['value'])}")
    for comment in one["comments"]:
        print_line(f"{moment(comment['at'])} {printable(comment['actor'])}: {printable(comment['text'])}")


def _author(one: dict[str, Any]) -> str:
    return f" (set by {printable(one['set_by'])})" if one["set_by"] else ""


def _expiry(one: dict[str, Any]) -> str:
    return "expired" if one["expired"] else moment(one["expires"]) if one["expires"] else "never"
