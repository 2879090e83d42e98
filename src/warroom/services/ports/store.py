"""The store: what is written together, and what can be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, assert_never

from warroom.model.context import ContextPatch
from warroom.model.custody import Custody
from warroom.model.entry import Entry
from warroom.model.event import Event
from warroom.model.ids import EntryId, IncidentId, InstanceId, PlanId, TaskKey, WorkerId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.plan import Answer, Intent, Leg, PlanRecord, TaskRecord
from warroom.services.ports.fetches import FetchStep, FetchStore, LastRun
from warroom.services.ports.lists import ListStore
from warroom.services.ports.seals import Proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """Write only while the plan's epoch is still this one, else StaleEpochError and nothing is written.

    With `park_at_signal`, also only while no answer has come since (ConflictError): parking cannot miss one.
    """

    plan: PlanId
    epoch: int
    park_at_signal: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """An integration's context as a run has left it; whatever version is there, it is replaced."""

    instance: InstanceId
    value: JsonObject = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An incident's whole context as of a patch's sequence; lets readers skip the patches before it."""

    incident: IncidentId
    sequence: int
    context: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """One commit: all of it or nothing. Each part also appends its row to the event log.

    Incidents, entries, plans, tasks and intents are whole rows, inserted or replaced by id. Of a plan that is there
    already, epoch, signal, worker and heartbeat stay as claim, renew and answers have set them; one saved in another
    state than in progress loses worker and heartbeat. `durable` asks for the commit to survive a power loss (an
    intent, a fetch). Legs are enqueued in the same transaction.
    """

    actor: str
    at: datetime
    fence: Fence | None = None
    incidents: Sequence[Incident] = ()
    entries: Sequence[Entry] = ()
    patches: Sequence[ContextPatch] = ()
    snapshot: Snapshot | None = None
    plans: Sequence[PlanRecord] = ()
    tasks: Sequence[TaskRecord] = ()
    intents: Sequence[Intent] = ()
    answers: Sequence[Answer] = ()  # raises the plan's signal; a second one for the same task: ConflictError
    last_run: LastRun | None = None
    fetch: FetchStep | None = None
    mirrors: Sequence[MirrorRecord] = ()
    mirror_run: MirrorRun | None = None
    memory: Memory | None = None
    custody: Sequence[Custody] = ()
    legs: Sequence[Leg] = ()
    durable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What the store numbered: the sequence of each patch, in order, and of the last event."""

    patches: tuple[int, ...] = ()
    event: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextLog:
    """The context as of `sequence` (None: there is no newer snapshot than asked for), and the patches after it."""

    snapshot: Snapshot | None
    patches: tuple[tuple[int, ContextPatch], ...]


class IncidentSort(StrEnum):
    """Which incidents come first; of equals the newer one."""

    NEWEST = "newest"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentQuery:
    """Filters are joined by and."""

    type: str | None = None
    status: Status | None = None
    severity: Severity | None = None
    mirror_instance: str | None = None
    statuses: Sequence[Status] = ()  # any of them
    severities: Sequence[Severity] = ()  # any of them
    owner: str | None = None  # "" finds those without one
    but_type: str | None = None  # not this one
    text: str | None = None  # its words, see ports/search.py
    sort: IncidentSort = IncidentSort.NEWEST
    limit: int = 100
    before: IncidentId | None = None  # page on: what stands behind this one
    offset: int = 0  # leave out so many of the first ones


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentGroup:
    """How many incidents have these in common."""

    type: str
    status: Status
    severity: Severity
    owner: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorQuery:
    """Mirror records of an instance, by its name.

    With `touched_after`, only those that are due, or whose incident or entries an event after it has changed.
    """

    instance: str
    touched_after: int | None = None
    limit: int = 100_000


