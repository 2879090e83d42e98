"""Makes incidents of what a fetch has brought: of all in one commit, or of all but those that stand in its way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from warroom.mapping.deduplicate import deduplicate, mirror_id
from warroom.mapping.incident_from import MappedIncident, incident_from
from warroom.mapping.map_fields import UNREADABLE
from warroom.mapping.storm import OFF, StormRule
from warroom.model.entry import Entry, EntryFormat
from warroom.model.errors import ConflictError, UnavailableError, WarroomError
from warroom.model.ids import IncidentId, PlanId, entry_id
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord
from warroom.model.plan import Leg, PlanRecord
from warroom.services.fetched import untaken
from warroom.services.incidents import Incidents
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.mirroring.tie import first_record, maps_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.fetches import FetchState, FetchStep, LastRun, Linked, SetAside, StormKey, Untaken
from warroom.services.ports.store import Changes, Store
from warroom.services.storms import Storms

FETCH_ACTOR = "fetch"
RECORD_FAULTS = (*UNREADABLE, AttributeError)  # what an odd record can cause; an outage is none of them

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a page."""

    incidents: Sequence[IncidentId] = ()
    plans: Sequence[PlanId] = ()
    untaken: Sequence[Untaken] = ()
    linked: int = 0

    def and_(self, other: "Taken") -> "Taken":
        return Taken(
            incidents=[*self.incidents, *other.incidents],
            plans=[*self.plans, *other.plans],
            untaken=[*self.untaken, *other.untaken],
            linked=self.linked + other.linked,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is committed with the page's last incidents, and who does it."""

    actor: str = FETCH_ACTOR
    last_run: JsonObject | None = None
    next_leg: Leg | None = None
    state: FetchState | None = None
    untaken: Sequence[Untaken] = ()
    settled: Sequence[SetAside] = ()

    def step_with(self, linked: Sequence[Linked], keys: Sequence[StormKey], storms: Storms) -> FetchStep | None:
        """Say what the fetch changes besides incidents; nothing when it is nothing."""
        if not (self.state or self.untaken or self.settled or linked or keys):
            return None
        return FetchStep(
            state=self.state,
            untaken=self.untaken,
            settled=self.settled,
            linked=linked,
            storm_keys=keys,
            forget_before=storms.since,
        )


NOTHING = Rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Takes pages of records, of a fetch or one by one when somebody asks for it."""

    store: Store
    journal: Journal
    library: Library
    incidents: Incidents
    clock: Clock
    rule: StormRule = OFF

    async def take(
        self, instance: IntegrationInstance, records: Sequence[Json], rest: Rest, *, patient: bool = True
    ) -> Taken:
        """Commit a page as one. Where one of its records is in the way, that one is set aside and the rest is taken.

        An incident that somebody else has stored meanwhile is a ConflictError while `patient`: the next fetch knows it.
        """
        try:
            return await self.commit(instance, records, rest)
        except UnavailableError:
            raise
        except ConflictError:
            if patient:
                raise
        except RECORD_FAULTS as error:
            log.warning("a page was not taken as one", instance=instance.name, error=str(error))
        taken = await self._in_parts(instance, records)
        await self.commit(instance, (), replace(rest, untaken=[*rest.untaken, *taken.untaken]))
        return taken.and_(Taken(untaken=rest.untaken))

    async def _in_parts(self, instance: IntegrationInstance, records: Sequence[Json]) -> Taken:
        try:
            return await self.commit(instance, records, NOTHING)
        except UnavailableError:
            raise
        except RECORD_FAULTS as error:
            fault = str(error) or type(error).__name__
        if len(records) == 1:
            log.warning("a record was set aside", instance=instance.name, error=fault)
            return Taken(untaken=[untaken(instance, records[0], f"It could not be stored: {fault}", self.clock)])
        middle = len(records) // 2
        first = await self._in_parts(instance, records[:middle])
        return first.and_(await self._in_parts(instance, records[middle:]))

    async def commit(self, instance: IntegrationInstance, records: Sequence[Json], rest: Rest) -> Taken:
        """Make incidents of records that are none yet, in one commit with the rest."""
        ids = [remote for item in records if (remote := mirror_id(item))]
        known = await self._known(instance, ids)
        mapped = await self._new_ones(instance, await self._map(instance, deduplicate(records, known).new))
        storms = Storms(store=self.store, clock=self.clock, rule=self.rule)
        grouped = await storms.group(mapped)
        incidents, plans = await self._with_playbooks(grouped.own)
        changes = Changes(
            actor=rest.actor,
            at=self.clock.now(),
            incidents=incidents,
            entries=[
                *[entry for item in grouped.own if item.notes for entry in await self._notes(item)],
                *await storms.entries(grouped, FETCH_ACTOR),
            ],
            plans=plans,
            mirrors=await asyncio.to_thread(self._mirrored, instance, incidents),
            last_run=LastRun(instance=instance.id, value=rest.last_run) if rest.last_run is not None else None,
            fetch=rest.step_with(grouped.records(instance.id, self.clock), grouped.keys, storms),
            legs=[*(Leg(kind="plan", target=plan.id) for plan in plans), *([rest.next_leg] if rest.next_leg else [])],
            durable=bool(mapped or rest.untaken),
        )
        if changes.incidents or changes.entries or changes.last_run or changes.fetch or changes.legs:
            await self.journal.commit(changes)
        return Taken(
            incidents=[incident.id for incident in incidents],
            plans=[plan.id for plan in plans],
            untaken=rest.untaken,
            linked=len(mapped) - len(incidents),
        )

    async def _known(self, instance: IntegrationInstance, remotes: Sequence[str]) -> set[str]:
        """Which of these are incidents already, or linked to one."""
        return {
            *await self.store.known_mirrors(instance, remotes),
            *await self.store.linked_records(instance.id, remotes),
        }

    async def settle(self, aside: SetAside, actor: str) -> None:
        """Forget a record that was set aside."""
        step = FetchStep(settled=[aside])
        await self.journal.commit(Changes(actor=actor, at=self.clock.now(), fetch=step))

    def _mirrored(self, instance: IntegrationInstance, incidents: Sequence[Incident]) -> list[MirrorRecord]:
        """Remember what both sides have at first, so that nothing that happens before the first mirroring is missed."""
        maps, now = maps_of(instance, self.library.catalogue), self.clock.now()
        return [record for incident in incidents if (record := first_record(incident, maps, now))]

    async def _new_ones(
        self, instance: IntegrationInstance, mapped: Sequence[MappedIncident]
    ) -> Sequence[MappedIncident]:
        """Look once more after mapping: the mapper may have set the remote id that the fetch did not name."""
        late = [_remote_id(item) for item in mapped if _remote_id(item)]
        return deduplicate(mapped, await self._known(instance, late), _remote_id).new

    async def _map(self, instance: IntegrationInstance, fetched: Sequence[Json]) -> list[MappedIncident]:
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

    async def _with_playbooks(self, mapped: Sequence[MappedIncident]) -> tuple[list[Incident], list[PlanRecord]]:
        incidents: list[Incident] = []
        plans: list[PlanRecord] = []
        for item in mapped:
            await asyncio.sleep(0)  # others have a turn between two of a thousand
            incident, plan = await self._with_playbook(item.incident)
            incidents.append(incident)
            plans += [plan] if plan else []
        return incidents, plans

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


def _remote_id(item: MappedIncident) -> str:
    return item.incident.mirror.id if item.incident.mirror else ""
