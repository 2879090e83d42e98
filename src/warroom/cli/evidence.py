"""`warroom evidence`: add, list, custody, export, verify, restrict, delete."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from warroom.cli.door import Door
from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, console, print_json, print_table
from warroom.cli.printable import printable
from warroom.cli.waiting import Tell, under_way
from warroom.model.errors import InvalidInputError, WarroomError
from warroom.model.json import Json, JsonObject
from warroom.model.sentence import counted
from warroom.services.proof.container import UnreadableError
from warroom.services.proof.verify import read_fingerprint, verify

group = typer.Typer(help="Evidence: the files of the War Room.", no_args_is_help=True)
LOOK_SECONDS = 0.5  # between two updates of an export's progress
ENTRY_ID = re.compile(r"\d+@\w+")


@group.command("add")
def add_evidence(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="The incident's number.")],
    file: Annotated[Path, typer.Argument(help="The file, such as a sample.")],
    name: Annotated[str, typer.Option(help="The name in the War Room, if it should differ.")] = "",
    as_json: AsJson = False,
) -> None:
    """Copy a file into an incident's War Room as evidence, and show its SHA-256.

    `warroom run '!trendmicro-visionone-submit-file-entry-to-sandbox entry_id=4@7' --incident 7` has it analyzed.

    Example: warroom evidence add 7 invoice.docm
    """
    asked = {"incident": incident, "path": str(file.absolute()), "name": name}
    added = through_door(context, lambda door: door.call("evidence.add", **asked))
    if as_json:
        print_json(added)
    else:
        kept = added["file"]
        _say(f"{added['id']}: {kept['name']}, {kept['size']:,} bytes, SHA-256 {kept['sha256']}")


@group.command("list")
def list_evidence(
    context: typer.Context,
    incident: Annotated[str | None, typer.Option(help="Of one incident only.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the files of the War Room with their hashes.

    Example: warroom evidence list --incident 7
    """
    found = through_door(context, lambda door: door.call("evidence.list", incident=incident))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            item["id"],
            item["incident"],
            printable(item["file"]["name"]),
            f"{item['file']['size']:,}",
            item["file"]["sha256"] + (f" deleted by {printable(item['deleted']['by'])}" if item["deleted"] else ""),
        )
        for item in found
    ]
    print_table("Evidence", ("entry", "incident", "file", "bytes", "SHA-256"), rows, "There is no evidence.")


@group.command("custody")
def list_custody(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="The incident's number.")],
    as_json: AsJson = False,
) -> None:
    """Show what happened to the evidence of an incident: who did what with which file, when, and from where.

    Example: warroom evidence custody 7
    """
    found = through_door(context, lambda door: _whole_custody(door, incident))
    if as_json:
        print_json(found)
        return
    rows = [
        (
            item["at"][:19].replace("T", " "),
            printable(item["actor"]),
            item["change"],
            item["entry"] or "all",
            printable(item["name"]),
            printable(" ".join(filter(None, (item["door"], item["address"])))),
            printable(item["reason"]),
        )
        for item in found
    ]
    columns = ("when (UTC)", "who", "did", "entry", "file", "from", "more")
    print_table("Custody", columns, rows, f"Incident {incident} has no evidence.")


async def _whole_custody(door: Door, incident: str) -> list[Json]:
    """Page through all of it."""
    whole: list[Json] = []
    while page := await door.call("evidence.custody", incident=incident, after=whole[-1]["sequence"] if whole else 0):
        whole += page
    return whole


