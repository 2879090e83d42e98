"""Wires the use cases to their adapters; the only file that knows every one of them."""

import asyncio
import gc
import secrets
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import structlog
from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.durable.clock import SystemClock
from warroom.host.runner import WarmRunner
from warroom.host.settings import HostSettings
from warroom.mapping.storm import OFF, StormRule
from warroom.model.errors import UnavailableError, WarroomError
from warroom.model.ids import WorkerId
from warroom.model.plan import Leg
from warroom.outbound.sending import Post
from warroom.services.app import App
from warroom.services.approvals.deciding import Approvals
from warroom.services.approvals.gate import Gate
from warroom.services.approvals.grants import Grants
from warroom.services.approvals.halting import COLLECTS_EVIDENCE, Halting
from warroom.services.approvals.judge import Judge
from warroom.services.approvals.people import People
from warroom.services.approvals.rules import Rules
from warroom.services.audit import Audit
from warroom.services.cancelling import Cancelling
from warroom.services.discretion import Discretion
from warroom.services.drive.conductor import Conductor
from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.services.drive.frames import Frames
from warroom.services.drive.holding import Holding
from warroom.services.drive.perform import Performer
from warroom.services.drive.session import Tools
from warroom.services.drive.weighing import Weighing
from warroom.services.evidence import Evidence
from warroom.services.execution.executor import Executor
from warroom.services.execution.executor import Settings as ExecutionSettings
from warroom.services.exporting import Exporting
from warroom.services.fetch_page import Pages
from warroom.services.fetch_watch import SILENT_HOURS, FetchWatch
from warroom.services.fetching import Fetching
from warroom.services.incidents import Incidents
from warroom.services.installed import indexed_packs, installed_packs
from warroom.services.instances import Instances
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.line_deaths import fetch_deaths, mirror_deaths
from warroom.services.mirroring.mirroring import Mirroring
from warroom.services.notifying.notices import Notices
from warroom.services.notifying.notifying import NOTIFY_SECONDS, Notifying
from warroom.services.notifying.rules import Rule
from warroom.services.passwords import Passwords
from warroom.services.pausing import Pausing
from warroom.services.plans import Plans
from warroom.services.ports.clock import Clock
from warroom.services.ports.legs import Legs, OnLeg
from warroom.services.ports.outage import OutageError
from warroom.services.ports.signing import Signer
from warroom.services.ports.timestamps import TimestampAuthority
from warroom.services.runtime import Runtime
from warroom.services.scrubbing import TICK_SECONDS, Scrubbing
from warroom.services.sealing.sealing import SEAL_SECONDS, Sealing
from warroom.services.set_asides import SetAsides
from warroom.services.sla import SeverityName, targets
from warroom.services.standing import STANDING_DAYS, Standings
from warroom.services.uploading import Uploading
from warroom.services.users import Users
from warroom.services.war_room import WarRoom
from warroom.store.blobs import FolderBlobs
from warroom.store.folder import lock_folder
from warroom.store.outage import damage_of, named
from warroom.store.pack_indexes import PackIndexFile
from warroom.store.signing_key import FileSigner
from warroom.store.sole_server import sole_server
from warroom.store.store import SqlStore, open_store
from warroom.store.vault import open_vault

SCRATCH = "scratch"  # folder of what need not outlive the process
BATCHES_AT_THE_END = 1  # of events that are sealed before a process ends; a server seals all along
NEW_OBJECTS = 2_000  # before the collector looks for cycles among them; a command makes some hundreds

log = structlog.get_logger(__name__)


