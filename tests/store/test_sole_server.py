from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.model.errors import ConflictError
from warroom.store.sole_server import sole_server
from warroom.store.store import SqlStore


async def test_a_second_server_on_a_postgres_is_refused_in_a_sentence(
    open_postgres: Callable[[], SqlStore], postgres_url: str, tmp_path: Path
) -> None:
    one = open_postgres()
    with sole_server(one.engine), pytest.raises(ConflictError, match="Another server works on this database"):
        async with open_app(Settings(home=tmp_path / "home", database_url=postgres_url), serve=True):
            raise AssertionError("It serves.")
    with sole_server(one.engine):
        one.close()  # what is free again can be taken, with connections of its own


def test_one_that_died_is_in_nobodys_way(open_postgres: Callable[[], SqlStore]) -> None:
    one, other = open_postgres(), open_postgres()
    with sole_server(one.engine):
        with other.engine.connect() as connection:
            cut_off = text("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'")
            assert connection.execute(cut_off).scalars().all() == [True]
        with sole_server(other.engine):
            pass
    one.close()
    other.close()


async def test_on_sqlite_the_folders_lock_is_enough(sqlite_store: SqlStore) -> None:
    with sole_server(sqlite_store.engine), sole_server(sqlite_store.engine):
        pass
