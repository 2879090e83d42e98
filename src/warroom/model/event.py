"""The event log: one row for each committed change; push, audit and metrics read it."""

from dataclasses import dataclass
from datetime import datetime

from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change; `kind` names what changed.

    It is one of incident, entry, task, plan, intent, answer, instance, fetch, mirror, evidence, halt, list, pack, and
    of those for admins: sign-in, user, api-key.
    """

    sequence: int
    at: datetime
    incident: IncidentId | None
    kind: str
    actor: str
    payload: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class PackChange:
    """What the log keeps of a pack that is installed, replaced, removed or restored."""

    pack: str
    version: str
    change: str
