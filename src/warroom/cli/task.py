"""`warroom task`: what waits for a person, and the answer."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from warroom.cli.asking import Given, answers_of, answers_to, completed, is_terminal, question_of
from warroom.cli.door import Door
from warroom.cli.incident import print_plan
from warroom.cli.opened import close_door, through_door
from warroom.cli.output import AsJson, console, moment, print_json, print_refusal
from warroom.cli.printable import printable
from warroom.model.json import JsonObject
from warroom.model.plan import FOR_PEOPLE, PlanState, TaskState

INDENT = (0, 0, 0, 2)  # above, right, below, left
REFUSALS = frozenset({"reject", "drop it", "it failed"})  # answers after which nothing is to be done
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
    comment: Annotated[str, typer.Option(help="The reason, for the War Room. An approval needs one.")] = "",
    answers: Annotated[
        list[str] | None,
        typer.Option("--set", help="question=value of a form, or argument=value of an action to be approved."),
    ] = None,
    wait: Annotated[float, typer.Option(min=0.1, help="The most seconds to wait for the result.")] = 600,
    as_json: AsJson = False,
) -> None:
    """Answer a waiting task, and wait for the result. On a terminal, missing values are asked for.

    Exit code 1 when what was approved fails or is not done yet, and the reason on standard error.

    Example: warroom task answer 4f1c0a9b2d3e 5 Approve --comment "It spreads."
    """
    given = Given(choice=choice, comment=comment, answers=answers or [])
    # Asked for before the folder is opened for writing: it is not locked while a person thinks.
    item = through_door(context, lambda door: _found(door, plan, task)) if given.answers or is_terminal() else None
    if item and is_terminal():
        close_door(context)
        given = completed(item, given)
    asked: JsonObject = {
        "plan": plan,
        "task": task,
        "choice": given.choice,
        "comment": given.comment,
        "form": answers_to(item, given.answers) if given.answers else None,
        "seconds": wait,
    }
    result = through_door(context, lambda door: door.call("task.answer", **asked))
    if as_json:
        print_json(result)
    else:
        print_plan(result)
    is_refusal = any(str(word).casefold() in REFUSALS for word in (given.choice, *(asked["form"] or {}).values()))
    if not is_refusal and (reason := undone(result, task)):
        print_refusal(reason)
        raise typer.Exit(1)


def undone(plan: JsonObject, task: str) -> str:
    """Say why what was approved is not done; empty when it is.

    >>> undone({"tasks": [{"id": "5", "state": "Error", "name": "Isolate", "error": "busy"}]}, "5")
    'Isolate failed: busy'
    """
    own: JsonObject = next((item for item in plan["tasks"] if item["id"] == task), {})
    if own.get("state") == TaskState.ERROR:
        return f"{own['name']} failed: {own['error']}"
    if own.get("state") == TaskState.WAITING and own["waits_for"]["kind"] in FOR_PEOPLE:
        return f"It is not done: {own['waits_for']['question']}"
    if plan["state"] == PlanState.FAILED:
        return f"The plan failed: {plan['error']}"
    if plan["under_way"]:
        return f"It is still running; `warroom incident show {plan['incident']}` shows its state."
    return ""


async def _found(door: Door, plan: str, task: str) -> JsonObject | None:
    waiting: list[JsonObject] = await door.call("task.list")
    return next((item for item in waiting if (item["plan"], item["task"]) == (plan, task)), None)


def print_waiting(found: Sequence[JsonObject]) -> None:
    """Print the tasks that wait for a person, each with its question below it: a column would cut it."""
    out = console()
    for item in found:
        head = f"plan {item['plan']}  task {item['task']}  incident {item['incident']}  since {moment(item['since'])}"
        out.print(Text(printable(head), style="bold"))
        for text in (printable(question_of(item)), f"Answers: {answers_of(item)}"):
            out.print(Padding(Text(text), INDENT, expand=False))
    if not found:
        out.print("Nothing waits.")
