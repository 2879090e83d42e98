"""`warroom incident`: list, show, create, close."""

from collections.abc import Sequence
from typing import Annotated

import typer

from warroom.cli.door import Door
from warroom.cli.entries import entries_of
from warroom.cli.opened import through_door
from warroom.cli.output import (
    AsJson,
    Verbose,
    console,
    moment,
    print_entries,
    print_json,
    print_table,
    severity_label,
    status_label,
)
from warroom.cli.printable import printable
from warroom.model.incident import Status
from warroom.model.json import JsonObject

group = typer.Typer(help="Incidents: list, show, create, close.", no_args_is_help=True)
STATUSES = {status.name.lower(): status.value for status in Status}


@group.command("list")
def list_incidents(
    context: typer.Context,
    status: Annotated[str | None, typer.Option(help="pending, active, done or archive.")] = None,
    type_name: Annotated[str | None, typer.Option("--type", help="The incident type.")] = None,
    text: Annotated[str | None, typer.Option(help="Text in the name.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most incidents to list, newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List incidents, newest first.

    Example: warroom incident list --status active
    """
    if status is not None and status.lower() not in STATUSES:
        raise typer.BadParameter(f"{status!r} is not one of {', '.join(STATUSES)}.", param_hint="--status")
    found = through_door(
        context,
        lambda door: door.call(
            "incident.list",
            status=STATUSES[status.lower()] if status else None,
            type=type_name,
            text=text,
            limit=limit,
        ),
    )
    if as_json:
        print_json(found)
        return
    print_incidents(found)


@group.command("show")
def show_incident(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Show an incident: what it is, its work plans, its War Room.

    Example: warroom incident show 7
    """
    found, entries = through_door(context, lambda door: _both(door, incident))
    if as_json:
        print_json({**found, "entries": entries})
        return
    print_head(found)
    print_plans(found["plans"])
    print_entries(entries, verbose=verbose)


async def _both(door: Door, incident: str) -> tuple[JsonObject, list[JsonObject]]:
    return await door.call("incident.show", id=incident), await entries_of(door, incident)


@group.command("create")
def create_incident(  # noqa: PLR0913, PLR0917  # one parameter per option of the command
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What happened, in a few words.")],
    type_name: Annotated[str, typer.Option("--type", help="The incident type; its playbook starts by itself.")] = "",
    severity: Annotated[str, typer.Option(help="unknown, low, medium, high or critical.")] = "unknown",
    details: Annotated[str, typer.Option(help="More details.")] = "",
    instance: Annotated[str, typer.Option(help="The instance on which the incident's commands run.")] = "",
    as_json: AsJson = False,
) -> None:
    """Create an incident by hand.

    Example: warroom incident create "Call from the help desk" --severity medium
    """
    wish = {"name": name, "type": type_name, "severity": severity, "details": details, "instance": instance}
    created = through_door(context, lambda door: door.call("incident.create", **wish))
    if as_json:
        print_json(created)
    else:
        console().print(f"Incident {created['id']} was created.")


@group.command("close")
def close_incident(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    reason: Annotated[str, typer.Option(help="Why: Resolved, False Positive, Duplicate, Other.")] = "",
    notes: Annotated[str, typer.Option(help="More details.")] = "",
    as_json: AsJson = False,
) -> None:
    """Close an incident.

    Example: warroom incident close 7 --reason Resolved
    """
    closed = through_door(context, lambda door: door.call("incident.close", id=incident, reason=reason, notes=notes))
    if as_json:
        print_json(closed)
    else:
        console().print(f"Incident {closed['id']} was closed.")


def print_incidents(found: Sequence[JsonObject]) -> None:
    """Print a table of incidents."""
    rows = [
        (
            item["id"],
            severity_label(item["severity"]),
            status_label(item["status"]),
            printable(item["name"]),
            printable(item["type"]),
            printable(item["source"]),
            moment(item["created"]),
        )
        for item in found
    ]
    print_table(
        "Incidents",
        ("id", "severity", "status", "name", "type", "instance", "created"),
        rows,
        "There are no incidents.",
    )


def print_plans(plans: Sequence[JsonObject]) -> None:
    for plan in plans:
        print_plan(plan)


def print_plan(plan: JsonObject) -> None:
    """Print a work plan's tasks."""
    rows = [
        (
            item["id"],
            printable(item["name"]),
            item["state"],
            printable(item["branch"].replace("#none#", "")),
            "" if item["seconds"] is None else f"{item['seconds']:.2f}",
            printable(item["error"]),
        )
        for item in plan["tasks"]
        if item["name"]
    ]
    title = f"{printable(plan['playbook'])}: {plan['state']} (plan {plan['plan']})"
    nothing = f"Plan {plan['plan']} has begun; `warroom incident show {plan['incident']}` shows its state."
    print_table(title, ("task", "name", "state", "branch", "seconds", "error"), rows, nothing)


def print_head(found: JsonObject) -> None:
    severity, status = severity_label(found["severity"]), status_label(found["status"])
    lines = (
        f"Incident {found['id']}: {printable(found['name'])}",
        f"severity {severity}, status {status}, type {printable(found['type'])}",
        f"from the instance {printable(found['source'])}" if found["source"] else "",
        printable(found["details"]),
    )
    for line in filter(None, lines):
        console().print(line, markup=False)
