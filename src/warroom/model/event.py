"""The event log: one row for each committed change; push, audit and metrics read it."""

from dataclasses import dataclass
from datetime import datetime

from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change; `kind` names what changed.

    It is one of incident, entry, task, plan, intent, answer, instance, fetch, mirror, evidence, halt, list, and
    of those for admins: sign-in, user, api-key.
    """

    sequence: int
    at: datetime
    incident: IncidentId | None
    kind: str
    actor: str
    payload: JsonObject