class Settings(BaseSettings):
    """What an operator sets: `WARROOM_*` in the environment, or `warroom.toml` in the current folder."""

    model_config = SettingsConfigDict(env_prefix="WARROOM_", toml_file="warroom.toml", extra="forbid")

    home: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "warroom")
    database_url: str = ""  # empty: an embedded SQLite in the data folder
    secret_key: str | None = Field(default=None, repr=False)
    allowed_origins: tuple[str, ...] = ()  # local origins that the `http` script may fetch from
    content_environment: Mapping[str, str] = {}  # variables for code, such as https_proxy; ours do not reach it
    fetch_seconds: float = Field(default=15.0, gt=0)
    group_minutes: float = Field(default=0, ge=0, le=10_080)  # so long, alerts are linked to the first of a storm
    group_same: tuple[str, ...] = OFF.same  # fields that are equal in all of a storm
    group_shared: tuple[str, ...] = OFF.shared  # fields of which one has a value in common
    silent_hours: float = Field(default=SILENT_HOURS, ge=0)  # without an incident, before an instance is asked about
    mirror_seconds: float = Field(default=60.0, gt=0)
    sla_hours: Mapping[SeverityName, Annotated[float, Field(gt=0, le=87_600)]] = {}  # others stay as usual
    approve_commands: tuple[str, ...] = ()  # that always need approval: `command` or `command@instance`, patterns too
    approve_above: int = Field(default=5, ge=0)  # an action on more targets than so many needs approval
    approval_hours: float = Field(default=24.0, gt=0, le=8_760)  # after them a request expires
    scrub_days: float = Field(default=30.0, gt=0, le=3_650)  # each stored blob is checked about once in so many
    scrub_megabytes_per_second: float = Field(default=20.0, gt=0)  # that these checks read, at most
    pause_lets_pass: tuple[str, ...] = COLLECTS_EVIDENCE  # actions that a pause does not hold: patterns
    standing_days: float = Field(default=STANDING_DAYS, ge=0)  # before an isolation or a block that stands is spoken of
    notify: tuple[Rule, ...] = ()  # who is told of what waits, and of what is wrong
    notify_smtp: str = ""  # smtp://NAME@HOST:587 or smtps://NAME@HOST
    notify_smtp_password: str = Field(default="", repr=False)
    notify_from: str = "warroom@localhost"
    public_url: str = ""  # where a proxy offers the console: one of its names, and for links in messages
    timestamp_url: str = ""  # an authority after RFC 3161 that stamps exports of evidence
    allowed_hosts: tuple[str, ...] = ()  # names by which the console may be asked, besides those of this machine
    trusted_proxies: tuple[str, ...] = ()  # who may say where a request came from: addresses and networks
    worker_memory_mb: int = Field(default=4096, ge=256)  # address space of each process that runs content
    worker_file_mb: int = Field(default=4096, ge=1)  # the largest file that a run may write
    worker_disk_mb: int = Field(default=8192, ge=1)  # all that a run has in its folder
    worker_processes: int = Field(default=64, ge=0)  # that a run may have besides its worker
    set_aside_after: int = Field(default=SET_ASIDE_AFTER, ge=1)  # deaths of the process, of a task under way at them
    speed: float = Field(default=1.0, gt=0)  # shortens the waits that content asks for; for demonstrations and tests

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'warroom.db'}"


@dataclass(frozen=True, slots=True)
class Unqueued:
    """The legs of a process that does not serve: it drives what it starts; serving takes up what it leaves."""

    async def start(self, on_leg: OnLeg) -> None:
        """Take nothing."""

    async def stop(self) -> None:
        """Stop nothing."""

    async def enqueue(self, leg: Leg) -> None:
        """Leave it: serving looks through the rows when it starts."""


