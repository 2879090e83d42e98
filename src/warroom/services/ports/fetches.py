"""What fetches leave behind besides incidents: where they stand, how they fare, and records that could not be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from warroom.model.ids import IncidentId, InstanceId
from warroom.model.json import JsonObject

SETTLED = "Record {} was taken or dropped meanwhile. `warroom fetch list` shows those that are set aside."


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """Where an instance's fetch stands."""

    instance: InstanceId
    value: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A record that could not be taken: what it seems to be, from where, why, when, and its size in bytes."""

    id: str
    instance: InstanceId
    instance_name: str
    what: str
    why: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Untaken:
    """A record that is set aside now, with its text."""

    aside: SetAside
    record: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchState:
    """How an instance has fetched so far: since when, when it last brought something, and since when it fails.

    `begun` is when a fetch began that has not ended: it is under way, or its process died over it; `deaths` counts how
    often the latter happened in a row.
    """

    instance: InstanceId
    since: datetime
    brought: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str = ""
    begun: datetime | None = None
    deaths: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A record that belongs to an incident that another one has made; `source` is the instance's id."""

    source: str
    remote: str
    incident: IncidentId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StormKey:
    """By what later records are known to belong to an incident, from when on."""

    key: str
    incident: IncidentId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchStep:
    """What a fetch, or who looks after it, changes besides incidents; `settled` were set aside and are no longer.

    A record is settled once: a commit with one that is not set aside is a ConflictError.
    """

    state: FetchState | None = None
    untaken: Sequence[Untaken] = ()
    settled: Sequence[SetAside] = ()
    linked: Sequence[Linked] = ()
    storm_keys: Sequence[StormKey] = ()
    forget_before: datetime | None = None  # storm keys from before then lead to nothing any more


class FetchStore(Protocol):
    async def set_aside(self) -> list[SetAside]:
        """Give the records that are set aside, oldest first."""
        ...

    async def untaken(self, aside: str) -> Untaken:
        """Give one of them with its text; raises NotFoundError."""
        ...

    async def linked_records(self, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, IncidentId]:
        """Which of these remote ids of an instance are linked to which incident."""
        ...

    async def storm_leaders(self, keys: Sequence[str], since: datetime) -> Mapping[str, IncidentId]:
        """Which of these keys have led to an incident since then."""
        ...

    async def fetch_states(self) -> Mapping[InstanceId, FetchState]:
        """Say how each instance fetches that has fetched once."""
        ...
