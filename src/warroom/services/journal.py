"""The one way to commit: keeps incident contexts at hand and tells who listens that something changed."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias
from weakref import WeakValueDictionary

import structlog

from warroom.context.merge import apply
from warroom.model.context import ContextPatch
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Incident, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.services.approvals.refusing import with_withdrawals
from warroom.services.ports.store import Changes, Committed, Snapshot, Store

CONTEXTS_HELD = 512
INCIDENTS_HELD = 2048
PATCHES_PER_SNAPSHOT = 200
TRIES = 3

Edit: TypeAlias = Callable[[Incident], Incident]
NO_EDITS: Mapping[IncidentId, Edit] = MappingProxyType({})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """An incident's context as of a patch; `since_snapshot` counts the patches a reader would have to fold."""

    context: JsonObject
    sequence: int
    since_snapshot: int


class Journal:
    """Commits changes and folds the context log; with an exclusive store, reading a context costs nothing."""

    def __init__(self, store: Store, patches_per_snapshot: int = PATCHES_PER_SNAPSHOT) -> None:
        self._store = store
        self._patches_per_snapshot = patches_per_snapshot
        self._held: OrderedDict[IncidentId, Held] = OrderedDict()
        self._locks: WeakValueDictionary[IncidentId, asyncio.Lock] = WeakValueDictionary()
        self._incidents: OrderedDict[IncidentId, Incident] = OrderedDict()
        self._listeners: set[asyncio.Event] = set()
        self._instances: list[IntegrationInstance] | None = None
        self._instance_changes = 0

    async def commit(self, changes: Changes, edits: Mapping[IncidentId, Edit] = NO_EDITS) -> Committed:
        """Commit; raises what the store and the edits raise, and then nothing has changed here either.

        An edit is given the incident as it is at that moment, so that two that meet both count. One that closes it
        withdraws its requests for approval.
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
        """Commit with the withdrawals; a request that is answered at that moment is not withdrawn."""
        for left in reversed(range(TRIES)):
            whole = await with_withdrawals(self._store, changes, closed)
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
            if not is_known:  # refused, or cut off on the way: the store knows what was written
                for incident in (*patched, *(row.id for row in changes.incidents)):
                    self._held.pop(incident, None)
                    self._incidents.pop(incident, None)
        return committed

    def _keep_incidents(self, incidents: Sequence[Incident]) -> None:
        for incident in incidents:
            self._incidents[incident.id] = incident
        while len(self._incidents) > INCIDENTS_HELD:
            self._incidents.popitem(last=False)

    def _lock(self, incident: IncidentId) -> asyncio.Lock:
        """Give the incident's lock; it lives as long as somebody holds it or waits for it."""
        lock = self._locks.get(incident)
        if lock is None:
            lock = self._locks[incident] = asyncio.Lock()
        return lock

    async def incident(self, incident: IncidentId) -> Incident:
        """Give the incident as it was last committed."""
        if not self._store.exclusive:
            return await self._store.incident(incident)
        held = self._incidents.get(incident)
        if held is None:
            read = await self._store.incident(incident)
            held = self._incidents.setdefault(incident, read)  # what was committed while it was read is newer
        return held

    async def preview(self, incident: IncidentId, patches: Sequence[ContextPatch]) -> JsonObject:
        """Give the context as it would be with these patches."""
        context = await self.context(incident)
        for patch in patches:
            context = _applied(context, patch)
        return context

    async def context(self, incident: IncidentId) -> JsonObject:
        """Give the incident's whole context; do not change it in place."""
        held = self._held.get(incident)
        if held is None or not self._store.exclusive:
            async with self._lock(incident):
                held = await self._read(incident)
        self._held.move_to_end(incident)
        return held.context

    async def instances(self) -> list[IntegrationInstance]:
        """Give the integration instances; with an exclusive store they are read once."""
        if self._instances is not None and self._store.exclusive:
            return self._instances
        changes = self._instance_changes
        found = await self._store.instances()
        if changes == self._instance_changes:  # else they may be those of before a change
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
        """Give an event that is set on each commit of this process; hand it back with `unlisten`."""
        event = asyncio.Event()
        self._listeners.add(event)
        return event

    def unlisten(self, event: asyncio.Event) -> None:
        self._listeners.discard(event)

    async def _read(self, incident: IncidentId) -> Held:
        held = self._held.get(incident, Held({}, 0, 0))
        log = await self._store.context_log(incident, held.sequence)
        if log.snapshot:
            held = Held(log.snapshot.context, log.snapshot.sequence, 0)
        for sequence, patch in log.patches:
            held = Held(_applied(held.context, patch), sequence, held.since_snapshot + 1)
        self._keep(incident, held)
        return held

    def _fold(self, incident: IncidentId, patches: Sequence[ContextPatch], sequences: Sequence[int]) -> None:
        held = self._held.get(incident)
        if held is None or not self._store.exclusive:
            return  # the next reader asks the store
        for patch, sequence in zip(patches, sequences, strict=True):
            if patch.incident == incident:
                held = Held(_applied(held.context, patch), sequence, held.since_snapshot + 1)
        self._keep(incident, held)

    def _with_snapshot(self, changes: Changes, incidents: Sequence[IncidentId]) -> Changes:
        for incident in incidents:
            held = self._held.get(incident)
            if held and self._store.exclusive and held.since_snapshot >= self._patches_per_snapshot:
                self._held[incident] = replace(held, since_snapshot=0)
                snapshot = Snapshot(incident=incident, sequence=held.sequence, context=held.context)
                return replace(changes, snapshot=snapshot)
        return changes

    def _keep(self, incident: IncidentId, held: Held) -> None:
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