@asynccontextmanager
async def open_app(settings: Settings, *, serve: bool = False) -> AsyncIterator[App]:
    """Open the data folder and wire everything; with `serve`, also take legs until the context ends.

    Raises FolderInUseError when another process holds the folder, ContentError when a pack cannot be read.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_database_in_a_sentence(settings.url))
        stack.enter_context(lock_folder(settings.home))
        # A server needs everything sooner or later, and waits for no file while it serves.
        with _no_collector():
            packs = installed_packs(settings.home) if serve else _indexed_packs(settings.home)
        vault = open_vault(settings.home, settings.secret_key)
        blobs = FolderBlobs(settings.home / "blobs", vault.cipher())
        store = open_store(settings.url, blobs, vault)
        stack.callback(store.close)
        if serve:
            stack.enter_context(sole_server(store.engine))
        scratch = settings.home / SCRATCH
        # What a killed process left there, and half stored, may be a fetched dump.
        await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
        await asyncio.to_thread(blobs.forget_arrivals)
        runner = WarmRunner(scratch, _host(settings))
        stack.push_async_callback(runner.close)
        worker = WorkerId(f"worker-{secrets.token_hex(4)}")
        clock = SystemClock(settings.speed)
        legs = await _legs(store, worker, clock, stack) if serve else Unqueued()
        app = wire(settings, Adapters(packs, store, blobs, runner, legs, clock, worker))
        stack.push_async_callback(_seal_at_the_end, app)
        if serve:
            stack.push_async_callback(await _rhythm("sealer", app.clock, SEAL_SECONDS, app.sealing.seal))
            stack.push_async_callback(await _rhythm("scrubber", app.clock, TICK_SECONDS, app.scrubbing.turn))
            stack.push_async_callback(await _rhythm("notifier", app.clock, NOTIFY_SECONDS, app.notifying.tell))
            await app.runtime.start()
            stack.push_async_callback(app.runtime.stop)
        else:
            stack.push_async_callback(app.conductor.close)
        stack.enter_context(_calm_collector())
        yield app


def _host(settings: Settings) -> HostSettings:
    return HostSettings(
        environment=settings.content_environment,
        address_space=settings.worker_memory_mb << 20,
        file_size=settings.worker_file_mb << 20,
        scratch_size=settings.worker_disk_mb << 20,
        processes=settings.worker_processes,
    )


def _indexed_packs(home: Path) -> list[Pack]:
    return indexed_packs(home, PackIndexFile(home / "cache" / "packs.json"), time.time_ns())


@contextmanager
def _database_in_a_sentence(url: str) -> Iterator[None]:
    """Say what is wrong with the database, and where to look."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        if damage := damage_of(error, named(make_url(url))):
            raise damage from error
        if not isinstance(error, OperationalError):
            raise
        reason = str(error.orig).strip().partition("\n")[0].rstrip(".")
        raise UnavailableError(
            f"The database does not work: {reason}. See WARROOM_DATABASE_URL and the disk."
        ) from error


