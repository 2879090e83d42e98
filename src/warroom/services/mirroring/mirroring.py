"""Rounds of mirroring: changes here are sent, then changes there are taken in."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from warroom.content.catalogue import Catalogue
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.mirror import MirrorRun
from warroom.model.plan import QueueJob
from warroom.services.commands.library import Library
from warroom.services.execution.executor import Executor
from warroom.services.instances.line_deaths import LineDeaths
from warroom.services.instances.recurring import recurring
from warroom.services.mirroring.commands import Remote
from warroom.services.mirroring.incoming import Inbound
from warroom.services.mirroring.outgoing import Outbound
from warroom.services.mirroring.round import Round
from warroom.services.mirroring.tie import maps_of
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.locks import Locks
from warroom.services.ports.store import Changes, MirrorQuery, Store
from warroom.services.ports.users import UserStore
from warroom.services.writing.journal import Journal

MIRROR_SECONDS = 60.0  # XSOAR's own interval
MIRROR_ACTOR = "mirror:"  # and the instance's name; no user can be called so

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """What one round did: how many incidents it sent something of, and took something into."""

    sent: int = 0
    received: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorHealth:
    """The result of an instance's last round in this process."""

    at: datetime
    mirrored: Mirrored


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirroring:
    """Runs rounds; each ends with the next one queued."""

    store: Store
    journal: Journal
    library: Library
    executor: Executor
    blobs: Blobs
    users: UserStore
    locks: Locks
    clock: Clock
    deaths: LineDeaths[MirrorRun]
    seconds: float = MIRROR_SECONDS
    _locks: dict[InstanceId, asyncio.Lock] = field(default_factory=dict)
    _health: dict[InstanceId, MirrorHealth] = field(default_factory=dict)

    async def mirror(self, instance_id: InstanceId, *, is_asked_for: bool = False) -> Mirrored:
        """Run one round and queue the next; failures are logged, reported and retried later.

        Rounds of one instance in this process run one after another: two at once would send the same. An instance whose
        round was running at several deaths of the process is held, and mirrors only when a person asks for it.
        """
        async with self._locks.setdefault(instance_id, asyncio.Lock()):
            instance = next((item for item in await self.journal.instances() if item.id == instance_id), None)
            if instance is None or not _mirrors(instance, self.library.catalogue):
                return Mirrored()
            async with self.locks.hold(f"mirror {instance_id}") as is_ours:
                if not is_ours:
                    await self._queue_next(instance)
                    return Mirrored()
                run = self.deaths.counted(await self.store.mirror_run(instance.id))
                if self.deaths.is_held(run) and not is_asked_for:
                    return await self._hold(instance, run)
                mirrored = await self._round(instance, run)
        if mirrored is None:
            return Mirrored()
        if mirrored.error:
            log.warning("mirroring failed", instance=instance.name, error=mirrored.error)
        self._health[instance_id] = MirrorHealth(at=self.clock.now(), mirrored=mirrored)
        return mirrored

    def health(self, instance_id: InstanceId) -> MirrorHealth | None:
        """Return the result of the last round in this process; None without one, or with nothing to mirror."""
        return self._health.get(instance_id)

    async def is_suspect(self, instance_id: InstanceId) -> bool:
        """Whether a round of this instance should run alone: one was under way at several deaths in a row."""
        return self.deaths.is_suspect(await self.store.mirror_run(instance_id))

    async def held(self, instance: IntegrationInstance) -> MirrorRun | None:
        """Return the state of an instance's mirroring when it waits for a person."""
        run = await self.store.mirror_run(instance.id)
        return run if run.held and _mirrors(instance, self.library.catalogue) else None

    async def leave(self) -> None:
        """Note in the store that what is cut off now did not die; for a regular shutdown."""
        await self.deaths.leave(self.clock.now())

    async def _hold(self, instance: IntegrationInstance, run: MirrorRun) -> Mirrored:
        now = self.clock.now()
        await self.deaths.hold(replace(run, held=run.held or now), self._actor(instance), now)
        error = self.deaths.held(run)
        log.warning("mirroring is held", instance=instance.name, error=error)
        return Mirrored(error=error)

    async def _round(self, instance: IntegrationInstance, run: MirrorRun) -> Mirrored | None:
        """None when there is nothing to mirror: what goes which way is each incident's own."""
        integration = self.library.catalogue.integration(instance.integration)
        event = await self.store.last_event()
        due = await self.store.mirror_records(MirrorQuery(instance=instance.name, touched_after=run.event))
        is_busy = due or await self.store.mirror_records(MirrorQuery(instance=instance.name, limit=1))
        if not is_busy:
            await self._queue_next(instance)
            return None
        run = await self.deaths.start(run, self._actor(instance), self.clock.now())
        round_ = self._new_round(instance)
        held = await round_.remote.held()  # then due changes stay due
        if not integration.mirrors_out or (not held and await round_.send(due)):
            run = replace(run, event=event)
        if integration.mirrors_in:
            run = await round_.take_in(run, due)
        await self._queue_next(instance, replace(run, started=None, deaths=0, held=None))
        self.deaths.end(instance.id)
        return Mirrored(sent=round_.tally.sent, received=round_.tally.received, error=round_.tally.error)

    async def _queue_next(self, instance: IntegrationInstance, run: MirrorRun | None = None) -> None:
        next_job = QueueJob(kind="mirror", target=instance.id, at=self.clock.after(self.seconds))
        await self.journal.commit(
            Changes(actor=self._actor(instance), at=self.clock.now(), mirror_run=run, jobs=[next_job])
        )

    def _new_round(self, instance: IntegrationInstance) -> Round:
        store, journal, clock = self.store, self.journal, self.clock
        maps = maps_of(instance, self.library.catalogue)
        remote = Remote(executor=self.executor, instance=instance, actor=self._actor(instance))
        return Round(
            store=store,
            journal=journal,
            clock=clock,
            remote=remote,
            outbound=Outbound(store=store, journal=journal, clock=clock, remote=remote, maps=maps),
            inbound=Inbound(
                store=store,
                journal=journal,
                blobs=self.blobs,
                users=self.users,
                clock=clock,
                remote=remote,
                maps=maps,
            ),
        )

    def _actor(self, instance: IntegrationInstance) -> str:
        return f"{MIRROR_ACTOR}{instance.name}"


def _mirrors(instance: IntegrationInstance, catalogue: Catalogue) -> bool:
    return any(job.kind == "mirror" for job in recurring(instance, catalogue))
