"""The stored state of a mirrored incident and its record in another system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from warroom.model.ids import IncidentId, InstanceId
from warroom.model.json import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRecord:
    """The state that both sides had when they were last compared: differences to it are changes since then."""

    incident: IncidentId
    instance: str  # its name, as the incident's `Mirror` has it
    fields: Mapping[str, Json] = field(default_factory=dict)  # the sent values, by the other system's names
    unsure: tuple[str, ...] = ()  # fields whose value on the other side is unknown, since sending them began
    seen: Mapping[str, str] = field(default_factory=dict)  # digests of incoming fields, by incident field
    entries: tuple[int, ...] = ()  # numbers of entries that both sides have
    is_closed: bool = False  # whether the incident is closed, as last sent to or received from the other side
    said_closed: bool = False  # whether the other side last reported it closed
    owes: bool = False  # a change here could not be sent
    behind: bool = False  # a change there was not taken in
    due: bool = False  # checked in the next round even if nothing happens until then
    synced: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRun:
    """The state of an instance's mirroring.

    `started` is set while a round has not ended: it is under way, or its process died over it; `deaths` counts how
    often the latter happened in a row, and `held` is since when it waits for a person because of them.
    """

    instance: InstanceId
    last_update: datetime | None = None  # up to when changes there are known
    event: int = 0  # up to which event changes here are known
    value: JsonObject = field(default_factory=dict)  # the integration's own state (setLastMirrorRun)
    started: datetime | None = None
    deaths: int = 0
    held: datetime | None = None
