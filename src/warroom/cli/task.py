"""`warroom task`: what waits for a person, and the answer."""

from collections.abc import Sequence
from typing import Annotated

import typer

from warroom.cli.asking import Given, answers_of, answers_to, completed, is_terminal, question_of
from warroom.cli.door import Door
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
def answer_task(  # noqa: PLR0913, PLR0917  # one parameter for each option
    context: typer.Context,
    plan: Annotated[str, typer.Argument(help="The plan, as `warroom task list` shows it.")],
    task: Annotated[str, typer.Argument(help="The task, as `warroom task list` shows it.")],
    choice: Annotated[str, typer.Argument(help="One of the answers; nothing for a task that is simply done.")] = "",
    comment: Annotated[str, typer.Option(help="Why; it goes to the War Room. An approval takes one.")] = "",
    answers: Annotated[
        list[str] | None,
        typer.Option("--set", help="question=value of a form, or argument=value of an action to be approved."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a waiting task; the plan goes on from there. On a terminal, what is not given is asked for.

    Example: warroom task answer 4f1c0a9b2d3e 5 Approve --comment "It spreads."
    """
    given = Given(choice=choice, comment=comment, answers=answers or [])
    # Asked for before the folder is opened to answer: nobody else is kept out while a person thinks.
    item = through_door(context, lambda door: _found(door, plan, task)) if given.answers or is_terminal() else None
    if item and is_terminal():
        given = completed(item, given)
    asked: JsonObject = {
        "plan": plan,
        "task": task,
        "choice": given.choice,
        "comment": given.comment,
        "form": answers_to(item, given.answers) if given.answers else None,
    }
    result = through_door(context, lambda door: door.call("task.answer", **asked))
    if as_json:
        print_json(result)
    else:
        print_plan(result)


async def _found(door: Door, plan: str, task: str) -> JsonObject | None:
    waiting: list[JsonObject] = await door.call("task.list")
    return next((item for item in waiting if (item["plan"], item["task"]) == (plan, task)), None)


def print_waiting(found: Sequence[JsonObject]) -> None:
    """Print a table of what waits for a person."""
    rows = [
        (
            item["plan"],
            item["task"],
            item["incident"],
            printable(question_of(item)),
            answers_of(item),
            moment(item["since"]),
        )
        for item in found
    ]
    print_table(
        "Waiting for a person", ("plan", "task", "incident", "question", "answers", "since"), rows, "Nothing waits."
    )
