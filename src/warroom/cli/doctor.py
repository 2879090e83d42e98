"""`warroom doctor`: says whether everything is well."""

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, print_json, print_table
from warroom.cli.printable import printable
from warroom.model.errors import WarroomError


def doctor(
    context: typer.Context,
    as_json: AsJson = False,
) -> None:
    """Check the data folder, the key file, the database, the packs, every instance and the clock.

    Example: warroom doctor
    """
    try:
        found = through_door(context, lambda door: door.call("doctor"))
    except WarroomError as error:  # what keeps the folder from being opened is what the doctor is asked about
        found = [{"what": "data folder", "found": str(error), "ok": False}]
    if as_json:
        print_json(found)
    else:
        rows = [("ok" if item["ok"] else "LOOK", item["what"], printable(item["found"])) for item in found]
        print_table("Doctor", ("", "what", "found"), rows, "Nothing was checked.")
    raise typer.Exit(0 if all(item["ok"] for item in found) else 1)
