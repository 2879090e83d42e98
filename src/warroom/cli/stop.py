"""`warroom pause`, `warroom resume` and `warroom plan cancel`: the emergency stop."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, console, print_json
from warroom.cli.printable import printable
from warroom.model.json import JsonObject
from warroom.model.sentence import counted

group = typer.Typer(help="Work plans: cancel one, or many at once.", no_args_is_help=True)

Instance = Annotated[str, typer.Option(help="Only actions on this instance; without it, all actions.")]
Reason = Annotated[str, typer.Option(help="The reason, for the audit.")]


def pause(context: typer.Context, instance: Instance = "", reason: Reason = "", as_json: AsJson = False) -> None:
    """Emergency stop: no command that changes something is sent until `warroom resume`.

    Plans that reach one wait, typed ones are refused; reads, fetches and the collection of evidence continue.

    Example: warroom pause --instance acme --reason "Acme's change window; ticket 4711."
    """
    paused = through_door(context, lambda door: door.call("pause", instance=instance, reason=reason))
    if as_json:
        print_json(paused)
        return
    _say(paused["said"] if paused["is_new"] else f"Paused already: {paused['said']}")
    for left in paused["on_the_way"]:
        _say(f"{left['command']} had started before (plan {left['plan']}, task {left['task']}) and may still happen.")
    _say(f"`{paused['end']}` continues the waiting actions.")


def resume(context: typer.Context, instance: Instance = "", reason: Reason = "", as_json: AsJson = False) -> None:
    """End a pause: each action that waits is done once.

    Example: warroom resume --instance acme
    """
    ended = through_door(context, lambda door: door.call("resume", instance=instance, reason=reason))
    if as_json:
        print_json(ended)
        return
    _say(f"Resumed. {ended['said']}")
    for halt in ended["still"]:
        _say(f"Still paused: {halt['said']} `{halt['end']}` ends that.")


@group.command("cancel")
def cancel(  # noqa: PLR0913, PLR0917  # one parameter for each option
    context: typer.Context,
    plan: Annotated[str, typer.Argument(help="One plan, as `warroom incident show` names it.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every open plan of every incident.")] = False,
    playbook: Annotated[str, typer.Option(help="The open plans of this playbook.")] = "",
    incident: Annotated[str, typer.Option(help="The open plans of this incident.")] = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """End open plans, typed commands that wait among them.

    An action that is running finishes first; nothing starts after it.

    Example: warroom plan cancel --playbook "Vision One - Contain Endpoint" --reason "Wrong hosts."
    """
    asked: JsonObject = {"plan": plan, "all": everything, "playbook": playbook, "incident": incident, "reason": reason}
    cancelled = through_door(context, lambda door: door.call("plan.cancel", **asked))
    if as_json:
        print_json(cancelled)
        return
    _print_cancelled(cancelled["plans"])


def _print_cancelled(plans: Sequence[JsonObject]) -> None:
    late = [plan for plan in plans if not plan["ended"]]
    _say(f"{counted(len(plans), 'plan')} cancelled." if plans else "No plan is open, so none was cancelled.")
    for plan in late:
        _say(f"Plan {plan['id']} ({plan['playbook']}) has a running action, and ends when the action has finished.")


def _say(text: str) -> None:
    console().print(Text(printable(text)), soft_wrap=True)
