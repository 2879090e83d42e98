"""`warroom instance`: add, allow-origin, list, test, remove."""

import sys
from collections.abc import Iterable
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from warroom.cli.asking import is_terminal
from warroom.cli.opened import close_door, pairs, through_door
from warroom.cli.output import (
    AsJson,
    Verbose,
    console,
    error_console,
    print_code_output,
    print_json,
    print_line,
    print_table,
)
from warroom.cli.printable import printable
from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject

group = typer.Typer(help="Integration instances: add, list, test, remove.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The instance's name.")]
ALLOW = "Whether content may fetch files from the address although it is one of this machine; asked on a terminal."


@group.command("add")
def add_instance(  # noqa: PLR0913, PLR0917  # one parameter for each option
    context: typer.Context,
    name: Name,
    integration: Annotated[str, typer.Option(help="The integration's id.")],
    param: Annotated[list[str] | None, typer.Option(help="key=value; may be repeated.")] = None,
    secret: Annotated[list[str] | None, typer.Option(help="key=@FILE (or @- for standard input).")] = None,
    allow_origin: Annotated[bool | None, typer.Option(help=ALLOW)] = None,
    as_json: AsJson = False,
) -> None:
    """Add an instance. Secrets come from files, so that they appear in no process list and no shell history.

    Example: warroom instance add v1 --integration VisionOneResponse --param url=https://api.eu.xdr.trendmicro.com
    --param isFetch=true --secret apikey=@key.txt
    """
    params = pairs(param or [], "--param")
    secrets = {key: _secret(key, value) for key, value in pairs(secret or [], "--secret").items()}
    asked = {"name": name, "integration": integration, "params": params, "secrets": secrets}
    added = through_door(context, lambda door: door.call("instance.add", **asked, allow_local=bool(allow_origin)))
    if allow_origin is None and not as_json and is_terminal() and _refused(added):
        close_door(context)
        if _wants_files(added):
            added = through_door(context, lambda door: door.call("instance.allow", name=name, allow=True))
    if as_json:
        print_json(added)
        return
    console().print(f"Instance {name} was added; `warroom instance test {quote(name)}` tries it.", markup=False)
    _say_what_is_refused(added)


@group.command("allow-origin")
def allow_origin(
    context: typer.Context,
    name: Name,
    refuse: Annotated[bool, typer.Option("--refuse", help="Withdraw the permission.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let content fetch files from an instance's address on this machine, such as that of a simulated tenant.

    Example: warroom instance allow-origin twin
    """
    changed = through_door(context, lambda door: door.call("instance.allow", name=name, allow=not refuse))
    if as_json:
        print_json(changed)
        return
    if not changed["local_origins"]:
        print_line(f"Instance {name} has no further address of this machine to allow; nothing changed.")
    elif not refuse:
        print_line(f"Content may fetch files from {_listed(changed['local_origins'])}.")
    _say_what_is_refused(changed)


@group.command("list")
def list_instances(context: typer.Context, as_json: AsJson = False) -> None:
    """List the instances.

    Example: warroom instance list
    """
    found = through_door(context, lambda door: door.call("instance.list"))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            printable(item["name"]),
            item["integration"],
            "yes" if item["enabled"] else "no",
            "yes" if item["fetch"] else "no",
            printable(str(item["params"].get("url", ""))),
            _files(item),
        )
        for item in found
    ]
    print_table(
        "Instances",
        ("name", "integration", "enabled", "fetches", "url", "local files"),
        rows,
        "There are no instances.",
    )


@group.command("test")
def try_instance(context: typer.Context, name: Name, verbose: Verbose = False, as_json: AsJson = False) -> None:
    """Test an instance: does the product answer, and does it accept the key? Exit code 1 if not.

    Example: warroom instance test v1
    """
    result = through_door(context, lambda door: door.call("instance.test", name=name))
    if as_json:
        print_json(result)
    elif result["ok"]:
        console().print("ok")
    else:
        sys.stderr.write(f"{printable(result['answer'])}\n")
        if verbose:
            print_code_output(error_console(), result)
    raise typer.Exit(0 if result["ok"] else 1)


@group.command("remove")
def remove_instance(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Remove an instance; its incidents stay.

    Example: warroom instance remove v1
    """
    result = through_door(context, lambda door: door.call("instance.remove", name=name))
    if as_json:
        print_json(result)
    else:
        console().print(f"Instance {name} was removed.", markup=False)


def _refused(instance: JsonObject) -> list[str]:
    return [origin for origin, is_allowed in instance["local_origins"].items() if not is_allowed]


def _listed(origins: Iterable[str]) -> str:
    return printable(" and ".join(origins))


def _wants_files(instance: JsonObject) -> bool:
    """Ask whether content may read from addresses of this machine."""
    which = _listed(_refused(instance))
    return typer.confirm(
        f"{which} is an address of this machine. May playbooks fetch files from there? "
        "A simulated tenant has its evidence there."
    )


def _say_what_is_refused(instance: JsonObject) -> None:
    if which := _refused(instance):
        print_line(
            f"Content may fetch no files from {_listed(which)}, an address of this machine, so evidence there "
            f"is not saved; `warroom instance allow-origin {quote(printable(instance['name']))}` allows it."
        )


def _files(instance: JsonObject) -> str:
    """Say whether content may fetch from the addresses of this machine; nothing where there is none."""
    if not instance["local_origins"]:
        return ""
    return "no" if _refused(instance) else "yes"


def _secret(key: str, value: str) -> str:
    if not value.startswith("@"):
        raise InvalidInputError(f"--secret {key} takes @FILE (or @- for standard input), never the secret itself.")
    if value == "@-":
        return sys.stdin.read().strip()
    try:
        return Path(value[1:]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InvalidInputError(f"The secret {key} cannot be read from {value[1:]}: {error.strerror}.") from error
    except UnicodeDecodeError:  # its message would quote the secret
        raise InvalidInputError(f"The secret {key} cannot be read from {value[1:]}: it is not UTF-8 text.") from None
