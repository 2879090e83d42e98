"""Opening and closing a data folder."""

import asyncio
import secrets
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import structlog
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from warroom.bootstrap.collector import calm_collector, no_collector
from warroom.bootstrap.content import environments_of, packs_of
from warroom.bootstrap.settings import Settings
from warroom.bootstrap.wiring import SCRATCH, Adapters, wire
from warroom.content.pack import Pack
from warroom.durable.clock import SystemClock
from warroom.durable.deferred_import import deferred_import
from warroom.durable.lease import leased
from warroom.durable.local_jobs import LocalJobs
from warroom.durable.periodic_task import PeriodicTask
from warroom.host.runner import WarmRunner
from warroom.host.settings import HostSettings
from warroom.model.errors import ConflictError, UnavailableError, WarroomError
from warroom.model.ids import WorkerId
from warroom.services.app import App
from warroom.services.evidence.scrubbing import TICK_SECONDS
from warroom.services.notifying.notifying import NOTIFY_SECONDS
from warroom.services.packs.installed import installed_packs
from warroom.services.ports.clock import Clock
from warroom.services.ports.job_queue import JobQueue
from warroom.services.ports.outage import OutageError
from warroom.services.sealing.keeping import KEEP_SECONDS
from warroom.services.sealing.sealing import SEAL_SECONDS
from warroom.store.blobs import FolderBlobs
from warroom.store.folder import lock_folder
from warroom.store.outage import damage_of, named
from warroom.store.sole_server import CHECK_SECONDS, TAKEN, sole_server
from warroom.store.store import SqlStore, open_store
from warroom.store.vault import open_vault

BATCHES_AT_THE_END = 1  # of events that are sealed before a process ends; a server seals all along

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_app(settings: Settings, *, serve: bool = False) -> AsyncIterator[App]:
    """Open the data folder and wire everything; with `serve`, also take jobs until the context ends.

    Raises FolderInUseError when another process holds the folder, ContentError when a pack cannot be read.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_database_in_a_sentence(settings.url))
        stack.enter_context(lock_folder(settings.home))
        # A server needs everything sooner or later, and waits for no file while it serves.
        with no_collector():
            packs = installed_packs(settings.home) if serve else packs_of(settings.home)
        app = wire(settings, await _adapters(settings, packs, stack, serve=serve))
        stack.push_async_callback(_seal_at_the_end, app)
        if serve:
            await _start(app, stack)
        else:
            stack.push_async_callback(app.conductor.close)
        stack.enter_context(calm_collector())
        yield app


async def _adapters(settings: Settings, packs: Sequence[Pack], stack: AsyncExitStack, *, serve: bool) -> Adapters:
    vault = open_vault(settings.home, settings.secret_key)
    blobs = FolderBlobs(settings.home / "blobs", vault.cipher())
    store = open_store(settings.url, blobs, vault)
    stack.callback(store.close)
    clock = SystemClock(settings.speed)
    if serve:
        await stack.enter_async_context(_alone(store.engine, clock))
    scratch = settings.home / SCRATCH
    # What a killed process left there, and half stored, may be a fetched dump.
    await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)
    await asyncio.to_thread(blobs.forget_arrivals)
    runner = WarmRunner(scratch, _host(settings), environments_of(settings.home))
    stack.push_async_callback(runner.close)
    worker = WorkerId(f"worker-{secrets.token_hex(4)}")
    await stack.enter_async_context(leased(store.leases, worker, clock))
    jobs = _jobs(store, worker, clock) if serve else LocalJobs()
    return Adapters(packs, store, blobs, runner, jobs, clock, worker)


@asynccontextmanager
async def _alone(engine: Engine, clock: Clock) -> AsyncIterator[None]:
    """Serve while no other server has the database; raises ConflictError when one has it, also later on."""
    serving = asyncio.current_task()
    assert serving is not None

    async def check() -> None:
        await sole.check()
        if sole.is_lost and not serving.cancelling():
            serving.cancel()

    with sole_server(engine) as sole:
        try:
            async with PeriodicTask("sole server", clock, CHECK_SECONDS, check):
                yield
        except asyncio.CancelledError:
            if not sole.is_lost:
                raise
            serving.uncancel()
            raise ConflictError(TAKEN) from None


async def _start(app: App, stack: AsyncExitStack) -> None:
    """Start a server's periodic work, and log which files of packs it goes without."""
    for pack in app.library.packs:
        for note in pack.unreadable:
            log.warning("a file of a pack cannot be read and is left out", pack=pack.id, file=str(note))
    await stack.enter_async_context(PeriodicTask("sealer", app.clock, SEAL_SECONDS, app.sealing.seal))
    await stack.enter_async_context(PeriodicTask("keeper", app.clock, KEEP_SECONDS, app.keeping.turn))
    await stack.enter_async_context(PeriodicTask("scrubber", app.clock, TICK_SECONDS, app.scrubbing.turn))
    await stack.enter_async_context(PeriodicTask("notifier", app.clock, NOTIFY_SECONDS, app.notifying.tell))
    await app.runtime.start()
    stack.push_async_callback(app.runtime.stop)


def _host(settings: Settings) -> HostSettings:
    return HostSettings(
        environment=settings.content_environment,
        address_space=settings.worker_memory_mb << 20,
        file_size=settings.worker_file_mb << 20,
        scratch_size=settings.worker_disk_mb << 20,
        processes=settings.worker_processes,
    )


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


async def _seal_at_the_end(app: App) -> None:
    """Seal what is left; a failure is only logged, since the next process seals."""
    try:
        await app.sealing.seal(BATCHES_AT_THE_END)
    except (WarroomError, OutageError) as error:
        log.warning("the event log is not sealed to its end", error=str(error))


def _jobs(store: SqlStore, worker: WorkerId, clock: SystemClock) -> JobQueue:
    with deferred_import("psycopg", "psycopg.errors"):  # DBOS imports them for SQLite, too: 10 MB
        from warroom.durable.job_queue import DbosJobQueue  # noqa: PLC0415  # half a second; only serving needs it

    jobs = DbosJobQueue(engine=store.engine, leases=store.leases, worker=worker, clock=clock)
    store.enqueue_with(jobs.enqueue_in)
    return jobs
