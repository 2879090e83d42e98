"""The one way to commit: caches contexts, wakes the plans whose jobs are due, notifies listeners of each commit."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias
from weakref import WeakValueDictionary

import structlog

from warroom.context.merge import apply
from warroom.model.context import ContextPatch
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.ids import IncidentId, InstanceId, PlanId
from warroom.model.incident import Incident, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.model.lane import Lane
from warroom.services.ports.store import Changes, Committed, Snapshot, Store

CONTEXTS_HELD = 512
INCIDENTS_HELD = 2048
PATCHES_PER_SNAPSHOT = 200
TRIES = 3

WOKEN: Mapping[str, Lane | None] = MappingProxyType({"plan": None, "people": Lane.ANSWERED})  # by a job's kind

Edit: TypeAlias = Callable[[Incident], Incident]
OnClose: TypeAlias = Callable[[Store, Changes, Sequence[IncidentId]], Awaitable[Changes]]
Wake: TypeAlias = Callable[[PlanId, Lane | None], None]
NO_EDITS: Mapping[IncidentId, Edit] = MappingProxyType({})

log = structlog.get_logger(__name__)


async def nothing_more(_store: Store, changes: Changes, _closed: Sequence[IncidentId]) -> Changes:
    """Leave a commit that closes incidents as it is."""
    return changes


@dataclass(frozen=True, slots=True)
class CachedContext:
    """An incident's context as of a patch; `since_snapshot` counts the patches a reader would have to fold."""

    context: JsonObject
    sequence: int
    since_snapshot: int