@contextmanager
def _no_collector() -> Iterator[None]:
    """Look for no cycles while thousands of values are made, all of which stay: it would double what they cost."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Keep the garbage collector off the content, which lives as long as the app, and let it look less often."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _seal_at_the_end(app: App) -> None:
    """Seal what is left; what keeps that from being done is no answer to what was asked, and the next process seals."""
    try:
        await app.sealing.seal(BATCHES_AT_THE_END)
    except (WarroomError, OutageError) as error:
        log.warning("the event log is not sealed to its end", error=str(error))


async def _rhythm(
    name: str, clock: Clock, seconds: float, work: Callable[[], Awaitable[object]]
) -> Callable[[], Awaitable[None]]:
    """Have work done again and again from now on; gives what ends it."""
    from warroom.durable.rhythm import Rhythm  # noqa: PLC0415  # DBOS comes with it; only serving needs it

    rhythm = Rhythm(name, clock, seconds, work)
    rhythm.start()
    return rhythm.stop


async def _legs(store: SqlStore, worker: WorkerId, clock: SystemClock, stack: AsyncExitStack) -> Legs:
    from warroom.durable.legs import DbosLegs  # noqa: PLC0415  # DBOS takes half a second to import; only serving needs it
    from warroom.durable.reaper import Reaper  # noqa: PLC0415  # it comes with DBOS

    legs = DbosLegs(engine=store.engine, worker=worker, clock=clock)
    store.enqueue_with(legs.enqueue_in)
    reaper = Reaper(store, legs, clock, worker)
    await reaper.start()
    stack.push_async_callback(reaper.stop)
    return legs


@dataclass(frozen=True, slots=True)
class Adapters:
    """What stands at the ports, and the packs."""

    packs: Sequence[Pack]
    store: SqlStore
    blobs: FolderBlobs
    runner: WarmRunner
    legs: Legs
    clock: SystemClock
    worker: WorkerId


def wire(settings: Settings, adapters: Adapters) -> App:
    """Wire the use cases to these adapters."""
    store, clock, legs, runner = adapters.store, adapters.clock, adapters.legs, adapters.runner
    journal = Journal(store)
    library = Library(Catalogue(adapters.packs), store)
    gate = _gate(settings, adapters, journal, library)
    executor = _executor(settings, adapters, library, gate)
    conductor = Conductor(_tools(settings, executor, adapters), adapters.worker)
    plans = Plans(store=store, journal=journal, library=library, clock=clock, approvals=gate.approvals)
    incidents = Incidents(store=store, journal=journal, library=library, plans=plans, users=store.users, clock=clock)
    fetching = _fetching(settings, adapters, executor, incidents)
    mirroring = _mirroring(settings, adapters, executor)
    pausing = Pausing(store=store, journal=journal, halting=gate.halting, legs=legs, clock=clock)
    evidence = Evidence(store=store, blobs=adapters.blobs, discretion=Discretion(journal), clock=clock)
    signer = FileSigner(settings.home)
    fetch_watch = FetchWatch(fetching=fetching, mirroring=mirroring, silent_hours=settings.silent_hours)
    runtime = Runtime(
        store=store,
        journal=journal,
        runner=runner,
        legs=legs,
        conductor=conductor,
        fetching=fetching,
        mirroring=mirroring,
        pausing=pausing,
        clock=clock,
    )
    return App(
        home=settings.home,
        packs=adapters.packs,
        store=store,
        replies=store.replies,
        signer=signer,
        journal=journal,
        library=library,
        clock=clock,
        sla=targets(settings.sla_hours),
        conductor=conductor,
        plans=plans,
        war_room=WarRoom(store=store, journal=journal, library=library, plans=plans, halting=gate.halting, clock=clock),
        incidents=incidents,
        instances=Instances(journal=journal, library=library, executor=executor, legs=legs, clock=clock),
        evidence=evidence,
        scrubbing=_scrubbing(settings, evidence, store),
        exporting=_exporting(settings, evidence, signer),
        uploading=_uploading(settings, adapters, journal),
        fetching=fetching,
        set_asides=SetAsides(fetching.pages),
        fetch_watch=fetch_watch,
        mirroring=mirroring,
        runtime=runtime,
        users=Users(store=store.users, clock=clock, passwords=Passwords()),
        audit=Audit(store=store),
        notifying=_notifying(settings, adapters, plans, fetch_watch),
        standings=Standings(store=store, clock=clock, days=settings.standing_days),
        pausing=pausing,
        cancelling=Cancelling(store=store, journal=journal, clock=clock),
        sealing=Sealing(seals=store.seals, turns=store.turns, signer=signer, clock=clock),
    )


def _fetching(settings: Settings, adapters: Adapters, executor: Executor, incidents: Incidents) -> Fetching:
    rule = StormRule(minutes=settings.group_minutes, same=settings.group_same, shared=settings.group_shared)
    return Fetching(
        pages=Pages(
            store=adapters.store,
            journal=executor.journal,
            library=executor.library,
            incidents=incidents,
            clock=adapters.clock,
            rule=rule,
        ),
        executor=executor,
        deaths=fetch_deaths(executor.journal, settings.set_aside_after),
        seconds=settings.fetch_seconds,
    )


def _scrubbing(settings: Settings, evidence: Evidence, store: SqlStore) -> Scrubbing:
    speed = settings.scrub_megabytes_per_second * 1e6
    return Scrubbing(custodian=evidence.custodian, turns=store.turns, days=settings.scrub_days, bytes_per_second=speed)


def _uploading(settings: Settings, adapters: Adapters, journal: Journal) -> Uploading:
    return Uploading(
        store=adapters.store,
        journal=journal,
        blobs=adapters.blobs,
        clock=adapters.clock,
        scratch=settings.home / SCRATCH,
    )


def _exporting(settings: Settings, evidence: Evidence, signer: Signer) -> Exporting:
    return Exporting(
        store=evidence.store,
        evidence=evidence,
        audit=Audit(store=evidence.store),
        signer=signer,
        clock=evidence.clock,
        authority=_authority(settings.timestamp_url) if settings.timestamp_url else None,
    )


def _authority(url: str) -> TimestampAuthority:
    from warroom.outbound.timestamps import HttpTimestamps  # noqa: PLC0415  # hardly anybody has one, and it is large

    return HttpTimestamps(url)


def _notifying(settings: Settings, adapters: Adapters, plans: Plans, watch: FetchWatch) -> Notifying:
    notices = Notices(
        plans=plans,
        halts=adapters.store.halts,
        fetch_watch=watch,
        set_asides=SetAsides(watch.fetching.pages),
        standings=Standings(store=adapters.store, clock=adapters.clock, days=settings.standing_days),
    )
    post = Post(
        smtp=settings.notify_smtp,
        password=settings.notify_smtp_password,
        sender=settings.notify_from,
        public_url=settings.public_url,
    )
    return Notifying(
        notices=notices, deliveries=adapters.store.deliveries, sender=post, clock=adapters.clock, rules=settings.notify
    )


def _tools(settings: Settings, executor: Executor, adapters: Adapters) -> Tools:
    store, journal, library, clock = adapters.store, executor.journal, executor.library, adapters.clock
    performer = Performer(executor, journal, clock)
    return Tools(
        store=store,
        journal=journal,
        library=library,
        performer=performer,
        weighing=Weighing(performer=performer, gate=executor.gate),
        holding=Holding(performer=performer, halting=executor.gate.halting),
        frames=Frames(library, journal, executor, clock),
        clock=clock,
        set_aside_after=settings.set_aside_after,
    )


def _gate(settings: Settings, adapters: Adapters, journal: Journal, library: Library) -> Gate:
    rules = Rules(commands=settings.approve_commands, above=settings.approve_above, hours=settings.approval_hours)
    store = adapters.store
    judge = Judge(store=store, journal=journal, library=library, rules=rules)
    approvals = Approvals(store=store, judge=judge, people=People(store.users), clock=adapters.clock)
    halting = Halting(halts=store.halts, goes_on=settings.pause_lets_pass)
    return Gate(approvals=approvals, grants=Grants(store), halting=halting)


def _executor(settings: Settings, adapters: Adapters, library: Library, gate: Gate) -> Executor:
    return Executor(
        library=library,
        store=adapters.store,
        users=adapters.store.users,
        journal=gate.approvals.judge.journal,
        runner=adapters.runner,
        blobs=adapters.blobs,
        clock=adapters.clock,
        settings=ExecutionSettings(allowed_origins=settings.allowed_origins),
        gate=gate,
    )


def _mirroring(settings: Settings, adapters: Adapters, executor: Executor) -> Mirroring:
    return Mirroring(
        store=adapters.store,
        journal=executor.journal,
        library=executor.library,
        executor=executor,
        blobs=adapters.blobs,
        users=adapters.store.users,
        turns=adapters.store.turns,
        clock=adapters.clock,
        deaths=mirror_deaths(executor.journal, settings.set_aside_after),
        seconds=settings.mirror_seconds,
    )
