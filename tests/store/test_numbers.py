import asyncio
from collections.abc import Callable

import pytest

from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId
from warroom.services.ports.store import Store
from warroom.store.numbers import take
from warroom.store.store import SqlStore
from warroom.testing.samples import an_entry, an_incident, some_changes


async def test_numbers_count_from_one(store: Store) -> None:
    assert await store.reserve_incidents(1) == 1
    assert await store.reserve_entries(IncidentId("1"), 1) == 1
    assert await store.reserve_entries(IncidentId("2"), 3) == 1
    assert await store.reserve_entries(IncidentId("2"), 1) == 4


async def test_nobody_else_gets_a_number(store: Store) -> None:
    incidents = await asyncio.gather(*(store.reserve_incidents(3) for _ in range(20)))
    assert sorted(incidents) == list(range(1, 60, 3))
    entries = await asyncio.gather(*(store.reserve_entries(IncidentId("7"), 2) for _ in range(20)))
    assert sorted(entries) == list(range(1, 40, 2))


async def test_a_number_needs_an_incident(sql_store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="no incident"):
        await sql_store.reserve_entries(IncidentId("x"), 1)


async def test_counting_goes_on_where_the_database_ends(open_sqlite: Callable[[], SqlStore]) -> None:
    before = open_sqlite()
    first = await before.reserve_incidents(2)
    incidents = [an_incident(first), an_incident(first + 1)]
    await before.commit(some_changes(incidents=incidents, entries=[an_entry(1, first), an_entry(2, first)]))
    before.close()
    after = open_sqlite()
    assert await after.reserve_incidents(1) == first + 2
    taken = await asyncio.gather(*(after.reserve_entries(IncidentId(str(first)), 1) for _ in range(5)))
    assert sorted(taken) == [3, 4, 5, 6, 7]
    assert await after.reserve_entries(IncidentId(str(first + 1)), 1) == 1
    after.close()


@pytest.mark.postgres
async def test_two_processes_share_the_numbers(open_postgres: Callable[[], SqlStore]) -> None:
    one, two = open_postgres(), open_postgres()
    home = IncidentId("1")
    taken = await asyncio.gather(*(store.reserve_entries(home, 1) for _ in range(10) for store in (one, two)))
    assert sorted(taken) == list(range(1, 21))
    one.close()
    two.close()


async def test_a_number_is_back_when_its_transaction_was_not_committed(sql_store: SqlStore) -> None:
    with sql_store.engine.connect() as connection:
        with connection.begin() as transaction:
            assert take(connection, "event", 5) == 1
            transaction.rollback()
        with connection.begin():
            assert take(connection, "event", 5) == 1
            assert take(connection, "event", 0) == 6
            assert take(connection, "event", 1) == 6
