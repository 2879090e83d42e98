"""What fetches store besides incidents: their position, their health, and records that could not be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from warroom.model.ids import IncidentId, InstanceId
from warroom.model.json import JsonObject

SETTLED = "Record {} was taken or dropped meanwhile. `warroom fetch list` shows those that are set aside."


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The `lastRun` of an instance's fetch."""

    instance: InstanceId
    value: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A record that became no incident: its description, source, reason, time, and size in bytes.

    `rule` is the pre-process rule that dropped it, and `remote` its id at its source; without a rule it could not be
    taken.
    """

    id: str
    instance: InstanceId
    instance_name: str
    what: str
    why: str
    at: datetime
    size: int
    rule: str = ""
    remote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untaken:
    """A record that is set aside or dropped now, with its text."""

    aside: SetAside
    record: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchState:
    """How an instance has fetched so far: since when, when it last brought something, and since when it fails.

    `started` is set while a fetch has not ended: it is under way, or its process died over it; `deaths` counts how
    often the latter happened in a row.
    """

    instance: InstanceId
    since: datetime
    brought: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str = ""
    started: datetime | None = None
    deaths: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A record that belongs to an incident which another record has made; `source` is the instance's id."""

    source: str
    remote: str
    incident: IncidentId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StormKey:
    """The key by which later records are linked to an incident, and from when on."""

    key: str
    incident: IncidentId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRunReset:
    """Why an instance's `lastRun` is forgotten, and what of it was in the future, if anything."""

    instance: InstanceId
    reason: str
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchStep:
    """What a fetch, or an admin, changes besides incidents; `settled` were set aside and are no longer.

    A record is settled once: a commit with one that is not set aside is a ConflictError.
    """

    state: FetchState | None = None
    untaken: Sequence[Untaken] = ()
    settled: Sequence[SetAside] = ()
    linked: Sequence[Linked] = ()
    storm_keys: Sequence[StormKey] = ()
    forget_before: datetime | None = None  # storm keys from before this time are removed
    reset: LastRunReset | None = None
    forget_dropped: datetime | None = None  # records that a rule dropped before then are deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedMark:
    """The position of a record that a rule dropped in the order of all, for paging."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedQuery:
    """Records that rules dropped, of all instances or of those of one name; newest first."""

    instance_name: str | None = None
    limit: int = 1000
    before: DroppedMark | None = None  # page on: what stands after this one


class FetchStore(Protocol):
    async def set_aside(self) -> list[SetAside]:
        """Return the records that could not be taken, oldest first."""
        ...

    async def dropped(self, query: DroppedQuery) -> list[SetAside]:
        """Return records that rules dropped, newest first."""
        ...

    async def dropped_counts(self) -> Mapping[tuple[InstanceId, str], int]:
        """Count the records that are kept of those that were dropped, by instance and rule."""
        ...

    async def dropped_records(self, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, str]:
        """Return those of these remote ids of an instance that rules have dropped, each with its rule's name."""
        ...

    async def untaken(self, aside: str) -> Untaken:
        """Return a record that is set aside or dropped, with its text; raises NotFoundError."""
        ...

    async def linked_records(self, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, IncidentId]:
        """Return the incidents that these remote ids of an instance are linked to."""
        ...

    async def storm_leaders(self, keys: Sequence[str], since: datetime) -> Mapping[str, IncidentId]:
        """Return the incidents of these keys since then."""
        ...

    async def fetch_states(self) -> Mapping[InstanceId, FetchState]:
        """Return the fetch state of each instance that has fetched before."""
        ...
