"""An incident: the case being worked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum

from warroom.model.ids import IncidentId
from warroom.model.json import Json, JsonObject


class Severity(float, Enum):
    """XSOAR's scale."""

    UNKNOWN = 0.0
    INFORMATIONAL = 0.5
    LOW = 1.0
    MEDIUM = 2.0
    HIGH = 3.0
    CRITICAL = 4.0

    @property
    def label(self) -> str:
        return self.name.capitalize()


class Status(IntEnum):
    """XSOAR's numbers."""

    PENDING = 0
    ACTIVE = 1
    DONE = 2
    ARCHIVE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Which record of which instance an incident came from; unique by `Incident.mirror_source` and id."""

    instance: str
    id: str
    direction: str = ""  # In, Out or Both; else nothing is mirrored
    tags: tuple[str, ...] = ()  # entries with one of these are sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The case being worked. Times are aware; `raw_json` is the source's answer, untouched."""

    id: IncidentId
    name: str
    type: str = "Unclassified"
    severity: Severity = Severity.UNKNOWN
    status: Status = Status.PENDING
    owner: str = ""
    occurred: datetime
    created: datetime
    modified: datetime
    closed: datetime | None = None
    details: str = ""
    raw_json: str = ""
    labels: tuple[Label, ...] = ()
    custom_fields: Mapping[str, Json] = field(default_factory=dict)
    playbook: str = ""
    source_brand: str = ""
    source_instance: str = ""
    source_id: str = ""  # the instance's id: a later instance of the same name has another
    mirror: Mirror | None = None
    close_reason: str = ""
    close_notes: str = ""
    linked: tuple[IncidentId, ...] = ()  # incidents that it belongs together with

    @property
    def remote(self) -> str:
        """The id of the record that it came from; empty when it came from none."""
        return self.mirror.id if self.mirror else ""

    @property
    def mirror_source(self) -> str:
        """The namespace of `mirror.id`: the instance's id; its name where an earlier version stored no id."""
        return self.source_id or (self.mirror.instance if self.mirror else "")

    def as_xsoar(self) -> JsonObject:
        """The incident as `demisto.incidents()` and `${incident}` show it."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "severity": self.severity.value,
            "status": self.status.value,
            "owner": self.owner,
            "occurred": self.occurred.isoformat(),
            "created": self.created.isoformat(),
            "modified": self.modified.isoformat(),
            "closed": self.closed.isoformat() if self.closed else "",
            "details": self.details,
            "rawJSON": self.raw_json,
            "labels": [{"type": label.type, "value": label.value} for label in self.labels],
            "CustomFields": dict(self.custom_fields),
            "playbookId": self.playbook,
            "sourceBrand": self.source_brand,
            "sourceInstance": self.source_instance,
            "dbotMirrorId": self.remote,
            "dbotMirrorInstance": self.mirror.instance if self.mirror else "",
            "dbotMirrorDirection": self.mirror.direction if self.mirror else "",
            "dbotMirrorTags": list(self.mirror.tags) if self.mirror else [],
            "closeReason": self.close_reason,
            "closeNotes": self.close_notes,
            "investigationId": self.id,
            "linkedIncidents": list(self.linked),
            "linkedCount": len(self.linked),
        }
