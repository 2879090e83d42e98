"""Makes incidents of a fetch's records: all in one commit, or all but those that prevent it."""

import asyncio
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import structlog

from warroom.context.scripted import Scripts
from warroom.mapping.deduplicate import deduplicate, mirror_id
from warroom.mapping.incident_from import MappedIncident, Source, incident_from
from warroom.mapping.map_fields import UNREADABLE
from warroom.mapping.storm import OFF, StormRule
from warroom.model.entry import Entry
from warroom.model.errors import ConflictError, UnavailableError, WarroomError
from warroom.model.ids import IncidentId, PlanId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord
from warroom.model.plan import PlanRecord, QueueJob, job_of
from warroom.services.commands.library import Library
from warroom.services.execution.linking import linked_to
from warroom.services.incidents.incidents import Incidents
from warroom.services.intake.fetched import untaken
from warroom.services.intake.preprocessing import Preprocessing
from warroom.services.intake.rule_scripts import Judged
from warroom.services.intake.storms import Grouped, Storms
from warroom.services.mirroring.tie import first_record, maps_of
from warroom.services.plans.new_incident import with_playbook
from warroom.services.ports.clock import Clock
from warroom.services.ports.fetches import FetchState, FetchStep, LastRun, Linked, SetAside, StormKey, Untaken
from warroom.services.ports.store import Changes, Store
from warroom.services.ports.value_scripts import ValueScripts, reader_of_alerts
from warroom.services.writing.journal import Edit, Journal
from warroom.services.writing.lines import entries_of

FETCH_ACTOR = "fetch"
DROPPED_KEPT = timedelta(days=30)  # so long a record that a rule dropped can be taken after all
RECORD_FAULTS = (*UNREADABLE, AttributeError)  # errors that a record can cause; an outage is not among them

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The result of taking a page."""

    incidents: Sequence[IncidentId] = ()
    plans: Sequence[PlanId] = ()
    untaken: Sequence[Untaken] = ()
    linked: int = 0
    dropped: int = 0

    def and_(self, other: "Taken") -> "Taken":
        return Taken(
            incidents=[*self.incidents, *other.incidents],
            plans=[*self.plans, *other.plans],
            untaken=[*self.untaken, *other.untaken],
            linked=self.linked + other.linked,
            dropped=self.dropped + other.dropped,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is committed with the page's last incidents, and by which actor."""

    actor: str = FETCH_ACTOR
    last_run: JsonObject | None = None
    next_job: QueueJob | None = None
    state: FetchState | None = None
    untaken: Sequence[Untaken] = ()
    settled: Sequence[SetAside] = ()
    is_ruled: bool = True  # pre-process rules apply; not when a person asks for the incident

    def step_with(
        self, untaken: Sequence[Untaken], linked: Sequence[Linked], keys: Sequence[StormKey], storms: Storms
    ) -> FetchStep | None:
        """Say what the fetch changes besides incidents; nothing when it is nothing."""
        if not (self.state or untaken or self.settled or linked or keys):
            return None
        return FetchStep(
            state=self.state,
            untaken=untaken,
            settled=self.settled,
            linked=linked,
            storm_keys=keys,
            forget_before=storms.since,
            forget_dropped=storms.clock.now() - DROPPED_KEPT,
        )


NOTHING = Rest()


