import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.model.errors import ConflictError
from warroom.store.advisory_locks import take_lock
from warroom.store.sole_server import NAME, sole_server
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


def cut_off(store: SqlStore) -> None:
    """End the session that holds the lock, as a restart of the database does, or a firewall."""
    with store.engine.connect() as connection:
        ended = text("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'")
        assert True in connection.execute(ended).scalars().all()


async def test_a_lock_whose_connection_was_lost_is_taken_again(open_postgres: Callable[[], SqlStore]) -> None:
    one, other = open_postgres(), open_postgres()
    with sole_server(one.engine) as sole:
        await sole.check()
        for _ in range(2):
            cut_off(other)
            await sole.check()
            with pytest.raises(ConflictError), sole_server(other.engine):
                raise AssertionError("It serves.")
        assert not sole.is_lost
    with sole_server(other.engine):
        pass
    one.close()
    other.close()


async def test_an_earlier_attempt_of_ours_is_not_taken_for_the_holder_of_the_lock(
    open_postgres: Callable[[], SqlStore],
) -> None:
    one, other = open_postgres(), open_postgres()
    with sole_server(one.engine) as sole:
        cut_off(other)
        waiting = create_engine(one.engine.url, connect_args={"application_name": sole.owner})
        with waiting.connect(), sole_server(other.engine):  # as an attempt in vain is listed, for a moment
            await sole.check()
            assert sole.is_lost
    one.close()
    other.close()
    waiting.dispose()


async def test_where_another_server_took_it_meanwhile_it_is_lost(open_postgres: Callable[[], SqlStore]) -> None:
    one, other = open_postgres(), open_postgres()
    with sole_server(one.engine) as sole:
        cut_off(other)
        with sole_server(other.engine):
            await sole.check()
            assert sole.is_lost
        await sole.check()
        assert sole.is_lost  # for good: two may have worked side by side
    one.close()
    other.close()


async def test_a_session_of_ours_that_lives_on_over_there_is_no_other_server(
    open_postgres: Callable[[], SqlStore],
) -> None:
    one, other = open_postgres(), open_postgres()
    with sole_server(one.engine) as sole:
        cut_off(other)
        # As where a firewall has dropped the connection: over there it still holds the lock.
        left = take_lock(one.engine, NAME, sole.owner)
        assert left is not None
        await sole.check()
        assert not sole.is_lost
        with pytest.raises(OperationalError):
            left.scalar(text("SELECT 1"))  # it was ended
        await sole.check()
        with pytest.raises(ConflictError), sole_server(other.engine):
            raise AssertionError("It serves.")
    left.close()
    one.close()
    other.close()


async def test_a_server_that_finds_another_one_at_work_stops_with_one_sentence(
    open_postgres: Callable[[], SqlStore], postgres_url: str, tmp_path: Path
) -> None:
    other = open_postgres()

    async def serve_until_it_is_over() -> None:
        async with open_app(Settings(home=tmp_path / "home", database_url=postgres_url, speed=50), serve=True):
            cut_off(other)
            with sole_server(other.engine):
                await asyncio.Event().wait()

    with pytest.raises(ConflictError, match="Another server works on this database since the connection"):
        await serve_until_it_is_over()
    other.close()
