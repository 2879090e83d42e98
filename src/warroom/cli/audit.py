"""`warroom audit`: list, verify, trim."""

import re
from typing import Annotated

import typer

from warroom.cli.opened import through_door
from warroom.cli.output import AsJson, console, moment, print_json, print_table
from warroom.cli.printable import printable
from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject
from warroom.model.sentence import counted

group = typer.Typer(
    help="What was done, and the event log: list, check its seals, remove what is old.", no_args_is_help=True
)
LONGEST = 120  # characters of a target or an answer in a line
HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@group.command("list")
def list_actions(  # one parameter for each option
    context: typer.Context,
    by: Annotated[str, typer.Option(help="Only what this person did; DBot for playbooks.")] = "",
    command: Annotated[str, typer.Option(help="Only this command; `pause` and `resume` are two.")] = "",
    incident: Annotated[str, typer.Option(help="Only on this incident.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most actions to list.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List response actions, and pauses with their reasons; the newest first.

    Example: warroom audit list --command pause
    """
    asked = {"by": by, "command": command, "incident": incident, "limit": limit}
    found = through_door(context, lambda door: door.call("audit.list", **asked))
    if as_json:
        print_json(found)
        return
    rows = [
        (moment(row["began"]), row["actor"], row["command"], _in_brief(row["target"]), row["incident"] or "",
         _outcome(row), row["answer"].strip().partition("\n")[0][:LONGEST])
        for row in found
    ]  # fmt: skip
    print_table("Actions", ("when", "who", "action", "target", "incident", "outcome", "answer"), rows, "Nothing yet.")


def _in_brief(target: JsonObject) -> str:
    """Write what an action was done to.

    >>> _in_brief({"endpoint": "FIN-1", "wait": ""})
    'endpoint=FIN-1'
    """
    return " ".join(f"{name}={value}" for name, value in target.items() if value != "" and value is not None)[:LONGEST]


def _outcome(row: JsonObject) -> str:
    if row["refused"] or not row["done"]:
        return row["refused"] or "under way"
    return "failed" if row["failed"] else "done"


@group.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[str, typer.Option(help="A seal that you noted earlier, as NUMBER:HASH; it must still exist.")] = "",
    key: Annotated[
        list[str] | None, typer.Option(help="The fingerprint of an earlier signing key; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the sealed event log; exit code 1 when an event was changed, removed or inserted; it names the event.

    Example: warroom audit verify --head 17:4f1c…
    """
    noted = HEAD.fullmatch(head.strip().lower())
    if head and not noted:
        raise InvalidInputError(
            f"--head takes NUMBER:HASH, all 64 digits of it, as an earlier check printed it, not {head!r}."
        )
    asked = {"keys": key or [], "head": [int(noted[1]), noted[2]] if noted else None}
    found = through_door(context, lambda door: door.call("audit.verify", **asked))
    if as_json:
        print_json(found)
    else:
        for problem in found["problems"]:
            console().print(printable(problem), markup=False, soft_wrap=True)
        console().print(_said(found), markup=False, soft_wrap=True)
    raise typer.Exit(0 if found["whole"] else 1)


def _said(found: JsonObject) -> str:
    """Sum up what was found.

    >>> _said({"whole": True, "events": 3, "seals": 1, "unsealed": 0, "removed": 0, "more": 0, "head": "1:c0ffee"})
    'whole: 3 events, 1 seal; head 1:c0ffee'
    """
    parts = [counted(found["events"], "event"), counted(found["seals"], "seal")]
    if found["unsealed"]:
        parts.append(f"{found['unsealed']:,} not sealed yet")
    if found["removed"]:
        parts.append(f"{found['removed']:,} removed, as a checkpoint says")
    if found["more"]:
        parts.append(counted(found["more"], "more problem"))
    verdict = "whole" if found["whole"] else "NOT WHOLE"
    return f"{verdict}: {', '.join(parts)}; head {found['head'] or 'none'}"


@group.command("trim")
def trim(
    context: typer.Context,
    before: Annotated[
        str, typer.Option(help="Remove events that were sealed before this time, such as 2026-11-24T10:00:00Z.")
    ],
    reason: Annotated[str, typer.Option(help="The reason, for the signed checkpoint.")],
    as_json: AsJson = False,
) -> None:
    """Remove old events, except the custody of evidence. A signed checkpoint stays, so that the rest can be checked.

    Example: warroom audit trim --before 2026-01-01T00:00:00Z --reason "One year is kept"
    """
    result = through_door(context, lambda door: door.call("audit.trim", before=before, reason=reason))
    if as_json:
        print_json(result)
    else:
        console().print(f"{counted(result['removed'], 'event')} removed, up to {result['through']}.", markup=False)
