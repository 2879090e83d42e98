"""`warroom task`: what waits for a person, and the answer."""

from collections.abc import Sequence
from typing import Annotated

import typer

from warroom.cli.incident import print_plan
from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, moment, print_json, print_table
from warroom.cli.printable import printable
from warroom.model.json import JsonObject

group = typer.Typer(help="Tasks that wait for a person.", no_args_is_help=True)


@group.command("list")
def list_tasks(context: typer.Context, as_json: AsJson = False) -> None:
    """List what waits for a person, oldest first.

    Example: warroom task list
    """
    found = through_door(context, lambda door: door.call("task.list"))
    if as_json:
        print_json(found)
        return
    print_waiting(found)


@group.command("answer")
def answer_task(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(help="The plan, as `warroom task list` shows it.")],
    task: Annotated[str, typer.Argument(help="The task, as `warroom task list` shows it.")],
    choice: Annotated[str, typer.Argument(help="One of the answers; nothing for a task that is simply done.")] = "",
    comment: Annotated[str, typer.Option(help="Why; it goes to the War Room.")] = "",
    as_json: AsJson = False,
) -> None:
    """Answer a waiting task; the plan goes on from there.

    Example: warroom task answer 4f1c0a9b2d3e 5 yes --comment "The owner agrees."
    """
    result = through_door(
        context, lambda door: door.call("task.answer", plan=plan, task=task, choice=choice, comment=comment)
    )
    if as_json:
        print_json(result)
    else:
        print_plan(result)


def print_waiting(found: Sequence[JsonObject]) -> None:
    """Print a table of what waits for a person."""
    rows = [
        (
            item["plan"],
            item["task"],
            item["incident"],
            printable(item["question"] or item["name"]),
            "a form: the console asks" if item["has_form"] else ", ".join(item["options"] or []) or "done",
            moment(item["since"]),
        )
        for item in found
    ]
    print_table(
        "Waiting for a person", ("plan", "task", "incident", "question", "answers", "since"), rows, "Nothing waits."
    )
