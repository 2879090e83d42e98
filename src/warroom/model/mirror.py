"""What is remembered of a mirrored incident and its record in another system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from warroom.model.ids import IncidentId, InstanceId
from warroom.model.json import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRecord:
    """What both sides had in common when they were last compared: what differs from it has changed since."""

    incident: IncidentId
    instance: str  # its name, as the incident's `Mirror` has it
    fields: Mapping[str, Json] = field(default_factory=dict)  # what goes out, by the other system's names
    unsure: tuple[str, ...] = ()  # of these it is not known which value the other side has: sending began
    seen: Mapping[str, str] = field(default_factory=dict)  # digests of what only comes in, by incident field
    entries: tuple[int, ...] = ()  # numbers of entries that both sides have
    is_closed: bool = False  # the incident, as the other side was told or had it told
    said_closed: bool = False  # the other side, in its last word on it
    owes: bool = False  # something here has changed that could not be sent
    behind: bool = False  # something there has changed that was not taken in
    due: bool = False  # to be looked at in the next round even if nothing happens until then
    synced: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRun:
    """How far an instance's mirroring has come.

    `begun` is when a round began that has not ended: it is under way, or its process died over it; `deaths` counts how
    often the latter happened in a row, and `held` is since when it waits for a person because of them.
    """

    instance: InstanceId
    last_update: datetime | None = None  # up to when changes there are known
    event: int = 0  # up to which event changes here are known
    value: JsonObject = field(default_factory=dict)  # what the integration itself keeps (setLastMirrorRun)
    begun: datetime | None = None
    deaths: int = 0
    held: datetime | None = None
