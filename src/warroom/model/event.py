"""The event log: one row for each committed change, the spine that push, audit and metrics read."""

from dataclasses import dataclass
from datetime import datetime

from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What changed; `kind` says of what.

    It is one of incident, entry, task, plan, intent, answer, instance, fetch, mirror, evidence, halt, list, and
    of those for admins: sign-in, user, api-key.
    """

    sequence: int
    at: datetime
    incident: IncidentId | None
    kind: str
    actor: str
    payload: JsonObject
