"""How bodies of older versions become what this version reads.

The version of a kind of body is the number of its upgrades: the first one takes a body of version 0 to 1, and so on. A
body of version 0 is a bare JSON object, from before bodies said their version.

When a stored type gains, loses, renames or retypes a field:

1. Append one pure function to its kind's tuple here: the body as it was in, the body as it is now out. Where the new
   field's default is right for old rows too, append `unchanged`.
2. Never change or remove a function that was released: bodies that it has to read are in people's folders.
3. Run tests/store/test_saved.py. It reads the bodies that each release has saved (tests/store/saved), and prints the
   line to append to shapes.jsonl there: a type that was changed without a new version fails.
"""

from collections.abc import Callable
from typing import TypeAlias

from warroom.model.json import Json, JsonObject

Upgrade: TypeAlias = Callable[[JsonObject], JsonObject]
Upgrades: TypeAlias = tuple[Upgrade, ...]


def unchanged(body: JsonObject) -> JsonObject:
    """Return the body as it is: what is new has a default that is right for old bodies."""
    return body


def _in(field: str) -> Upgrade:
    """Make the data a field's value: the body was the bare data."""

    def upgraded(data: JsonObject) -> JsonObject:
        return {field: data}

    return upgraded


def _incident_1(body: JsonObject) -> JsonObject:
    """Lists become objects; before mirroring, a mirror had no tags."""
    labels = [{"type": kind, "value": value} for kind, value in body["labels"]]
    return {**body, "labels": labels, "mirror": body["mirror"] and _mirror_1(*body["mirror"])}


def _mirror_1(instance: str, remote: str, direction: str, tags: Json = ()) -> JsonObject:
    return {"instance": instance, "id": remote, "direction": direction, "tags": tags}


def _plan_1(body: JsonObject) -> JsonObject:
    """Plans had no kind: a typed command was named "!…". Revision 0008 gave it its command."""
    kind = "command" if body["frame"]["name"].startswith("!") else "playbook"
    return {"kind": kind, **body}


def _named(old: str, new: str) -> Upgrade:
    """Rename a field."""

    def upgraded(body: JsonObject) -> JsonObject:
        return {new if name == old else name: value for name, value in body.items()}

    return upgraded


INCIDENT: Upgrades = (_incident_1, unchanged, unchanged)
ENTRY: Upgrades = (unchanged, unchanged)
PATCH: Upgrades = (unchanged, unchanged)
SNAPSHOT: Upgrades = (_in("context"),)
PLAN: Upgrades = (_plan_1, unchanged, unchanged, _named("finished", "ended"))
TASK: Upgrades = (unchanged, unchanged, unchanged, unchanged, unchanged, _named("finished", "ended"))
INTENT: Upgrades = (unchanged, unchanged, unchanged, _named("done", "ended"))
ANSWER: Upgrades = (unchanged, unchanged)
INSTANCE: Upgrades = (unchanged, unchanged)
SECRETS: Upgrades = (_in("secrets"),)
SEALED: Upgrades = (_in("value"),)
LAST_RUN: Upgrades = (_in("value"),)
INTEGRATION_CONTEXT: Upgrades = (_in("value"),)
MIRROR_RECORD: Upgrades = (unchanged,)
MIRROR_RUN: Upgrades = (unchanged, unchanged, _named("begun", "started"))
USER: Upgrades = (unchanged, unchanged, unchanged)
SESSION: Upgrades = (unchanged,)
API_KEY: Upgrades = (unchanged,)
INDICATOR: Upgrades = (unchanged,)
EVENT: Upgrades = (_in("payload"),)
