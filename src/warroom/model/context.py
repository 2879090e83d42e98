"""A change to an incident's context, as it is logged: the context is the fold of these, in order."""

from dataclasses import dataclass
from enum import StrEnum

from warroom.model.ids import IncidentId
from warroom.model.json import Json


class PatchKind(StrEnum):
    MERGE = "merge"  # `value` is an EntryContext: {key or key(expression): data}, merged as XSOAR does
    SET = "set"  # overwrite `path` with `value`
    DELETE = "delete"  # remove `path`; an empty path removes everything in scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPatch:
    """One change to an incident's context. `scope` "" is the incident's own, else a private node's key."""

    incident: IncidentId
    kind: PatchKind
    scope: str = ""
    path: str = ""
    value: Json = None
    hits: tuple[str, ...] = ()  # of a merge by JavaScript: digests of the pairs of an old and a new item that match
