"""`warroom playbook`: list, lint and run."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import typer

from warroom.cli.incident import print_plan
from warroom.cli.lazy_group import LazyGroup, Listed
from warroom.cli.lazy_import import LazyImport
from warroom.cli.opened import CONTENT_DOOR, pairs, through_door
from warroom.cli.output import AsJson, print_json, print_table
from warroom.cli.printable import printable


def list_playbooks(context: typer.Context, as_json: AsJson = False) -> None:
    """List the playbooks of the installed packs.

    Example: warroom playbook list
    """
    found = through_door(context, lambda door: door.call("playbook.list"), CONTENT_DOOR)
    if as_json:
        print_json(found)
        return
    rows = [
        (printable(item["name"]), str(item["tasks"]), ", ".join(entry["key"] for entry in item["inputs"]))
        for item in found
    ]
    print_table("Playbooks", ("name", "tasks", "inputs"), rows, "There are no playbooks.")


def run_playbook(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The playbook's name or id.")],
    incident: Annotated[str | None, typer.Option(help="The incident to run it on; default: the playground.")] = None,
    inputs: Annotated[list[str] | None, typer.Option("--input", help="key=value; may be repeated.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for its end, or for a person to be asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a playbook on an incident. With --wait, exit code 1 when it ends in an error.

    Without a running `warroom serve`, use --wait: nobody else would drive the plan.

    Example: warroom playbook run "Vision One - Credential Dumping - Collect Evidence" --incident 7 --wait
    """
    given = pairs(inputs or [], "--input")
    plan = through_door(
        context, lambda door: door.call("playbook.run", name=name, incident=incident, inputs=given, wait=wait)
    )
    if as_json:
        print_json(plan)
    else:
        print_plan(plan)
    raise typer.Exit(1 if plan["state"] == "failed" else 0)


class Commands(LazyGroup):
    """The commands about playbooks."""

    table: ClassVar[Mapping[str, Listed]] = {
        "list": Listed(LazyImport("warroom.cli.playbook:list_playbooks"), "List the playbooks of the installed packs."),
        "lint": Listed(
            LazyImport("warroom.cli.playbook_lint:lint_playbooks"),
            "Look for mistakes in playbooks before they run."
            " Exit code 1 when there is an error; warnings leave it at 0.",
        ),
        "run": Listed(
            LazyImport("warroom.cli.playbook:run_playbook"),
            "Run a playbook on an incident. With --wait, exit code 1 when it ends in an error.",
        ),
    }


group = typer.Typer(cls=Commands, help="Playbooks: list, lint, run.", no_args_is_help=True)
