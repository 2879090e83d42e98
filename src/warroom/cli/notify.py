"""`warroom notify`: test whether an address can be reached."""

from collections.abc import Sequence
from typing import Annotated

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, print_json, print_line
from warroom.cli.printable import printable
from warroom.model.json import JsonObject

group = typer.Typer(help="Messages to people: test an address.", no_args_is_help=True)


@group.command("test")
def try_address(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Argument(help="mailto:NAME@HOST, or the address of a webhook; without it, all recipients of the rules."),
    ] = "",
    shape: Annotated[str, typer.Option(help="What a webhook takes: json, slack or teams.")] = "json",
    as_json: AsJson = False,
) -> None:
    """Send a test message, and print the result; exit code 1 when an address is not reached.

    Example: warroom notify test mailto:soc@example.com
    """
    sent = through_door(context, lambda door: door.call("notify.test", to=to, shape=shape))
    if as_json:
        print_json(sent)
    elif to:
        print_line(f"{printable(sent['to'])} received the message.")
    else:
        _print_rules(sent["rules"])
    raise typer.Exit(0 if to or _are_whole(sent["rules"]) else 1)


def _print_rules(rules: Sequence[JsonObject]) -> None:
    if not rules:
        print_line("There is no rule for recipients; write one as `[[notify]]` in warroom.toml.")
    for rule in rules:
        named = f"Rule {rule['rule']}"
        if rule["told"]:
            print_line(f"{named}: {printable(', '.join(rule['told']))} received the message.")
        for failed in rule["failed"]:
            print_line(f"{named}: {printable(failed['to'])} did not receive it: {printable(failed['error'])}")
        for gap in rule["gaps"]:
            print_line(f"{named}: {printable(gap)}")


def _are_whole(rules: Sequence[JsonObject]) -> bool:
    return bool(rules) and not any(rule["failed"] or rule["gaps"] for rule in rules)