class EntryKind(StrEnum):
    """What a War Room can be narrowed down to."""

    NOTE = "note"
    ERROR = "error"
    FILE = "file"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryQuery:
    """Entries of one incident, in order: with `after` the first ones behind it, else the last ones before `before`."""

    incident: IncidentId
    after: int | None = None
    before: int | None = None
    kind: EntryKind | None = None
    limit: int = 100

    def wants(self, entry: Entry) -> bool:
        match self.kind:
            case None:
                return True
            case EntryKind.NOTE:
                return entry.note
            case EntryKind.ERROR:
                return entry.is_error
            case EntryKind.FILE:
                return entry.file is not None
            case EntryKind.COMMAND:
                return bool(entry.command)
            case _:
                assert_never(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionMark:
    """Where an action stands in the order of the response audit."""

    began: datetime
    plan: PlanId
    key: TaskKey
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionQuery:
    """Filters are joined by and; newest first."""

    actor: str | None = None
    command: str | None = None
    incident: IncidentId | None = None
    since: datetime | None = None
    until: datetime | None = None  # actions that began before it
    limit: int = 100
    before: ActionMark | None = None  # page on: what stands after this one


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMark:
    """Where a task that waits for a person stands in the order of all."""

    since: datetime
    plan: PlanId
    key: TaskKey


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuery:
    """Tasks that wait for a person, of all incidents or of one; oldest first."""

    incident: IncidentId | None = None
    limit: int | None = None
    after: AskedMark | None = None  # page on: what stands after this one


ALL_ASKED = AskedQuery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action that began, with the plan that it belongs to."""

    intent: Intent
    plan: PlanRecord

    @property
    def mark(self) -> ActionMark:
        intent = self.intent
        return ActionMark(began=intent.began, plan=intent.plan, key=intent.key, attempt=intent.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationContext:
    """An integration's own memory; `version` counts writes."""

    value: JsonObject = field(default_factory=dict)
    version: int = 0


class WriteStore(Protocol):
    """Everything that changes state."""

    async def commit(self, changes: Changes) -> Committed:
        """Write it all or nothing.

        Raises StaleEpochError (fence), ConflictError (parked too early, answered twice, or an incident's
        (mirror instance, mirror id) is taken).
        """
        ...

    async def reserve_incidents(self, count: int) -> int:
        """The first of `count` incident numbers that nobody else gets."""
        ...

    async def reserve_entries(self, incident: IncidentId, count: int) -> int:
        """The first of `count` entry numbers of the incident that nobody else gets."""
        ...

    async def claim(self, plan: PlanId, worker: WorkerId, now: datetime, stale_before: datetime) -> PlanRecord | None:
        """Take a plan over for driving: epoch + 1, worker and heartbeat set, state inprogress.

        None when it has ended, does not exist, or another worker's heartbeat is not older than `stale_before`.
        """
        ...

    async def renew(self, worker: WorkerId, now: datetime) -> None:
        """Renew the heartbeat of every plan that this worker drives."""
        ...

    async def save_instance(self, instance: IntegrationInstance, actor: str, at: datetime) -> None: ...

    async def remove_instance(self, instance: InstanceId, actor: str, at: datetime) -> None: ...

    async def save_integration_context(self, instance: InstanceId, value: JsonObject, version: int | None) -> int:
        """Store it and return the new version; a `version` that is not the current one raises ConflictError."""
        ...

    async def save_content(self, sha256: str, text: str) -> None:
        """Keep a playbook's text for the plans pinned to it; saving it again changes nothing."""
        ...


class ReadStore(Protocol):
    """Everything that can be asked. Names that are not there raise NotFoundError."""

    async def incident(self, incident: IncidentId) -> Incident: ...

    async def incidents(self, query: IncidentQuery) -> list[Incident]: ...

    async def count_incidents(self, query: IncidentQuery) -> int: ...

    async def incident_groups(self, query: IncidentQuery) -> list[IncidentGroup]:
        """Count the incidents that a query wants by what they have in common, all of them."""
        ...

    async def known_mirrors(self, instance: IntegrationInstance, ids: Sequence[str]) -> Mapping[str, IncidentId]:
        """Which of these remote ids are incidents of this very instance already."""
        ...

    async def entry(self, entry: EntryId) -> Entry: ...

    async def entries(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Entry]:
        """Entries with a number above `after`, in order."""
        ...

    async def find_entries(self, query: EntryQuery) -> list[Entry]:
        """Entries that a query wants, in order."""
        ...

    async def files(self, incident: IncidentId | None = None) -> list[Entry]:
        """Entries that hold a file, of one incident or of all."""
        ...

    async def context_log(self, incident: IncidentId, after: int = 0) -> ContextLog: ...

    async def plan(self, plan: PlanId) -> PlanRecord: ...

    async def plans(self, incident: IncidentId) -> list[PlanRecord]: ...

    async def open_plans(self) -> list[PlanRecord]:
        """Plans that have not ended (in progress or waiting)."""
        ...

    async def abandoned_plans(self, stale_before: datetime) -> list[PlanId]:
        """Plans in progress whose heartbeat is older: their driver is gone."""
        ...

    async def tasks(self, plan: PlanId) -> list[TaskRecord]: ...

    async def tasks_for_people(self, query: AskedQuery = ALL_ASKED) -> list[tuple[PlanRecord, TaskRecord]]:
        """Tasks that wait for a person's answer, oldest first."""
        ...

    async def answers(self, plan: PlanId) -> list[Answer]: ...

    async def intents(self, plan: PlanId) -> list[Intent]:
        """Actions that began; not those whose request for approval came to nothing, which `actions` gives as well."""
        ...

    async def actions(self, query: ActionQuery) -> list[Action]:
        """Intents of all plans, and requests that came to nothing, newest first: the response audit."""
        ...

    async def instances(self) -> list[IntegrationInstance]: ...

    async def last_run(self, instance: InstanceId) -> JsonObject: ...

    async def mirror_run(self, instance: InstanceId) -> MirrorRun:
        """How far the instance's mirroring has come; one that begins at nothing before the first round."""
        ...

    async def mirror_record(self, incident: IncidentId) -> MirrorRecord | None:
        """What is remembered of a mirrored incident; None when it is not mirrored."""
        ...

    async def mirror_records(self, query: MirrorQuery) -> list[MirrorRecord]:
        """The records that a query wants, by incident."""
        ...

    async def integration_context(self, instance: InstanceId) -> IntegrationContext: ...

    async def content(self, sha256: str) -> str: ...

    async def events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Events with a sequence above `after`, in order."""
        ...

    async def last_event(self) -> int: ...


class Store(WriteStore, ReadStore, ListStore, FetchStore, Proven, Protocol):
    """The whole store. `exclusive`: nobody else writes to it, so that caches need no look."""

    exclusive: bool

    def seal(self, value: Json) -> str:
        """Encrypt what must lie nowhere in the clear, for a field of a row; it is not stored by this."""
        ...

    def unseal(self, sealed: str) -> Json:
        """Give what was sealed; raises ConflictError when that was done with another key."""
        ...
