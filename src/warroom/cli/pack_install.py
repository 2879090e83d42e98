"""`warroom pack install|remove|restore|previous`: changing which packs are installed, in a running server, too."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from warroom.cli.lazy_import import LazyImport
from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, print_json, print_line, print_table
from warroom.cli.pack import print_looked_into
from warroom.cli.printable import printable
from warroom.model.json import JsonObject

MAKE: LazyImport[Callable[..., bool]] = LazyImport("warroom.cli.pack_needs:make_what_is_needed")
Named = Annotated[str, typer.Argument(help="The pack's id or name, or the name of its file.")]


def install(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A pack's folder, zip or yml.")],
    with_environments: Annotated[
        bool,
        typer.Option("--with", help="Also make the environments that it needs, with pip; first says what it fetches."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy a pack into the data folder, where it replaces ours if it can run here. A running server uses it at once.

    What is in it is shown, and what of it cannot run here: its language, modules that are missing, files that cannot
    be read, packs that it depends on. A file that cannot be read costs its own item alone. The version that it
    replaces is kept, see `warroom pack restore`.

    With --with, the docker images that its code names get the Python packages that it lacks. What is to be fetched is
    said first; exit code 1 when one of these environments could not be made.

    Example: warroom pack install Other.zip
    """
    found = through_door(context, lambda door: door.call("pack.install", path=str(path.absolute())))
    is_whole = True
    if with_environments:
        is_whole = MAKE.get()(context.obj.folder, [pack["id"] for pack in found], quiet=as_json)
        found = [_looked_into_again(context, pack) for pack in found]
    if as_json:
        print_json(found)
    else:
        for pack in found:
            _tell(pack, "is installed")
    if not is_whole:
        raise typer.Exit(1)


def remove(context: typer.Context, pack: Named, as_json: AsJson = False) -> None:
    """Remove a pack that you installed. It is kept: `warroom pack restore` brings it back.

    Example: warroom pack remove Other
    """
    through_door(context, lambda door: door.call("pack.remove", pack=pack))
    if as_json:
        print_json({"pack": pack})
        return
    print_line(f"{pack} was removed. `warroom pack restore {pack}` brings it back.")


def restore(context: typer.Context, pack: Named, as_json: AsJson = False) -> None:
    """Bring back a pack that was replaced or removed; the version installed now is kept in its place.

    Example: warroom pack restore Other
    """
    found = through_door(context, lambda door: door.call("pack.restore", pack=pack))
    if as_json:
        print_json(found)
        return
    for each in found:
        _tell(each, "is back")


def previous(context: typer.Context, as_json: AsJson = False) -> None:
    """List the packs that were replaced or removed, and can be brought back.

    Example: warroom pack previous
    """
    found = through_door(context, lambda door: door.call("pack.previous"))
    if as_json:
        print_json(found)
        return
    rows = [(printable(one["name"]), one["version"], one["file"], one["by"], one["at"]) for one in found]
    print_table("Packs that can be brought back", ("name", "version", "file", "by", "at"), rows, "There are none.")


def _looked_into_again(context: typer.Context, pack: JsonObject) -> JsonObject:
    """Return what of a pack can be used now that environments were made."""
    now = through_door(context, lambda door: door.call("pack.show", pack=pack["id"]))
    return {**pack, "kinds": now["kinds"], "problems": now["problems"]}


def _tell(pack: JsonObject, what: str) -> None:
    instead = f" in place of {pack['replaced']}" if pack["replaced"] else ""
    print_line(f"{pack['name']} {pack['version']} {what}{instead}.")
    for kind, notes in (("Left out", pack["left_out"]), ("Taken as XSOAR does", pack["remarks"])):
        for note in notes:
            print_line(f"{kind}: {note['file']}:{note['line']}: {note['message']}")
    print_looked_into(pack)
