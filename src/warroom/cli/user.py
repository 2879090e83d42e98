"""`warroom user`: who may sign in, as what, and where messages to them go."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from warroom.cli.asking import is_terminal
from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, moment, print_json, print_line, print_table
from warroom.cli.printable import printable
from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject

group = typer.Typer(help="Users: add, list, change, disable.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The user, as `warroom user list` names them.")]
ROLES = "reader, analyst, responder or admin."


@group.command("add")
def add_user(  # noqa: PLR0913, PLR0917  # one parameter for each option
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[str, typer.Option(help=ROLES)],
    password: Annotated[str, typer.Option(help="@FILE, or @- for standard input; asked for on a terminal.")] = "",
    display_name: Annotated[str, typer.Option(help="The name that is shown.")] = "",
    mail: Annotated[str, typer.Option(help="Where messages to the user go.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a user. The password is read from a file or a prompt, so that it appears in no process list.

    Example: warroom user add ann --role responder --password @password.txt
    """
    asked = {"name": name, "role": role, "password": _password(password), "display_name": display_name, "mail": mail}
    user = through_door(context, lambda door: door.call("user.create", **asked))
    _say(user, f"{printable(user['name'])} may sign in as {user['role']}.", as_json=as_json)


@group.command("role")
def change_role(
    context: typer.Context, name: Name, role: Annotated[str, typer.Argument(help=ROLES)], as_json: AsJson = False
) -> None:
    """Change what a user may do.

    Example: warroom user role ann admin
    """
    user = through_door(context, lambda door: door.call("user.change", name=name, role=role))
    _say(user, f"{printable(user['name'])} is now {user['role']}.", as_json=as_json)


@group.command("disable")
def disable_user(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """End a user's sessions, and refuse further sign-ins; what they did stays under their name.

    Example: warroom user disable ann
    """
    user = through_door(context, lambda door: door.call("user.change", name=name, disabled=True))
    _say(user, f"{printable(user['name'])} can no longer sign in.", as_json=as_json)


@group.command("enable")
def enable_user(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Let a disabled user sign in again.

    Example: warroom user enable ann
    """
    user = through_door(context, lambda door: door.call("user.change", name=name, disabled=False))
    _say(user, f"{printable(user['name'])} can sign in again.", as_json=as_json)


@group.command("list")
def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """List the users, by name.

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
    name: Name,
    address: Annotated[str, typer.Argument(help="NAME@HOST; without it, messages by role do not reach them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Set the address for messages to a user; without an address, remove it.

    Example: warroom user mail ann ann@example.com
    """
    user = through_door(context, lambda door: door.call("user.mail", name=name, mail=address))
    if as_json:
        print_json(user)
    elif user["mail"]:
        print_line(f"Messages to {printable(user['name'])} go to {printable(user['mail'])}.")
    else:
        print_line(f"{printable(user['name'])} has no mail address, so no message by role or name reaches them.")


def _password(given: str) -> str:
    """Read the password from where the option says, or ask for it."""
    if given == "@-":
        return sys.stdin.read().rstrip("\r\n")
    if given.startswith("@"):
        try:
            return Path(given[1:]).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise InvalidInputError(f"The password cannot be read from {given[1:]}: {error.strerror}.") from error
        except UnicodeDecodeError:  # its message would quote the password
            raise InvalidInputError(f"The password cannot be read from {given[1:]}: it is not UTF-8 text.") from None
    if given or not is_terminal():
        raise InvalidInputError("Give the password as --password @FILE, or @- for standard input.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _say(user: JsonObject, said: str, *, as_json: bool) -> None:
    if as_json:
        print_json(user)
    else:
        print_line(said)
