"""Custody: what happened to evidence, as the event log keeps it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from warroom.model.entry import Entry
from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import JsonObject

KIND = "evidence"  # the kind of custody events


class Act(StrEnum):
    """The kinds of custody acts."""

    SAVED = "saved"
    VIEWED = "viewed"  # read by a command or script, which may show what is in it
    DOWNLOADED = "downloaded"
    EXPORTED = "exported"
    VERIFIED = "verified"
    DAMAGED = "damaged"  # the stored bytes do not match, or are missing
    RESTRICTED = "restricted"  # or a restriction was lifted: the reason says so
    OPENED = "opened"  # by an admin who is not among the named people
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """One act; without an entry it concerns all evidence of the incident. `door` and `address` say from where."""

    incident: IncidentId
    act: Act
    entry: EntryId | None = None
    name: str = ""
    sha256: str = ""
    size: int = 0
    door: str = ""
    address: str = ""
    reason: str = ""

    def as_json(self) -> JsonObject:
        """Return the payload that the event log keeps."""
        return {
            "change": self.act.value,
            "entry": self.entry,
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "door": self.door,
            "address": self.address,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvent:
    """An act as logged: its sequence, when, and by whom."""

    sequence: int
    at: datetime
    actor: str
    custody: Custody


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """The people who may have the evidence of an incident; who decided so, when, and why."""

    incident: IncidentId
    people: tuple[str, ...]
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The last check of the blobs whose hashes have the same first digits."""

    name: str
    at: datetime
    blobs: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Stored bytes that do not match their hash; `found` is the hash that they have."""

    sha256: str
    at: datetime
    found: str

    @property
    def said(self) -> str:
        """Say which bytes are damaged, how, since when, and what now."""
        since = f"{self.at:%Y-%m-%d %H:%M} UTC"
        return f"{self.sha256}: {self.found.rstrip('.')} (since {since}). Bring it back from a backup."


def custody_of(entry: Entry, act: Act, *, door: str = "", address: str = "", reason: str = "") -> Custody:
    """Make the custody act of an entry's file."""
    assert entry.file is not None
    return Custody(
        incident=entry.incident,
        act=act,
        entry=entry.id,
        name=entry.file.name,
        sha256=entry.file.sha256,
        size=entry.file.size,
        door=door,
        address=address,
        reason=reason,
    )


def custody_from(payload: JsonObject, incident: IncidentId) -> Custody:
    """Read what `as_json` wrote.

    >>> custody_from({"change": "viewed", "entry": "4@7", "size": 3}, IncidentId("7")).act
    <Act.VIEWED: 'viewed'>
    """
    texts = {name: str(payload.get(name) or "") for name in ("name", "sha256", "door", "address", "reason")}
    entry = payload.get("entry")
    return Custody(
        incident=incident,
        act=Act(payload["change"]),
        entry=EntryId(str(entry)) if entry else None,
        size=int(payload.get("size") or 0),
        **texts,
    )
