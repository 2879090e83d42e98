from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, bindparam, create_engine, select, update

from warroom.store.sql import LARGE, SMALL, Lookup, Upsert, chunked, run

THING = Table(
    "thing",
    MetaData(),
    Column("room", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text),
    Column("seen", Integer),
)
ALL = select(THING).order_by(THING.c.room, THING.c.number)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        THING.create(connection)
        yield connection
    engine.dispose()


def test_rows_are_inserted_and_replaced_by_key(connection: Connection) -> None:
    save = Upsert(table=THING)
    save.write(connection, [(1, 1, "a", 0), (1, 2, "b", 0)])
    save.write(connection, [(1, 2, "new", 1), (2, 2, "c", 0)])
    assert run(connection, ALL) == [(1, 1, "a", 0), (1, 2, "new", 1), (2, 2, "c", 0)]


def test_of_several_rows_with_one_key_the_last_counts(connection: Connection) -> None:
    Upsert(table=THING).write(connection, [(1, 1, "a", 0), (1, 2, "b", 0), (1, 1, "last", 9)])
    assert run(connection, ALL) == [(1, 1, "last", 9), (1, 2, "b", 0)]


def test_a_kept_column_is_not_overwritten(connection: Connection) -> None:
    save = Upsert(table=THING, kept={"seen": "thing.seen + 1"})
    for name in ("a", "b", "c"):
        save.write(connection, [(1, 1, name, 0)])
    assert run(connection, ALL) == [(1, 1, "c", 2)]


def test_ignoring_leaves_what_is_there(connection: Connection) -> None:
    save = Upsert(table=THING, ignore=True)
    save.write(connection, [(1, 1, "first", 0)])
    save.write(connection, [(1, 1, "second", 0), (1, 2, "new", 0)])
    assert run(connection, ALL) == [(1, 1, "first", 0), (1, 2, "new", 0)]


@pytest.mark.parametrize("count", [0, 1, 7, 300])
def test_any_number_of_rows_is_written_and_looked_up(connection: Connection, count: int) -> None:
    rows = [(1, number, "x", 0) for number in range(count)]
    Upsert(table=THING).write(connection, rows)
    found = Lookup(start="SELECT number FROM thing WHERE room = ? AND number").rows(connection, range(count), 1)
    assert sorted(found) == [(number,) for number in range(count)]
    assert list(Lookup(start="SELECT number FROM thing WHERE room = ? AND number").rows(connection, [1], 2)) == []


def test_chunks_lose_nothing_and_have_prepared_sizes() -> None:
    for count in range(400):
        chunks = list(chunked(range(count)))
        assert [value for chunk in chunks for value in chunk] == list(range(count))
        sizes = {len(chunk) for chunk in chunks if len(chunk) > SMALL}
        assert sizes <= {2 * SMALL, 4 * SMALL, LARGE}


def test_a_statement_runs_with_its_own_constants_and_the_given_values(connection: Connection) -> None:
    Upsert(table=THING).write(connection, [(1, 1, "a", 0), (1, 2, "b", 0)])
    rename = update(THING).where(THING.c.number == bindparam("which"), THING.c.room == 1).values(name="done")
    assert run(connection, rename, which=2) == []
    assert run(connection, select(THING.c.number).where(THING.c.name == "done")) == [(2,)]