class Journal:
    """Commits changes and folds the context log; with an exclusive store, reading a context costs nothing."""

    def __init__(
        self, store: Store, patches_per_snapshot: int = PATCHES_PER_SNAPSHOT, *, on_close: OnClose = nothing_more
    ) -> None:
        """`on_close` adds to a commit what has to happen when it closes incidents."""
        self._store = store
        self._on_close = on_close
        self._patches_per_snapshot = patches_per_snapshot
        self._held: OrderedDict[IncidentId, CachedContext] = OrderedDict()
        self._locks: WeakValueDictionary[IncidentId, asyncio.Lock] = WeakValueDictionary()
        self._incidents: OrderedDict[IncidentId, Incident] = OrderedDict()
        self._listeners: set[asyncio.Event] = set()
        self._instances: list[IntegrationInstance] | None = None
        self._instance_changes = 0
        self._wake: Wake | None = None

    def wake_with(self, wake: Wake) -> None:
        """Have plans whose jobs are due at once driven in this process, as soon as they are committed.

        So callers that start, answer or cancel a plan need no second call; the queued job is a backup.
        """
        self._wake = wake

    async def commit(self, changes: Changes, edits: Mapping[IncidentId, Edit] = NO_EDITS) -> Committed:
        """Commit; an error of the store or an edit is raised, and then nothing has changed here either.

        An edit is given the incident as it is at that moment, so that two that meet both count. One that closes it
        takes along what `on_close` adds.
        """
        patched = {patch.incident for patch in changes.patches}
        held: list[asyncio.Lock] = []
        try:
            for incident in sorted(patched | set(edits)):
                lock = self._lock(incident)
                await lock.acquire()
                held.append(lock)
            edited = [pair for incident, edit in edits.items() if (pair := await self._edited(incident, edit))]
            changes = replace(changes, incidents=[*changes.incidents, *(after for _, after in edited)])
            closed = [after.id for before, after in edited if before.status is not after.status is Status.DONE]
            committed = await self._closing(changes, closed, sorted(patched))
            for incident in patched:
                self._fold(incident, changes.patches, committed.patches)
            self._keep_incidents(changes.incidents)
        finally:
            for lock in held:
                lock.release()
        for listener in self._listeners:
            listener.set()
        return committed

    async def _edited(self, incident: IncidentId, edit: Edit) -> tuple[Incident, Incident] | None:
        current = await self.incident(incident)
        after = edit(current)
        return None if after is current else (current, after)

    async def _closing(
        self, changes: Changes, closed: Sequence[IncidentId], patched: Sequence[IncidentId]
    ) -> Committed:
        """Commit with what closing adds; asked again when it meets another commit, such as an answer to a request."""
        for left in reversed(range(TRIES)):
            whole = await self._on_close(self._store, changes, closed)
            try:
                return await self._written(whole, patched)
            except ConflictError:
                if whole is changes or not left:
                    raise
        raise AssertionError

    async def _written(self, changes: Changes, patched: Sequence[IncidentId]) -> Committed:
        is_known = False
        try:
            committed = await self._store.commit(self._with_snapshot(changes, patched))
            is_known = True
        finally:
            if not is_known:  # refused or interrupted: only the store knows what was written
                for incident in (*patched, *(row.id for row in changes.incidents)):
                    self._held.pop(incident, None)
                    self._incidents.pop(incident, None)
        if self._wake:
            for job in changes.jobs:
                if job.at is None and job.kind in WOKEN:
                    self._wake(PlanId(job.target), WOKEN[job.kind])
        return committed

    def _keep_incidents(self, incidents: Sequence[Incident]) -> None:
        for incident in incidents:
            self._incidents[incident.id] = incident
        while len(self._incidents) > INCIDENTS_HELD:
            self._incidents.popitem(last=False)

    def _lock(self, incident: IncidentId) -> asyncio.Lock:
        """Return the incident's lock; it exists while it is held or waited for."""
        lock = self._locks.get(incident)
        if lock is None:
            lock = self._locks[incident] = asyncio.Lock()
        return lock

    async def incident(self, incident: IncidentId) -> Incident:
        """Return the incident as it was last committed."""
        if not self._store.exclusive:
            return await self._store.incident(incident)
        held = self._incidents.get(incident)
        if held is None:
            read = await self._store.incident(incident)
            held = self._incidents.setdefault(incident, read)  # what was committed while it was read is newer
        return held

    async def preview(self, incident: IncidentId, patches: Sequence[ContextPatch]) -> JsonObject:
        """Return the context as it would be with these patches."""
        context = await self.context(incident)
        for patch in patches:
            context = _applied(context, patch)
        return context

    async def context(self, incident: IncidentId) -> JsonObject:
        """Return the incident's whole context; do not change it in place."""
        held = self._held.get(incident)
        if held is None or not self._store.exclusive:
            async with self._lock(incident):
                held = await self._read(incident)
        self._held.move_to_end(incident)
        return held.context

    async def instances(self) -> list[IntegrationInstance]:
        """Return the integration instances; with an exclusive store they are read once."""
        if self._instances is not None and self._store.exclusive:
            return self._instances
        changes = self._instance_changes
        found = await self._store.instances()
        if changes == self._instance_changes:  # otherwise they may be outdated
            self._instances = found
        return found

    async def save_instance(self, instance: IntegrationInstance, actor: str, at: datetime) -> None:
        await self._store.save_instance(instance, actor, at)
        self._forget_instances()

    async def remove_instance(self, instance: InstanceId, actor: str, at: datetime) -> None:
        await self._store.remove_instance(instance, actor, at)
        self._forget_instances()

    def _forget_instances(self) -> None:
        self._instances = None
        self._instance_changes += 1

    def listen(self) -> asyncio.Event:
        """Return an event that is set on each commit of this process; pass it to `unlisten` afterwards."""
        event = asyncio.Event()
        self._listeners.add(event)
        return event

    def unlisten(self, event: asyncio.Event) -> None:
        self._listeners.discard(event)

    async def _read(self, incident: IncidentId) -> CachedContext:
        held = self._held.get(incident, CachedContext({}, 0, 0))
        log = await self._store.context_log(incident, held.sequence)
        if log.snapshot:
            held = CachedContext(log.snapshot.context, log.snapshot.sequence, 0)
        for sequence, patch in log.patches:
            held = CachedContext(_applied(held.context, patch), sequence, held.since_snapshot + 1)
        self._keep(incident, held)
        return held

    def _fold(self, incident: IncidentId, patches: Sequence[ContextPatch], sequences: Sequence[int]) -> None:
        held = self._held.get(incident)
        if held is None or not self._store.exclusive:
            return  # the next read uses the store
        for patch, sequence in zip(patches, sequences, strict=True):
            if patch.incident == incident:
                held = CachedContext(_applied(held.context, patch), sequence, held.since_snapshot + 1)
        self._keep(incident, held)

    def _with_snapshot(self, changes: Changes, incidents: Sequence[IncidentId]) -> Changes:
        for incident in incidents:
            held = self._held.get(incident)
            if held and self._store.exclusive and held.since_snapshot >= self._patches_per_snapshot:
                self._held[incident] = replace(held, since_snapshot=0)
                snapshot = Snapshot(incident=incident, sequence=held.sequence, context=held.context)
                return replace(changes, snapshot=snapshot)
        return changes

    def _keep(self, incident: IncidentId, held: CachedContext) -> None:
        self._held[incident] = held
        self._held.move_to_end(incident)
        while len(self._held) > CONTEXTS_HELD:
            self._held.popitem(last=False)


def _applied(context: JsonObject, patch: ContextPatch) -> JsonObject:
    """Apply a logged patch; one that has no place (an item beyond a list's end) changes nothing, today and always."""
    try:
        return apply(context, patch)
    except InvalidInputError as error:
        log.warning("context patch left out", incident=patch.incident, error=str(error))
        return context
