"""`warroom user`: who may sign in, and where messages to them go."""

from typing import Annotated

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, moment, print_json, print_line, print_table
from warroom.cli.printable import printable

group = typer.Typer(help="Users: list, set a mail address.", no_args_is_help=True)


@group.command("list")
def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """List the users, by name. They are made in the console, or through the API.

    Example: warroom user list
    """
    found = through_door(context, lambda door: door.call("user.list"))
    if as_json:
        print_json(found)
        return
    rows = [
        (user["name"], user["display_name"], user["role"], "disabled" if user["disabled"] else "active", user["mail"],
         moment(user["created"]))
        for user in found
    ]  # fmt: skip
    columns = ("name", "shown as", "role", "state", "mail", "since")
    print_table("Users", columns, rows, "There is no user yet; `warroom serve` prints the link that makes the first.")


@group.command("mail")
def set_mail(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The user, as `warroom user list` names them.")],
    address: Annotated[str, typer.Argument(help="NAME@HOST; without it, messages by role do not reach them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Set where messages to a user go; without an address, it is taken away.

    Example: warroom user mail ann ann@example.com
    """
    user = through_door(context, lambda door: door.call("user.mail", name=name, mail=address))
    if as_json:
        print_json(user)
    elif user["mail"]:
        print_line(f"Messages to {printable(user['name'])} go to {printable(user['mail'])}.")
    else:
        print_line(f"{printable(user['name'])} has no mail address, so no message by role or name reaches them.")