@group.command("export")
def export_evidence(  # noqa: PLR0913, PLR0917  # each is a word or an option of the command
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="An incident's number, or the id of one entry, such as 4@7.")],
    target: Annotated[Path, typer.Argument(help="A file, or a folder that takes it under its own name.")] = Path(),
    to: Annotated[Path | None, typer.Option(help="The same, for an incident: FOLDER or FILE.zip.")] = None,
    item: Annotated[list[str] | None, typer.Option(help="Of an incident: show this entry only (repeat it).")] = None,
    with_damaged: Annotated[
        bool, typer.Option("--with-damaged", help="Of an incident: export what is intact, and name what is damaged.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file of that name.")] = False,
    reason: Annotated[
        str, typer.Option(help="Why you open evidence that is restricted to others; the incident shows it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Copy a file out of the War Room, or all evidence of an incident so that others can check it without us.

    Of an incident it is a folder or a zip after BagIt, with hashes, custody and signatures, and a program that checks
    them; exit code 1 when some of it is damaged.

    Example: warroom evidence export 7 --to case-7.zip

    Example: warroom evidence export 4@7 /tmp
    """
    path = str((to or target).resolve())
    if "@" in what:
        options = {"--item": item, "--with-damaged": with_damaged}
        _refuse_options(options, "is for an incident. Leave it out, or name the incident")
        result = through_door(
            context,
            lambda door: door.call("evidence.export", entry=what, path=path, overwrite=overwrite, reason=reason),
        )
    else:
        asked: JsonObject = {
            "incident": what,
            "path": path,
            "items": item or [],
            "with_damaged": with_damaged,
            "reason": reason,
        }
        asked["overwrite"] = overwrite
        with under_way(f"Checking, signing and writing the evidence of incident {what}", is_quiet=as_json) as tell:
            result = through_door(context, lambda door: exported(door, asked, tell))
    if as_json:
        print_json(result)
    else:
        _say(result["path"], *_said_of_case(result))
    raise typer.Exit(1 if result.get("damaged") else 0)


async def exported(door: Door, asked: JsonObject, tell: Tell | None) -> JsonObject:
    """Export the evidence of an incident, and show on a terminal how far that is."""
    work = asyncio.ensure_future(door.call("evidence.export_case", **asked))
    while tell and not (await asyncio.wait([work], timeout=LOOK_SECONDS))[0]:
        with suppress(WarroomError):  # why it does not answer, the export itself says
            for one in await door.call("evidence.exports", incident=asked["incident"]):
                tell(_said_of_export(one))
    result: JsonObject = await work
    return result


def _said_of_export(one: JsonObject) -> str:
    """Say how far an export is.

    >>> _said_of_export({"incident": "7", "stage": "writing", "files": 1, "of_files": 2, "bytes": 9, "of_bytes": 2048})
    'Evidence of incident 7: writing, 1 of 2 files, 9 of 2,048 bytes'
    """
    said = f"Evidence of incident {one['incident']}: {one['stage']}"
    if not one["of_files"]:
        return said
    return (
        f"{said}, {one['files']} of {counted(one['of_files'], 'file')}, {one['bytes']:,} of {one['of_bytes']:,} bytes"
    )


@group.command("verify")
def verify_evidence(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="The id of an entry, such as 4@7, or the FILE or FOLDER of an export.")],
    key: Annotated[
        str | None, typer.Option(help="Of an export: the fingerprint of the key that must have signed it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hash a stored file again and compare, or check an export of evidence offline; exit code 1 when it has changed.

    `warroom doctor` shows the fingerprint of this installation's key.

    Example: warroom evidence verify 4@7

    Example: warroom evidence verify case-7.zip --key 3f0c…
    """
    if not ENTRY_ID.fullmatch(what):
        raise typer.Exit(_verify_export(Path(what), key, as_json=as_json))
    _refuse_options({"--key": key}, "is for an export. Leave it out, or name its file or folder")
    result = through_door(context, lambda door: door.call("evidence.verify", entry=what))
    if as_json:
        print_json(result)
    else:
        verdict = "unchanged" if result["intact"] else "CHANGED since it was stored"
        _say(f"{what}: {verdict}, SHA-256 {result['sha256'] or 'not known: it cannot be read'}")
    raise typer.Exit(0 if result["intact"] else 1)


@group.command("restrict")
def restrict_evidence(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="The incident's number.")],
    reason: Annotated[str, typer.Option(help="Why; the incident shows it.")],
    to: Annotated[list[str] | None, typer.Option(help="A user or key:NAME who may open it; may be repeated.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Lift the restriction: the role alone decides again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Restrict the evidence of an incident to named people, or lift the restriction with --open.

    Example: warroom evidence restrict 7 --to ana --to bob --reason "Credentials of the board"

    Example: warroom evidence restrict 7 --open --reason "The case is closed"
    """
    if open_ == bool(to):
        raise InvalidInputError(
            "Give either --to NAME, whom the evidence is restricted to, or --open, which lifts that."
        )
    asked = {"incident": incident, "people": to or [], "open": open_, "reason": reason}
    result = through_door(context, lambda door: door.call("evidence.restrict", **asked))
    if as_json:
        print_json(result)
    else:
        people = (
            f"for {', '.join(result['people'])} only" if result["people"] else "for everyone with the necessary role"
        )
        console().print(f"The evidence of incident {incident} is {printable(people)}.", markup=False, soft_wrap=True)


@group.command("delete")
def delete_evidence(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(help="The entry's id, such as 4@7.")],
    reason: Annotated[str, typer.Option(help="Why; entry, War Room and custody show it.")],
    as_json: AsJson = False,
) -> None:
    """Delete a file of the War Room. Its entry stays, and says who deleted it, when and why.

    Example: warroom evidence delete 4@7 --reason "Retention of a year is over"
    """
    result = through_door(context, lambda door: door.call("evidence.delete", entry=entry, reason=reason))
    if as_json:
        print_json(result)
    else:
        bytes_ = "its bytes are removed" if result["removed"] else "its bytes are removed when nothing needs them"
        console().print(f"{entry} is deleted; {bytes_}.", markup=False, soft_wrap=True)


def _verify_export(path: Path, key: str | None, *, as_json: bool) -> int:
    """Check an export as its own `verify.py` does, and say the same."""
    try:
        verdict = verify(path, "" if key is None else read_fingerprint(key))
    except (UnreadableError, ValueError) as error:
        raise typer.BadParameter(f"{printable(str(path))}: {error}") from error
    if as_json:
        print_json({"export": str(path), "intact": verdict.is_intact, **verdict._asdict()})
    else:
        found = [f"problem: {problem}" for problem in verdict.problems] + [f"note: {note}" for note in verdict.notes]
        _say(*found, verdict.sentence)
    return 0 if verdict.is_intact else 1


def _said_of_case(result: JsonObject) -> list[str]:
    """Say of the export of an incident what is in it and what is not; of one file there is nothing to say."""
    if "root" not in result:
        return []
    return [
        f"{result['items']} of {counted(result['of'], 'item')}, signed by the key {result['key']}",
        *(["with a time stamp"] if result["time_stamp"] else []),
        *filter(None, [result["no_time_stamp"]]),
        *(f"DAMAGED and not in it: {why}" for why in result["damaged"]),
        *(f"No bytes of {why}" for why in result["deleted"]),
    ]


def _refuse_options(given: Mapping[str, object], why: str) -> None:
    for name, value in given.items():
        if value:
            raise InvalidInputError(f"{name} {why}.")


def _say(*lines: str) -> None:
    for line in lines:
        console().print(printable(line), markup=False, soft_wrap=True)
