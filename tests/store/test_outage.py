"""Outages pass and mistakes stay; a locked, full or far database is waited for."""

import asyncio
import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from tests.services.world import World, command, lab, note, playbook
from tests.store.conftest import VAULT
from warroom.model.errors import DatabaseDamagedError
from warroom.model.ids import IncidentId
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.outage import OutageError
from warroom.store import incidents
from warroom.store.engine import reading_engine
from warroom.store.outage import Outages, cause_of, damage_of, named, outage_of
from warroom.store.reader import Reader
from warroom.store.store import SqlStore, open_store
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_entry, an_incident, some_changes

IMPATIENT: dict[str, Any] = {"busy_seconds": 0.02, "retries": RetryPolicy((0.01, 0.01))}


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("it said so")
    error.sqlite_errorcode = code
    return error


class FarDriver:
    """A driver as PEP 249 has it, of a server."""

    class OperationalError(Exception):
        def __init__(self, sqlstate: str | None) -> None:
            super().__init__("server said so\nand more")
            self.sqlstate = sqlstate

    class InterfaceError(Exception):
        pass


@pytest.mark.parametrize(
    "error",
    [
        sqlite_error(sqlite3.SQLITE_BUSY),
        sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT),
        sqlite_error(sqlite3.SQLITE_FULL),
        OperationalError("INSERT", None, sqlite_error(sqlite3.SQLITE_IOERR_WRITE)),
        OSError(errno.ENOSPC, "No space left on device"),
        NoConnectionFreeError("QueuePool limit"),
        FarDriver.OperationalError(None),
        FarDriver.OperationalError("57P01"),
        FarDriver.OperationalError("40P01"),
        FarDriver.InterfaceError("the connection is closed"),
    ],
)
def test_what_passes_is_an_outage(error: Exception) -> None:
    assert outage_of(error, FarDriver) is not None


@pytest.mark.parametrize(
    "error",
    [
        sqlite_error(sqlite3.SQLITE_ERROR),
        sqlite_error(sqlite3.SQLITE_CORRUPT),
        sqlite3.IntegrityError("NOT NULL constraint failed"),
        ProgrammingError("SELECT", None, sqlite3.ProgrammingError("no such column")),
        FileNotFoundError(errno.ENOENT, "gone"),
        FarDriver.OperationalError("54000"),
        ValueError("a bug"),
    ],
)
def test_what_would_come_to_the_same_again_is_none(error: Exception) -> None:
    assert outage_of(error, FarDriver) is None


def test_it_says_what_the_driver_said_in_one_line() -> None:
    outage = outage_of(FarDriver.OperationalError("08006"), FarDriver, unwritten=False)
    assert outage is not None
    assert "(server said so)" in str(outage)
    assert not outage.unwritten


def test_the_cause_is_the_drivers_own_error() -> None:
    own = sqlite_error(sqlite3.SQLITE_BUSY)
    assert cause_of(OperationalError("INSERT", None, own)) is own
    assert cause_of(own) is own


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the write lock of an SQLite database, as a backup or a shell would."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        yield
        stranger.execute("ROLLBACK")


@pytest.fixture
def impatient(sqlite_url: str) -> Iterator[SqlStore]:
    store = open_store(sqlite_url, MemoryBlobs(), VAULT, **IMPATIENT)
    yield store
    store.close()


async def test_a_lock_that_lasts_is_told_to_each_who_commits_and_nothing_is_written(
    impatient: SqlStore, sqlite_url: str
) -> None:
    with locked(sqlite_url):
        commits = [impatient.commit(some_changes(entries=[an_entry(number)])) for number in (1, 2)]
        outcomes = await asyncio.gather(*commits, return_exceptions=True)
    assert [isinstance(error, OutageError) and error.unwritten for error in outcomes] == [True, True]
    assert await impatient.entries(IncidentId("1")) == []
    await impatient.commit(some_changes(entries=[an_entry(1)]))
    assert len(await impatient.entries(IncidentId("1"))) == 1


async def test_a_short_lock_is_waited_out(sqlite_url: str) -> None:
    store = open_store(sqlite_url, MemoryBlobs(), VAULT, busy_seconds=0, retries=RetryPolicy((0.05,) * 100))
    with locked(sqlite_url):
        commit = asyncio.create_task(store.commit(some_changes(entries=[an_entry(1)])))
        await asyncio.wait([commit], timeout=0.1)
        assert not commit.done()
    async with asyncio.timeout(60):
        await commit
    store.close()


async def test_closing_does_not_wait_for_a_lock(sqlite_url: str) -> None:
    store = open_store(sqlite_url, MemoryBlobs(), VAULT, busy_seconds=0, retries=RetryPolicy((60,)))
    with locked(sqlite_url):
        commit = asyncio.create_task(store.commit(some_changes(entries=[an_entry(1)])))
        await asyncio.wait([commit], timeout=0.05)
        async with asyncio.timeout(10):
            await asyncio.to_thread(store.close)
            with pytest.raises(OutageError, match="locked"):
                await commit


