"""The store: what is written together, and what can be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, assert_never

from warroom.model.context import ContextPatch
from warroom.model.custody import Custody
from warroom.model.entry import Entry
from warroom.model.event import Event, PackChange
from warroom.model.ids import EntryId, IncidentId, InstanceId, PlanId, TaskKey, WorkerId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.plan import Answer, Intent, PlanRecord, QueueJob, TaskRecord
from warroom.services.ports.fetches import FetchStep, FetchStore, LastRun
from warroom.services.ports.indicators import IndicatorStore
from warroom.services.ports.leases import Leases
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
    """An integration's context after a run; it replaces the stored one of any version."""

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
    already, epoch, signal and worker stay as claim, release and answers have set them; one saved in another
    state than in progress loses its worker. `durable` asks for the commit to survive a power loss (an
    intent, a fetch). Queue jobs are enqueued in the same transaction.
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
    packs: Sequence[PackChange] = ()
    jobs: Sequence[QueueJob] = ()
    durable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The numbers that the store assigned: the sequence of each patch, in order, and of the last event."""

    patches: tuple[int, ...] = ()
    event: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextLog:
    """The context as of `sequence` (None: there is no newer snapshot than asked for), and the patches after it."""

    snapshot: Snapshot | None
    patches: tuple[tuple[int, ContextPatch], ...]


class IncidentSort(StrEnum):
    """The order of incidents; of equals the newer one is first."""

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
    before: IncidentId | None = None  # paging: what follows this one
    offset: int = 0  # skip this many of the first ones


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentGroup:
    """The number of incidents with these values."""

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
    """The kinds of entries that a War Room can be filtered by."""

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
    """An action's position in the order of the response audit, for paging."""

    started: datetime
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
    """The position of a task that waits for a person in the order of all, for paging."""

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
        return ActionMark(started=intent.started, plan=intent.plan, key=intent.key, attempt=intent.attempt)


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
        """Reserve `count` incident numbers; returns the first."""
        ...

    async def reserve_entries(self, incident: IncidentId, count: int) -> int:
        """Reserve `count` entry numbers of the incident; returns the first."""
        ...

    async def claim(self, plan: PlanId, worker: WorkerId, now: datetime) -> PlanRecord | None:
        """Claim a plan for driving: epoch + 1, worker set, state inprogress.

        None when it has ended, does not exist, or another worker drives it and has a lease.
        """
        ...

    async def release(self, plan: PlanId, worker: WorkerId) -> None:
        """Release a plan of this worker for the next claim: epoch + 1, no worker."""
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
    """Everything that can be read. Unknown names raise NotFoundError."""

    async def incident(self, incident: IncidentId) -> Incident: ...

    async def incidents(self, query: IncidentQuery) -> list[Incident]: ...

    async def count_incidents(self, query: IncidentQuery) -> int: ...

    async def incident_groups(self, query: IncidentQuery) -> list[IncidentGroup]:
        """Count all incidents of a query, grouped by type, status, severity and owner."""
        ...

    async def known_mirrors(self, instance: IntegrationInstance, ids: Sequence[str]) -> Mapping[str, IncidentId]:
        """Return the incidents of this very instance that have these remote ids."""
        ...

    async def entry(self, entry: EntryId) -> Entry: ...

    async def entries(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Entry]:
        """Return the entries with a number above `after`, in order."""
        ...

    async def find_entries(self, query: EntryQuery) -> list[Entry]:
        """Return the entries of a query, in order."""
        ...

    async def files(self, incident: IncidentId | None = None) -> list[Entry]:
        """Entries that hold a file, of one incident or of all."""
        ...

    async def context_log(self, incident: IncidentId, after: int = 0) -> ContextLog: ...

    async def plan(self, plan: PlanId) -> PlanRecord: ...

    async def plans(self, incident: IncidentId) -> list[PlanRecord]: ...

    async def open_plans(self) -> list[PlanRecord]:
        """Return the plans that have not ended (in progress or waiting)."""
        ...

    async def tasks(self, plan: PlanId) -> list[TaskRecord]: ...

    async def tasks_for_people(self, query: AskedQuery = ALL_ASKED) -> list[tuple[PlanRecord, TaskRecord]]:
        """Return the tasks that wait for a person's answer, oldest first."""
        ...

    async def answers(self, plan: PlanId) -> list[Answer]: ...

    async def intents(self, plan: PlanId) -> list[Intent]:
        """Return the actions that began, without requests that came to nothing; `actions` has both."""
        ...

    async def actions(self, query: ActionQuery) -> list[Action]:
        """Return the response audit, newest first: intents of all plans, and requests that came to nothing."""
        ...

    async def instances(self) -> list[IntegrationInstance]: ...

    async def last_run(self, instance: InstanceId) -> JsonObject: ...

    async def mirror_run(self, instance: InstanceId) -> MirrorRun:
        """Return the state of the instance's mirroring; an empty one before the first round."""
        ...

    async def mirror_record(self, incident: IncidentId) -> MirrorRecord | None:
        """Return the mirror record of an incident; None when it is not mirrored."""
        ...

    async def mirror_records(self, query: MirrorQuery) -> list[MirrorRecord]:
        """Return the records of a query, by incident."""
        ...

    async def integration_context(self, instance: InstanceId) -> IntegrationContext: ...

    async def content(self, sha256: str) -> str: ...

    async def events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Return the events with a sequence above `after`, in order."""
        ...

    async def last_event(self) -> int: ...


class Store(WriteStore, ReadStore, ListStore, FetchStore, Proven, Protocol):
    """The whole store. `exclusive`: no other process writes to it, so that caches need no check."""

    exclusive: bool

    @property
    def leases(self) -> Leases: ...

    @property
    def indicators(self) -> IndicatorStore: ...

    def seal(self, value: Json) -> str:
        """Encrypt a value for a field of a row; this does not store it."""
        ...

    def unseal(self, sealed: str) -> Json:
        """Return what was sealed; raises ConflictError when that was done with another key."""
        ...
