"""Fetching: new alerts become incidents, with their plans, `lastRun` and legs in one commit (design D5)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from warroom.model.errors import WarroomError
from warroom.model.ids import IncidentId, InstanceId, PlanId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.plan import Leg
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.executor import Executor
from warroom.services.execution.masking import Mask
from warroom.services.execution.results import error_of
from warroom.services.execution.targets import Resolved
from warroom.services.fetch_page import FETCH_ACTOR, Pages, Rest
from warroom.services.fetched import oversized, records_of
from warroom.services.line_deaths import LineDeaths
from warroom.services.ports.fetches import FetchState, FetchStep
from warroom.services.ports.runner import Ran
from warroom.services.ports.store import Changes

FETCH_SECONDS = 15.0
NOWHERE = IncidentId("0")  # a fetch runs on no incident
PATIENT = (
    3  # fetches that meet an incident that somebody else has just stored, before it counts as a fault of the record
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one fetch brought: incidents, plans to drive, and how many records were set aside or linked to incidents."""

    incidents: Sequence[IncidentId] = ()
    plans: Sequence[PlanId] = ()
    set_aside: int = 0
    linked: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the last fetch of an instance went in this process, and since when it fails when it does."""

    at: datetime
    incidents: int
    error: str
    failing_since: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """Runs fetches; each ends with the next one queued, but for an instance whose fetches end with the process."""

    pages: Pages
    executor: Executor
    deaths: LineDeaths[FetchState]
    seconds: float = FETCH_SECONDS
    _locks: dict[InstanceId, asyncio.Lock] = field(default_factory=dict)
    _health: dict[InstanceId, Health] = field(default_factory=dict)
    _states: dict[InstanceId, FetchState] = field(default_factory=dict)

    async def fetch(self, instance_id: InstanceId, *, is_asked_for: bool = False) -> Fetched:
        """Fetch once from an instance and queue the next fetch; errors are logged and told, nothing moves then.

        Fetches of one instance wait for each other: both would begin at the same `lastRun`. An instance that is held
        because its fetch was under way at several deaths of the process fetches only when a person asks for it.
        """
        async with self._locks.setdefault(instance_id, asyncio.Lock()):
            fetched = await self._fetch(instance_id, is_asked_for=is_asked_for)
        state = self._states.get(instance_id)
        self._health[instance_id] = Health(
            at=self.pages.clock.now(),
            incidents=len(fetched.incidents),
            error=fetched.error,
            failing_since=state.failing_since if state else None,
            failures=state.failures if state else 0,
        )
        return fetched

    def health(self, instance_id: InstanceId) -> Health | None:
        """Say how the last fetch went; None when this process has not fetched from it yet."""
        return self._health.get(instance_id)

    async def states(self) -> Mapping[InstanceId, FetchState]:
        """Say how each instance has fetched so far, whatever process it was that fetched."""
        return await self.pages.store.fetch_states()

    async def is_suspect(self, instance_id: InstanceId) -> bool:
        """Whether a fetch of this instance had better run alone, as it was under way at several deaths in a row."""
        state = (await self.states()).get(instance_id)
        return state is not None and self.deaths.is_suspect(state)

    async def leave(self) -> None:
        """Say in the store that what is cut off now has not died; for an end in good order."""
        await self.deaths.leave(self.pages.clock.now())

    async def _fetch(self, instance_id: InstanceId, *, is_asked_for: bool) -> Fetched:
        pages = self.pages
        instance = next((item for item in await pages.journal.instances() if item.id == instance_id), None)
        if instance is None or not (instance.enabled and instance.fetch):
            return Fetched()
        next_leg = Leg(kind="fetch", target=instance.id, at=pages.clock.after(self.seconds))
        state = self.deaths.counted(await self._state(instance))
        if self.deaths.is_held(state) and not is_asked_for:
            await self.deaths.hold(state, FETCH_ACTOR, pages.clock.now())
            self._states[instance.id] = state
            return Fetched(error=self.deaths.held(state))
        state = self._states[instance.id] = await self.deaths.begin(state, FETCH_ACTOR, pages.clock.now())
        try:
            async with self.executor.fetch(instance, await pages.store.last_run(instance.id), self._call()) as ran:
                if refused := error_of(ran):
                    said = Mask(instance.secrets.values()).text(refused)
                    return await self._failed(instance, said, next_leg, state)
                return await self._take(instance, ran, next_leg, state)
        except WarroomError as error:
            # Among them: somebody else stored one of them meanwhile, and the next fetch sees it as known.
            return await self._failed(instance, str(error), next_leg, state)

    def _call(self) -> Call:
        now = self.pages.clock.now()
        nowhere = Incident(id=NOWHERE, name="", occurred=now, created=now, modified=now)
        return Call(incident=nowhere, resolved=Resolved(name="fetch-incidents"), origin=Origin(actor=FETCH_ACTOR))

    async def _take(self, instance: IntegrationInstance, ran: Ran, next_leg: Leg, state: FetchState) -> Fetched:
        clock = self.pages.clock
        records = await records_of(ran)
        aside = [oversized(instance, document, clock) for document in records.oversized]
        has_brought = bool(records.values or aside)
        now = replace(
            state,
            brought=clock.now() if has_brought else state.brought,
            failing_since=None,
            failures=0,
            error="",
            begun=None,
            deaths=0,
        )
        rest = Rest(
            last_run=ran.last_run,
            next_leg=next_leg,
            state=now,
            untaken=aside,
        )
        taken = await self.pages.take(instance, records.values, rest, patient=state.failures < PATIENT)
        self._states[instance.id] = now
        self.deaths.end(instance.id)
        return Fetched(incidents=taken.incidents, plans=taken.plans, set_aside=len(taken.untaken), linked=taken.linked)

    async def _failed(self, instance: IntegrationInstance, error: str, next_leg: Leg, state: FetchState) -> Fetched:
        log.warning("fetch failed", instance=instance.name, error=error)
        now = self.pages.clock.now()
        state = replace(
            state,
            failing_since=state.failing_since or now,
            failures=state.failures + 1,
            error=error,
            begun=None,
            deaths=0,
        )
        changes = Changes(actor=FETCH_ACTOR, at=now, fetch=FetchStep(state=state), legs=[next_leg])
        await self.pages.journal.commit(changes)
        self._states[instance.id] = state
        self.deaths.end(instance.id)
        return Fetched(error=error)

    async def _state(self, instance: IntegrationInstance) -> FetchState:
        return await self._kept(instance) or FetchState(instance=instance.id, since=self.pages.clock.now())

    async def _kept(self, instance: IntegrationInstance) -> FetchState | None:
        """Give what the store has of it; asked for once, since nobody else fetches from it meanwhile."""
        if instance.id not in self._states and (found := (await self.states()).get(instance.id)):
            self._states[instance.id] = found
        return self._states.get(instance.id)
