"""`warroom notify`: try whether an address can be told."""

from typing import Annotated

import typer
from rich.text import Text

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, console, print_json
from warroom.cli.printable import printable

group = typer.Typer(help="Messages to people: test an address.", no_args_is_help=True)


@group.command("test")
def try_address(
    context: typer.Context,
    to: Annotated[str, typer.Argument(help="mailto:NAME@HOST, or the address of a webhook.")],
    shape: Annotated[str, typer.Option(help="What a webhook takes: json, slack or teams.")] = "json",
    as_json: AsJson = False,
) -> None:
    """Send a test message, and say what came of it.

    Example: warroom notify test mailto:soc@example.com
    """
    sent = through_door(context, lambda door: door.call("notify.test", to=to, shape=shape))
    if as_json:
        print_json(sent)
    else:
        console().print(Text(printable(f"{sent['to']} took the message.")), soft_wrap=True)
