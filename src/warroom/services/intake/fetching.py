"""Fetching: new alerts become incidents, with their plans, `lastRun` and jobs in one commit (design D5)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from warroom.mapping.last_run import ahead
from warroom.model.errors import WarroomError
from warroom.model.ids import IncidentId, InstanceId, PlanId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.plan import QueueJob
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.executor import Executor
from warroom.services.execution.results import error_of
from warroom.services.instances.line_deaths import LineDeaths
from warroom.services.intake.fetch_page import FETCH_ACTOR, Pages, Rest
from warroom.services.intake.fetched import oversized, records_of
from warroom.services.ports.fetches import FetchState, FetchStep, LastRun, LastRunReset
from warroom.services.ports.runner import Ran
from warroom.services.ports.store import Changes
from warroom.services.secrecy.masking import Mask

FETCH_SECONDS = 15.0
NOWHERE = IncidentId("0")  # a fetch runs on no incident
PATIENT = 3  # fetches in a row with a conflict before the record counts as faulty

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one fetch brought: incidents, plans to drive, and the numbers of records set aside, linked and dropped."""

    incidents: Sequence[IncidentId] = ()
    plans: Sequence[PlanId] = ()
    set_aside: int = 0
    linked: int = 0
    dropped: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The result of an instance's last fetch in this process, and since when it fails, if it does."""

    at: datetime
    incidents: int
    error: str
    failing_since: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """Runs fetches; each queues the next one, unless the instance's fetches were held after deaths of the process."""

    pages: Pages
    executor: Executor
    deaths: LineDeaths[FetchState]
    seconds: float = FETCH_SECONDS
    _locks: dict[InstanceId, asyncio.Lock] = field(default_factory=dict)
    _health: dict[InstanceId, Health] = field(default_factory=dict)
    _states: dict[InstanceId, FetchState] = field(default_factory=dict)

    async def fetch(self, instance_id: InstanceId, *, is_asked_for: bool = False) -> Fetched:
        """Fetch once from an instance and queue the next fetch; errors are logged and reported, and `lastRun` stays.

        Fetches of one instance run one after another: two at once would start at the same `lastRun`. An instance whose
        fetch was running at several deaths of the process is held, and fetches only when a person asks for it.
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

    async def forget_last_run(self, instance: IntegrationInstance, reason: str, actor: str) -> str:
        """Forget an instance's `lastRun` when no fetch is running; return the parts of it that were in the future."""
        pages = self.pages
        async with self._locks.setdefault(instance.id, asyncio.Lock()):
            was = ahead(await pages.store.last_run(instance.id), pages.clock.now())
            step = FetchStep(reset=LastRunReset(instance=instance.id, reason=reason, was=was))
            last_run = LastRun(instance=instance.id, value={})
            changes = Changes(actor=actor, at=pages.clock.now(), last_run=last_run, fetch=step, durable=True)
            await pages.journal.commit(changes)
        return was

    def health(self, instance_id: InstanceId) -> Health | None:
        """Return the result of the last fetch; None when this process has not fetched from it yet."""
        return self._health.get(instance_id)

    async def states(self) -> Mapping[InstanceId, FetchState]:
        """Return the fetch state of each instance, from fetches of all processes."""
        return await self.pages.store.fetch_states()

    async def is_suspect(self, instance_id: InstanceId) -> bool:
        """Whether a fetch of this instance should run alone: it was under way at several deaths in a row."""
        state = (await self.states()).get(instance_id)
        return state is not None and self.deaths.is_suspect(state)

    async def leave(self) -> None:
        """Note in the store that what is cut off now did not die; for a regular shutdown."""
        await self.deaths.leave(self.pages.clock.now())

    async def _fetch(self, instance_id: InstanceId, *, is_asked_for: bool) -> Fetched:
        pages = self.pages
        instance = next((item for item in await pages.journal.instances() if item.id == instance_id), None)
        if instance is None or not (instance.enabled and instance.fetch):
            return Fetched()
        next_job = QueueJob(kind="fetch", target=instance.id, at=pages.clock.after(self.seconds))
        state = self.deaths.counted(await self._state(instance))
        if self.deaths.is_held(state) and not is_asked_for:
            await self.deaths.hold(state, FETCH_ACTOR, pages.clock.now())
            self._states[instance.id] = state
            return Fetched(error=self.deaths.held(state))
        state = self._states[instance.id] = await self.deaths.start(state, FETCH_ACTOR, pages.clock.now())
        try:
            async with self.executor.fetch(instance, await pages.store.last_run(instance.id), self._call()) as ran:
                if refused := error_of(ran):
                    said = Mask(instance.secrets.values()).text(refused)
                    return await self._failed(instance, said, next_job, state)
                return await self._take(instance, ran, next_job, state)
        except WarroomError as error:
            # Another process stored one of them meanwhile; the next fetch sees it as known.
            return await self._failed(instance, str(error), next_job, state)

    def _call(self) -> Call:
        now = self.pages.clock.now()
        nowhere = Incident(id=NOWHERE, name="", occurred=now, created=now, modified=now)
        return Call(incident=nowhere, resolved=Resolved(name="fetch-incidents"), origin=Origin(actor=FETCH_ACTOR))

    async def _take(self, instance: IntegrationInstance, ran: Ran, next_job: QueueJob, state: FetchState) -> Fetched:
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
            started=None,
            deaths=0,
        )
        rest = Rest(
            last_run=ran.last_run,
            next_job=next_job,
            state=now,
            untaken=aside,
        )
        taken = await self.pages.take(instance, records.values, rest, patient=state.failures < PATIENT)
        self._states[instance.id] = now
        self.deaths.end(instance.id)
        return Fetched(
            incidents=taken.incidents,
            plans=taken.plans,
            set_aside=len(taken.untaken),
            linked=taken.linked,
            dropped=taken.dropped,
        )

    async def _failed(
        self, instance: IntegrationInstance, error: str, next_job: QueueJob, state: FetchState
    ) -> Fetched:
        log.warning("fetch failed", instance=instance.name, error=error)
        now = self.pages.clock.now()
        state = replace(
            state,
            failing_since=state.failing_since or now,
            failures=state.failures + 1,
            error=error,
            started=None,
            deaths=0,
        )
        changes = Changes(actor=FETCH_ACTOR, at=now, fetch=FetchStep(state=state), jobs=[next_job])
        await self.pages.journal.commit(changes)
        self._states[instance.id] = state
        self.deaths.end(instance.id)
        return Fetched(error=error)

    async def _state(self, instance: IntegrationInstance) -> FetchState:
        return await self._kept(instance) or FetchState(instance=instance.id, since=self.pages.clock.now())

    async def _kept(self, instance: IntegrationInstance) -> FetchState | None:
        """Return the stored state of an instance's fetch; read once, since only this process fetches from it."""
        if instance.id not in self._states and (found := (await self.states()).get(instance.id)):
            self._states[instance.id] = found
        return self._states.get(instance.id)
