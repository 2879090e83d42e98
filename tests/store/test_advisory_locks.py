"""Two stores on one database stand for two processes."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from warroom.store.advisory_locks import AdvisoryLocks
from warroom.store.store import SqlStore


async def test_on_postgres_one_process_has_the_turn_until_it_is_through(open_postgres: Callable[[], SqlStore]) -> None:
    one, other = open_postgres(), open_postgres()
    async with one.locks.hold("mirror i1") as is_mine, other.locks.hold("mirror i2") as is_others:
        assert (is_mine, is_others) == (True, True)
        async with other.locks.hold("mirror i1") as is_mine_too:
            assert not is_mine_too
    async with other.locks.hold("mirror i1") as is_mine_now:
        assert is_mine_now
    one.close()
    other.close()


async def test_a_turn_that_ends_badly_is_free_again(open_postgres: Callable[[], SqlStore]) -> None:
    one, other = open_postgres(), open_postgres()
    with pytest.raises(RuntimeError, match="round broke"):
        async with one.locks.hold("mirror i1"):
            raise RuntimeError("round broke")
    async with other.locks.hold("mirror i1") as is_mine:
        assert is_mine
    one.close()
    other.close()


async def test_who_is_cut_off_from_the_database_has_no_turn_any_more(open_postgres: Callable[[], SqlStore]) -> None:
    one, other = open_postgres(), open_postgres()
    async with one.locks.hold("mirror i1"):
        with other.engine.connect() as connection:
            cut_off = text("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'")
            assert connection.execute(cut_off).scalars().all() == [True]  # it waits for the end, so long
        async with other.locks.hold("mirror i1") as is_mine:
            assert is_mine
    one.close()
    other.close()


async def test_on_sqlite_there_is_nobody_else(sqlite_store: SqlStore) -> None:
    locks = AdvisoryLocks(sqlite_store.engine)
    async with locks.hold("mirror i1") as is_mine, locks.hold("mirror i1") as is_mine_too:
        assert (is_mine, is_mine_too) == (True, True)
