"""`warroom pack environments`: the Python packages that docker images bring, in virtual environments of their own."""

from pathlib import Path
from typing import Annotated

import typer

from warroom.bootstrap.content import environments_of, look_at_packs
from warroom.bootstrap.environments import ImageNeed, images_of, needs_of, sources_of
from warroom.cli.output import AsJson, print_json, print_line, print_table
from warroom.cli.printable import printable
from warroom.cli.settings import read_settings
from warroom.host.image_environments import ImageEnvironment
from warroom.model.json import JsonObject

group = typer.Typer(help="Environments of docker images: what lacks modules, what was made; make, remove.")


@group.callback(invoke_without_command=True)
def list_environments(context: typer.Context, as_json: AsJson = False) -> None:
    """List the docker images whose items lack Python modules, how to make them run, and the existing environments.

    Example: warroom pack environments
    """
    if context.invoked_subcommand is not None:
        return
    home: Path = context.obj.folder
    needs = needs_of(look_at_packs(home), environments_of(home), images_of(read_settings(home)))
    if as_json:
        print_json([_shown(need) for need in needs])
        return
    columns = ("image", "environment", "items that lack modules", "modules", "what to do")
    print_table("Environments", columns, map(_row, needs), "No installed item lacks a module, and none was made.")


@group.command("make")
def make_environment(  # noqa: PLR0913, PLR0917  # one parameter for each option
    context: typer.Context,
    image: Annotated[str, typer.Argument(help="The docker image; with a tag, only that tag.")],
    packages: Annotated[
        list[str] | None, typer.Option("--package", help="A further package, as for pip; may be repeated.")
    ] = None,
    python: Annotated[str, typer.Option(help="The Python to use; by default a suitable one is found.")] = "",
    constraints: Annotated[Path | None, typer.Option(help="A constraints file for pip.")] = None,
    wheels: Annotated[
        Path | None, typer.Option(help="Take packages only from this folder, not from the network.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create the environment of a docker image with pip: code with this image runs in it from the next run on.

    Packages from --package are kept when the environment is created again; `remove` forgets them.

    Example: warroom pack environments make demisto/bs4-py3
    """
    from warroom.host.environment_making import interpreter_for, make, wanted  # noqa: PLC0415  # only this needs them

    home: Path = context.obj.folder
    settings, environments = read_settings(home), environments_of(home)
    sources = sources_of(settings, python, constraints, wheels)
    needs = wanted(images_of(settings), environments, image, packages or ())
    interpreter = interpreter_for(needs, sources)
    if not as_json:
        print_line(f"{interpreter.path} (Python {interpreter.version}) gets {', '.join(needs.packages)} …")
    made = make(environments, needs, interpreter, sources)
    if as_json:
        print_json(_environment(made))
    else:
        print_line(f"The environment of {made.image} was created; code with this image runs in it from now on.")


@group.command("remove")
def remove_environment(
    context: typer.Context,
    image: Annotated[str, typer.Argument(help="The image, as `warroom pack environments` lists it.")],
    as_json: AsJson = False,
) -> None:
    """Remove an environment: code with this image runs in warroom's own again.

    Example: warroom pack environments remove demisto/bs4-py3
    """
    environments_of(context.obj.folder).remove(image)
    if as_json:
        print_json({"image": image})
    else:
        print_line(f"The environment of {image} was removed.")


def _shown(need: ImageNeed) -> JsonObject:
    """Return a need as JSON shows it."""
    lacking = [
        {
            "kind": "integration" if item.is_integration else "script",
            "name": item.item,
            "image": item.docker_image,
            "modules": list(item.modules),
        }
        for item in need.items
    ]
    made = _environment(need.environment) if need.environment else None
    return {"image": need.image, "lacking": lacking, "environment": made, "command": need.command}


def _without_image(names: str) -> str:
    return f"Install {names} where warroom's workers run."


def _environment(made: ImageEnvironment) -> JsonObject:
    return {
        "image": made.image,
        "path": str(made.folder),
        "python": made.version,
        "interpreter": made.interpreter,
        "packages": list(made.packages),
        "fault": made.fault,
    }


def _row(need: ImageNeed) -> tuple[str, ...]:
    made = need.environment
    state = "none" if made is None else made.fault or f"Python {made.version}"
    names = ", ".join(item.item for item in need.items)
    todo = need.command or (_without_image(", ".join(need.modules)) if need.items else "")
    return printable(need.image or "none"), state, printable(names), ", ".join(need.modules), todo
