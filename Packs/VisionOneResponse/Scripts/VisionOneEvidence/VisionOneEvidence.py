from typing import Any

import demistomock as demisto
from CommonServerPython import *

NOTHING = "No evidence has been collected yet."
COLUMNS = ("endpoint", "file", "archive", "sha256", "state")


def evidence_rows(context: dict[str, Any]) -> list[dict]:
    """Return a row for each collected file, whether a playbook or the one command collected it.

    What a playbook saved is in a private context until it has ended, and it may still wait for another file.
    """
    private = [value for key, value in context.items() if key.startswith("subplaybook-") and isinstance(value, dict)]
    rows: list[dict] = []
    for found in (each.get("VisionOne") or {} for each in (context, *private)):
        rows += [verified_row(one) for one in dicts(found.get("Verified_File"))]
        rows += [collected_row(one) for one in dicts(found.get("Collected_File"))]
    return [row for place, row in enumerate(rows) if row not in rows[:place]]


def verified_row(one: dict) -> dict:
    return {
        "endpoint": one.get("endpoint"),
        "file": one.get("file_path") or one.get("name"),
        "archive": one.get("archive_entry"),
        "sha256": one.get("sha256"),
        "state": one.get("state"),
    }


def collected_row(one: dict) -> dict:
    return {
        "endpoint": one.get("endpoint_name"),
        "file": one.get("file_path"),
        "archive": one.get("archive_name"),
        "sha256": one.get("sha256") or one.get("file_sha256"),
        "state": one.get("state"),
    }


def dicts(value: Any) -> list[dict]:
    items = value if isinstance(value, list) else [value]
    return [one for one in items if isinstance(one, dict)]


def evidence_command() -> CommandResults:
    rows = evidence_rows(demisto.context() or {})
    table = tableToMarkdown("", rows, headers=list(COLUMNS), headerTransform=string_to_table_header, removeNull=True)
    return CommandResults(readable_output=table if rows else NOTHING)


def main() -> None:
    try:
        return_results(evidence_command())
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneEvidence: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
