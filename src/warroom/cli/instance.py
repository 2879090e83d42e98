"""`warroom instance`: add, list, test, remove."""

import sys
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from warroom.cli.opened import pairs, through_door
from warroom.cli.output import AsJson, Verbose, console, error_console, print_code_output, print_json, print_table
from warroom.cli.printable import printable
from warroom.model.errors import InvalidInputError

group = typer.Typer(help="Integration instances: add, list, test, remove.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The instance's name.")]


@group.command("add")
def add_instance(
    context: typer.Context,
    name: Name,
    integration: Annotated[str, typer.Option(help="The integration's id.")],
    param: Annotated[list[str] | None, typer.Option(help="key=value; may be repeated.")] = None,
    secret: Annotated[list[str] | None, typer.Option(help="key=@FILE (or @- for standard input).")] = None,
    as_json: AsJson = False,
) -> None:
    """Add an instance. Secrets come from files, so that they stand in no process list and no shell history.

    Example: warroom instance add v1 --integration VisionOneResponse --param url=https://api.eu.xdr.trendmicro.com
    --param isFetch=true --secret apikey=@key.txt
    """
    params = pairs(param or [], "--param")
    secrets = {key: _secret(key, value) for key, value in pairs(secret or [], "--secret").items()}
    added = through_door(
        context,
        lambda door: door.call("instance.add", name=name, integration=integration, params=params, secrets=secrets),
    )
    if as_json:
        print_json(added)
    else:
        console().print(f"Instance {name} was added; `warroom instance test {quote(name)}` tries it.", markup=False)


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
        )
        for item in found
    ]
    print_table("Instances", ("name", "integration", "enabled", "fetches", "url"), rows, "There are no instances.")


@group.command("test")
def try_instance(context: typer.Context, name: Name, verbose: Verbose = False, as_json: AsJson = False) -> None:
    """Test an instance: does the product answer, and does it accept the key? Exit code 1 when not.

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


def _secret(key: str, value: str) -> str:
    if not value.startswith("@"):
        raise InvalidInputError(f"--secret {key} takes @FILE (or @- for standard input), never the secret itself.")
    if value == "@-":
        return sys.stdin.read().strip()
    try:
        return Path(value[1:]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InvalidInputError(f"The secret {key} cannot be read from {value[1:]}: {error.strerror}.") from error
    except UnicodeDecodeError:  # whose message would quote the secret
        raise InvalidInputError(f"The secret {key} cannot be read from {value[1:]}: it is not UTF-8 text.") from None
