"""Fetching: new alerts become incidents, with their plans, `lastRun` and legs in one commit (design D5)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from warroom.mapping.deduplicate import deduplicate, mirror_id
from warroom.mapping.incident_from import MappedIncident, incident_from
from warroom.model.entry import Entry, EntryFormat
from warroom.model.errors import ConflictError, WarroomError
from warroom.model.ids import IncidentId, InstanceId, PlanId, entry_id
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.model.mirror import MirrorRecord
from warroom.model.plan import Leg, PlanRecord
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.executor import Executor
from warroom.services.execution.masking import Mask
from warroom.services.execution.results import error_of
from warroom.services.execution.targets import Resolved
from warroom.services.incidents import Incidents
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.mirroring.tie import first_record, maps_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.runner import Ran
from warroom.services.ports.store import Changes, Store

FETCH_SECONDS = 15.0
FETCH_ACTOR = "fetch"
NOWHERE = IncidentId("0")  # a fetch runs on no incident

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one fetch brought: new incidents, and the plans to drive."""

    incidents: Sequence[IncidentId] = ()
    plans: Sequence[PlanId] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the last fetch of an instance went in this process."""

    at: datetime
    incidents: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """Runs fetches; each ends with the next one queued."""

    store: Store
    journal: Journal
    library: Library
    executor: Executor
    incidents: Incidents
    clock: Clock
    seconds: float = FETCH_SECONDS
    _locks: dict[InstanceId, asyncio.Lock] = field(default_factory=dict)
    _health: dict[InstanceId, Health] = field(default_factory=dict)

    async def fetch(self, instance_id: InstanceId) -> Fetched:
        """Fetch once from an instance and queue the next fetch; errors are logged and told, nothing moves then.

        Fetches of one instance wait for each other: both would begin at the same `lastRun`.
        """
        async with self._locks.setdefault(instance_id, asyncio.Lock()):
            fetched = await self._fetch(instance_id)
        self._health[instance_id] = Health(at=self.clock.now(), incidents=len(fetched.incidents), error=fetched.error)
        return fetched

    def health(self, instance_id: InstanceId) -> Health | None:
        """Say how the last fetch went; None when this process has not fetched from it yet."""
        return self._health.get(instance_id)

    async def _fetch(self, instance_id: InstanceId) -> Fetched:
        instance = next((item for item in await self.journal.instances() if item.id == instance_id), None)
        if instance is None or not (instance.enabled and instance.fetch):
            return Fetched()
        next_leg = Leg(kind="fetch", target=instance.id, at=self.clock.after(self.seconds))
        try:
            ran = await self._run(instance)
        except WarroomError as error:
            return await self._failed(instance, str(error), next_leg)
        if refused := error_of(ran):
            return await self._failed(instance, Mask(instance.secrets.values()).text(refused), next_leg)
        try:
            return await self._store(instance, ran, next_leg)
        except ConflictError as error:  # somebody else stored one of them meanwhile; the next fetch sees it as known
            return await self._failed(instance, str(error), next_leg)

    async def _run(self, instance: IntegrationInstance) -> Ran:
        now = self.clock.now()
        nowhere = Incident(id=NOWHERE, name="", occurred=now, created=now, modified=now)
        call = Call(incident=nowhere, resolved=Resolved(name="fetch-incidents"), origin=Origin(actor=FETCH_ACTOR))
        return await self.executor.fetch(instance, nowhere, await self.store.last_run(instance.id), call)

    async def _store(self, instance: IntegrationInstance, ran: Ran, next_leg: Leg) -> Fetched:
        fetched = list(ran.incidents or ())
        ids = [remote for item in fetched if (remote := mirror_id(item))]
        known = await self.store.known_mirrors(instance, ids)
        new = deduplicate(fetched, set(known)).new
        mapped = await self._new_ones(instance, await self._map(instance, new))
        incidents: list[Incident] = []
        plans: list[PlanRecord] = []
        for item in mapped:
            await asyncio.sleep(0)  # others have a turn between two of a thousand
            incident, plan = await self._with_playbook(item.incident)
            incidents.append(incident)
            plans += [plan] if plan else []
        last_run = ran.last_run
        if incidents or last_run is not None:
            await self.journal.commit(
                Changes(
                    actor=FETCH_ACTOR,
                    at=self.clock.now(),
                    incidents=incidents,
                    entries=[entry for item in mapped if item.notes for entry in await self._notes(item)],
                    plans=plans,
                    mirrors=await asyncio.to_thread(self._mirrored, instance, incidents),
                    last_run=LastRun(instance=instance.id, value=last_run) if last_run is not None else None,
                    legs=[*(Leg(kind="plan", target=plan.id) for plan in plans), next_leg],
                    durable=bool(incidents),
                )
            )
        else:
            await self._queue(next_leg)
        return Fetched(incidents=[incident.id for incident in incidents], plans=[plan.id for plan in plans])

    def _mirrored(self, instance: IntegrationInstance, incidents: Sequence[Incident]) -> list[MirrorRecord]:
        """Remember what both sides have at first, so that nothing that happens before the first mirroring is missed."""
        maps, now = maps_of(instance, self.library.catalogue), self.clock.now()
        return [record for incident in incidents if (record := first_record(incident, maps, now))]

    async def _new_ones(
        self, instance: IntegrationInstance, mapped: Sequence[MappedIncident]
    ) -> Sequence[MappedIncident]:
        """Look once more after mapping: the mapper may have set the remote id that the fetch did not name."""
        late = [_remote_id(item) for item in mapped if _remote_id(item)]
        known = await self.store.known_mirrors(instance, late)
        return deduplicate(mapped, set(known), _remote_id).new

    async def _map(self, instance: IntegrationInstance, fetched: Sequence[JsonObject]) -> list[MappedIncident]:
        if not fetched:
            return []
        first = await self.store.reserve_incidents(len(fetched))
        now, catalogue = self.clock.now(), self.library.catalogue

        def mapped() -> list[MappedIncident]:
            return [
                incident_from(
                    item, incident_id=IncidentId(str(number)), now=now, instance=instance, catalogue=catalogue
                )
                for number, item in enumerate(fetched, first)
            ]

        return await asyncio.to_thread(mapped)  # a page of a thousand takes seconds: others go on meanwhile

    async def _with_playbook(self, incident: Incident) -> tuple[Incident, PlanRecord | None]:
        try:
            return await self.incidents.with_playbook(incident, FETCH_ACTOR)
        except WarroomError as error:  # a type without its playbook must not cost us the alert
            return replace(incident, details=f"{incident.details}\n{error}".strip()), None

    async def _notes(self, item: MappedIncident) -> list[Entry]:
        """Say in the War Room what of the record could not be mapped."""
        first = await self.store.reserve_entries(item.incident.id, len(item.notes))
        return [
            Entry(
                id=entry_id(number, item.incident.id),
                incident=item.incident.id,
                format=EntryFormat.TEXT,
                contents=note,
                created=self.clock.now(),
                actor=FETCH_ACTOR,
            )
            for number, note in enumerate(item.notes, first)
        ]

    async def _failed(self, instance: IntegrationInstance, error: str, next_leg: Leg) -> Fetched:
        log.warning("fetch failed", instance=instance.name, error=error)
        await self._queue(next_leg)
        return Fetched(error=error)

    async def _queue(self, leg: Leg) -> None:
        await self.journal.commit(Changes(actor=FETCH_ACTOR, at=self.clock.now(), legs=[leg]))


def _remote_id(item: MappedIncident) -> str:
    return item.incident.mirror.id if item.incident.mirror else ""
