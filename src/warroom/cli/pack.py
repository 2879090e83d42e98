"""`warroom pack`: what is installed, and the commands on the files of packs."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

import typer

from warroom.cli.lazy_group import LazyGroup, Listed
from warroom.cli.lazy_import import LazyImport
from warroom.cli.opened import CONTENT_DOOR, through_door
from warroom.cli.output import AsJson, print_json, print_table
from warroom.cli.printable import printable
from warroom.model.json import JsonObject
from warroom.model.sentence import counted


def list_packs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the installed packs: ours, and those in the data folder, which take precedence.

    Example: warroom pack list
    """
    found = through_door(context, lambda door: door.call("pack.list"), CONTENT_DOOR)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            printable(item["name"]),
            item["version"],
            str(len(item["integrations"])),
            str(len(item["scripts"])),
            str(len(item["playbooks"])),
            item["path"],
        )
        for item in found
    ]
    print_table("Packs", ("name", "version", "integrations", "scripts", "playbooks", "path"), rows, "There are none.")


def show_pack(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(help="The pack's id, such as the name of its folder, or its name.")],
    as_json: AsJson = False,
) -> None:
    """Show what an installed pack contains, which parts cannot run here and why, and what to do about it.

    Example: warroom pack show VisionOneResponse
    """
    found = through_door(context, lambda door: door.call("pack.show", pack=pack))
    if as_json:
        print_json(found)
        return
    print_looked_into(found)


def print_looked_into(found: JsonObject) -> None:
    """Print what of a pack can be used, and what stands in the way of the rest."""
    name = found["name"]
    kinds = [(kind["kind"], str(kind["items"]), str(kind["cannot_run"] or "")) for kind in found["kinds"]]
    print_table(f"What is in {name}", ("kind", "items", "cannot run"), kinds, f"There is no item in {name}.")
    for title, is_certain in ((f"What of {name} cannot be used", True), (f"What else to know of {name}", False)):
        problems = [each for each in found["problems"] if each["is_certain"] is is_certain]
        if problems:
            print_table(title, ("what", "why", "what to do"), _together(problems), "")


def _together(problems: Iterable[JsonObject]) -> list[tuple[str, str, str]]:
    """Make a row of all items that have the same in the way.

    >>> two = [{"kind": "script", "item": item, "why": "is old", "advice": "port it"} for item in ("A", "B")]
    >>> _together(two), _together(two[:1])
    ([('2 scripts: A, B', 'is old', 'port it')], [('script A', 'is old', 'port it')])
    """
    items: dict[tuple[str, str, str], list[str]] = {}
    for each in problems:
        items.setdefault((each["kind"], each["why"], each["advice"]), []).append(each["item"])
    return [
        (f"{kind} {names[0]}" if len(names) == 1 else f"{counted(len(names), kind)}: {', '.join(names)}", why, advice)
        for (kind, why, advice), names in items.items()
    ]


class Commands(LazyGroup):
    """The commands about packs."""

    table: ClassVar[Mapping[str, Listed]] = {
        "list": Listed(
            LazyImport("warroom.cli.pack:list_packs"),
            "List the installed packs: ours, and those in the data folder, which take precedence.",
        ),
        "show": Listed(
            LazyImport("warroom.cli.pack:show_pack"),
            "Show what an installed pack contains, which parts cannot run here and why, and what to do about it.",
        ),
        "validate": Listed(
            LazyImport("warroom.cli.pack_files:validate_pack"),
            "Look for mistakes in a pack: files that cannot be read or are no items, and names that do not exist.",
        ),
        "build": Listed(
            LazyImport("warroom.cli.pack_files:build"),
            "Make a zip for Cortex XSOAR and XSIAM, and read it back to check that nothing is missing.",
        ),
        "install": Listed(
            LazyImport("warroom.cli.pack_install:install"),
            "Copy a pack into the data folder, where it replaces ours if it can run here."
            " A running server uses it at once.",
        ),
        "remove": Listed(
            LazyImport("warroom.cli.pack_install:remove"),
            "Remove a pack that you installed. It is kept: `warroom pack restore` brings it back.",
        ),
        "restore": Listed(
            LazyImport("warroom.cli.pack_install:restore"),
            "Bring back a pack that was replaced or removed; the version installed now is kept in its place.",
        ),
        "previous": Listed(
            LazyImport("warroom.cli.pack_install:previous"),
            "List the packs that were replaced or removed, and can be brought back.",
        ),
        "environments": Listed(
            LazyImport("warroom.cli.pack_environments:group"),
            "Environments of docker images: what lacks modules, what was made; make, remove.",
        ),
    }


group = typer.Typer(
    cls=Commands,
    help="Packs: list, show, validate, build, install, remove, restore, previous, environments.",
    no_args_is_help=True,
)