async def test_a_plan_waits_for_a_locked_database_and_goes_on_when_it_is_free(
    impatient: SqlStore, sqlite_url: str
) -> None:
    acted: list[str] = []

    def act(code: FakeCode) -> list[Json]:
        acted.append(code.run.name)
        return [note("acted")]

    store: Any = impatient
    lab_world = World(lab(command("act", execution=True)), {"act": act}, store=store)
    book = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: act, script: 'Lab|||act'}}"
    plan = await lab_world.start(playbook(book))
    with locked(sqlite_url):
        driving = asyncio.create_task(lab_world.conductor.drive(plan.id))
        async with asyncio.timeout(60):
            while not lab_world.clock.sleeping:
                await asyncio.wait([driving], timeout=0.01)
        assert (await impatient.plan(plan.id)).state is PlanState.IN_PROGRESS
        assert acted == []
    lab_world.clock.advance(60)
    async with asyncio.timeout(60):
        await driving
    ended = await impatient.plan(plan.id)
    assert (ended.state, ended.error, len(acted)) == (PlanState.COMPLETED, "", 1)
    assert await lab_world.said() == ["acted"]


async def test_a_reader_asks_again(sqlite_store: SqlStore) -> None:
    outages, tries = Outages(sqlite_store.engine, RetryPolicy((0, 0, 0))), []

    async def ask() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise sqlite_error(sqlite3.SQLITE_BUSY)
        return "found"

    assert await outages.wait_out(ask) == "found"


async def test_a_reader_is_told_when_it_lasts_and_of_a_mistake_at_once(sqlite_store: SqlStore) -> None:
    outages = Outages(sqlite_store.engine, RetryPolicy((0,)))

    async def ask(error: Exception) -> str:
        raise error

    with pytest.raises(OutageError):
        await outages.wait_out(lambda: ask(sqlite_error(sqlite3.SQLITE_BUSY)))
    with pytest.raises(sqlite3.IntegrityError):
        await outages.wait_out(lambda: ask(sqlite3.IntegrityError("no")))


def test_a_full_disk_under_the_files_is_an_outage_too() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("only Linux has a device that is always full")
    with full.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left") as raised:
        file.write(b"x")
    assert outage_of(raised.value) is not None


@pytest.mark.postgres
async def test_a_connection_that_is_lost_within_a_transaction_is_made_again(postgres_url: str) -> None:
    store = open_store(postgres_url, MemoryBlobs(), VAULT)
    tries: list[int] = []

    def work(connection: Connection) -> int:
        tries.append(1)
        if len(tries) == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return len(tries)

    async with asyncio.timeout(60):
        assert await store._writer.step(work) == 2
        await store.commit(some_changes(incidents=[an_incident()]))
        assert (await store.incident(IncidentId("1"))).name == "Incident 1"
    store.close()


def corrupt(code: int) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        corrupt(sqlite3.SQLITE_CORRUPT),
        corrupt(sqlite3.SQLITE_CORRUPT | 1 << 8),  # SQLite says more precisely what it was
        corrupt(sqlite3.SQLITE_NOTADB),
        DatabaseError("SELECT 1", {}, corrupt(sqlite3.SQLITE_CORRUPT)),
        psycopg.errors.lookup("XX001")("invalid page in block 7"),
        psycopg.errors.lookup("XX002")("index is corrupted"),
    ],
)
def test_a_damaged_database_is_a_sentence_with_its_name_and_what_to_do(error: Exception) -> None:
    said = str(damage_of(error, "/home/warroom.db"))
    assert said.startswith("The database /home/warroom.db is damaged (")
    assert "bring a copy back from a backup" in said


@pytest.mark.parametrize(
    "error", [corrupt(sqlite3.SQLITE_BUSY), ValueError("x"), psycopg.errors.lookup("57P01")("ending"), OSError(5, "x")]
)
def test_what_passes_or_is_a_mistake_is_no_damage(error: Exception) -> None:
    assert damage_of(error, "db") is None


def test_a_database_is_named_without_its_password() -> None:
    assert named(make_url("sqlite:////home/warroom.db")) == "/home/warroom.db"
    assert "secret" not in named(make_url("postgresql://ana:secret@db/warroom"))


def spoil(path: Path) -> None:
    """Write over all pages but the first."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


async def test_damage_that_a_read_meets_is_told_in_a_sentence(
    sqlite_url: str, open_sqlite: Callable[[], SqlStore]
) -> None:
    store = open_sqlite()
    await store.commit(some_changes(incidents=[an_incident(1)]))
    store.close()
    reader = Reader(reading_engine(sqlite_url), MemoryBlobs())
    spoil(Path(sqlite_url.removeprefix("sqlite:///")))
    for ask in (reader.look, reader.ask):
        with pytest.raises(DatabaseDamagedError, match=r"warroom\.db is damaged \(.*malformed"):
            await ask(incidents.by_id, IncidentId("1"))
    reader.close()