@dataclass(slots=True, kw_only=True)
class Page:
    """The records of one page, what is committed with the last of them, and what rules have made of each so far.

    A record is named by its number. When a page is not taken as one, a rule's script is not run again.
    """

    instance: IntegrationInstance
    records: Sequence[Json] = ()
    rest: Rest
    judged: dict[int, Judged] = field(default_factory=dict)
    failed: list[Untaken] = field(default_factory=list)  # what stood in the way of the rest, and is not stored yet

    def remote(self, number: int) -> str:
        return mirror_id(self.records[number])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Takes pages of records, of a fetch or one by one when somebody asks for it."""

    store: Store
    journal: Journal
    library: Library
    incidents: Incidents
    preprocessing: Preprocessing
    clock: Clock
    rule: StormRule = OFF

    async def take(
        self, instance: IntegrationInstance, records: Sequence[Json], rest: Rest, *, patient: bool = True
    ) -> Taken:
        """Commit a page as one. A record that prevents this is set aside, and the rest is taken.

        While `patient`, an incident that was stored by others meanwhile raises ConflictError: the next fetch knows it.
        """
        page = Page(instance=instance, records=records, rest=rest)
        try:
            return await self.commit(page)
        except UnavailableError:
            raise
        except ConflictError:
            if patient:
                raise
        except RECORD_FAULTS as error:
            log.warning("a page was not taken as one", instance=instance.name, error=str(error))
        page.rest = NOTHING
        taken = await self._in_parts(page, range(len(records)))
        page.rest = replace(rest, untaken=[*rest.untaken, *page.failed])
        await self._commit(page, ())
        return taken.and_(Taken(untaken=page.rest.untaken))

    async def _in_parts(self, page: Page, numbers: Sequence[int]) -> Taken:
        try:
            return await self._take(page, numbers)
        except UnavailableError:
            raise
        except RECORD_FAULTS as error:
            fault = str(error) or type(error).__name__
        if len(numbers) == 1:
            log.warning("a record was set aside", instance=page.instance.name, error=fault)
            record = page.records[numbers[0]]
            page.failed.append(untaken(page.instance, record, f"It could not be stored: {fault}", self.clock))
            return Taken()
        middle = len(numbers) // 2
        first = await self._in_parts(page, numbers[:middle])
        return first.and_(await self._in_parts(page, numbers[middle:]))

    async def commit(self, page: Page) -> Taken:
        """Make incidents of a page's new records, in one commit with the rest."""
        return await self._take(page, range(len(page.records)))

    async def _take(self, page: Page, numbers: Sequence[int]) -> Taken:
        judged = await self._judged(page, numbers)
        if not any(one.rule and one.rule.looks_for_one for one in judged):
            return await self._commit(page, judged)
        async with self.preprocessing.turns:  # two pages at once would not see each other's incidents
            return await self._commit(page, judged)

    async def _commit(self, page: Page, judged: Sequence[Judged]) -> Taken:
        instance, rest = page.instance, page.rest
        storms = Storms(store=self.store, clock=self.clock, rule=self.rule)
        grouped = await storms.group([one.item for one in judged if one.rule is None])
        ruled = await self.preprocessing.sort(instance, judged, [item.incident for item in grouped.own])
        made, edits = _with_links([*grouped.own, *ruled.made], ruled.links)
        incidents, plans = await self._with_playbooks(made, ruled.closed)
        notes = [entry for item in made if item.notes for entry in await self._notes(item)]
        untaken = [*rest.untaken, *ruled.untaken]
        changes = Changes(
            actor=rest.actor,
            at=self.clock.now(),
            incidents=incidents,
            entries=[*notes, *await storms.entries(grouped, FETCH_ACTOR), *ruled.entries],
            patches=ruled.patches,
            plans=plans,
            mirrors=await self._mirrored(instance, incidents),
            last_run=LastRun(instance=instance.id, value=rest.last_run) if rest.last_run is not None else None,
            fetch=rest.step_with(untaken, grouped.records(instance.id, self.clock), grouped.keys, storms),
            jobs=[*map(job_of, plans), *([rest.next_job] if rest.next_job else [])],
            durable=bool(judged or rest.untaken),
        )
        if changes.incidents or changes.entries or changes.last_run or changes.fetch or changes.jobs:
            await self.journal.commit(changes, edits)
        return _taken(changes, untaken, grouped)

    async def _judged(self, page: Page, numbers: Sequence[int]) -> list[Judged]:
        """Map what is new of the records, and find the pre-process rule for each."""
        known = await self._known(page, [remote for number in numbers if (remote := page.remote(number))])
        new = deduplicate(numbers, known, page.remote).new
        fresh = [number for number in new if number not in page.judged]
        mapped = dict(zip(fresh, await self._map(page.instance, [page.records[one] for one in fresh]), strict=True))
        items = [page.judged[number].item if number in page.judged else mapped[number] for number in new]
        late = {item.incident.id for item in await self._new_ones(page, items)}
        left = [number for number in fresh if mapped[number].incident.id in late]
        page.judged |= zip(left, await self._ruled(page, [mapped[number] for number in left]), strict=True)
        return [one for number in new if (one := page.judged.get(number)) and one.item.incident.id in late]

    async def _ruled(self, page: Page, mapped: Sequence[MappedIncident]) -> list[Judged]:
        if not page.rest.is_ruled:
            return [Judged(item=item) for item in mapped]
        return await self.preprocessing.judge(mapped)

    async def _known(self, page: Page, remotes: Sequence[str]) -> set[str]:
        """Which of these are incidents already, or linked to one, or were dropped by a rule that is still applied."""
        instance = page.instance
        known = {
            *await self.store.known_mirrors(instance, remotes),
            *await self.store.linked_records(instance.id, remotes),
        }
        if not page.rest.is_ruled:
            return known
        applied = {rule.name for rule in self.preprocessing.rules if rule.enabled}
        dropped = await self.store.dropped_records(instance.id, remotes)
        return known | {remote for remote, rule in dropped.items() if rule in applied}

    async def settle(self, aside: SetAside, actor: str) -> None:
        """Forget a record that was set aside."""
        step = FetchStep(settled=[aside])
        await self.journal.commit(Changes(actor=actor, at=self.clock.now(), fetch=step))

    async def _mirrored(self, instance: IntegrationInstance, incidents: Sequence[Incident]) -> list[MirrorRecord]:
        """Store what both sides have at first, so that changes before the first mirroring are not missed."""
        maps, now = maps_of(instance, self.library.catalogue), self.clock.now()

        def first(incident: Incident, scripts: Scripts) -> MirrorRecord | None:
            return first_record(incident, replace(maps, scripts=scripts), now)

        found = await self._scripts.each(incidents, reader_of_alerts(now), first)
        return [record for record in found if record]

    @property
    def _scripts(self) -> ValueScripts:
        return self.preprocessing.executor.scripts

    async def _new_ones(self, page: Page, mapped: Sequence[MappedIncident]) -> Sequence[MappedIncident]:
        """Look once more after mapping: the mapper may have set the remote id that the fetch did not name."""
        late = [item.incident.remote for item in mapped if item.incident.remote]
        return deduplicate(mapped, await self._known(page, late), lambda item: item.incident.remote).new

    async def _map(self, instance: IntegrationInstance, fetched: Sequence[Json]) -> list[MappedIncident]:
        if not fetched:
            return []
        first = await self.store.reserve_incidents(len(fetched))
        now, catalogue = self.clock.now(), self.library.catalogue

        def mapped(numbered: tuple[int, Json], scripts: Scripts) -> MappedIncident:
            number, item = numbered
            source = Source(instance=instance, catalogue=catalogue, scripts=scripts)
            return incident_from(item, incident_id=IncidentId(str(number)), now=now, source=source)

        return await self._scripts.each(list(enumerate(fetched, first)), reader_of_alerts(now), mapped)

    async def _with_playbooks(
        self, mapped: Sequence[MappedIncident], closed: Container[IncidentId]
    ) -> tuple[list[Incident], list[PlanRecord]]:
        incidents: list[Incident] = []
        plans: list[PlanRecord] = []
        for item in mapped:
            await asyncio.sleep(0)  # others have a turn between two of a thousand
            incident, plan = item.incident, None
            if incident.id not in closed:
                incident, plan = await self._with_playbook(incident)
            incidents.append(incident)
            plans += [plan] if plan else []
        return incidents, plans

    async def _with_playbook(self, incident: Incident) -> tuple[Incident, PlanRecord | None]:
        try:
            made = await with_playbook(self.incidents.plans, incident, FETCH_ACTOR)
        except WarroomError as error:  # a type whose playbook is missing must not lose the alert
            return replace(incident, details=f"{incident.details}\n{error}".strip()), None
        return made.incident, made.plan

    async def _notes(self, item: MappedIncident) -> list[Entry]:
        """Say in the War Room what of the record could not be mapped."""
        return await entries_of(self.store, item.incident.id, item.notes, self.clock.now(), FETCH_ACTOR)


def _with_links(
    made: Sequence[MappedIncident], links: Mapping[IncidentId, Sequence[IncidentId]]
) -> tuple[list[MappedIncident], dict[IncidentId, Edit]]:
    """Return what is made in order, linked among itself, and how stored incidents change that are linked to it."""
    tied = [replace(item, incident=linked_to(links.get(item.incident.id, ()), item.incident)) for item in made]
    here = {item.incident.id for item in made}
    edits: dict[IncidentId, Edit] = {
        leader: partial(linked_to, followers) for leader, followers in links.items() if leader not in here
    }
    return sorted(tied, key=lambda item: int(item.incident.id)), edits


def _taken(changes: Changes, untaken: Sequence[Untaken], grouped: Grouped) -> Taken:
    aside = [one for one in untaken if not one.aside.rule]
    return Taken(
        incidents=[incident.id for incident in changes.incidents],
        plans=[plan.id for plan in changes.plans],
        untaken=aside,
        linked=sum(map(len, grouped.linked.values())),
        dropped=len(untaken) - len(aside),
    )
