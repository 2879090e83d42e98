from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from warroom.model.errors import InvalidInputError
from warroom.store.engine import begin_as_writer, flush_to_disk, reading_engine, writing_engine


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar_one()


@pytest.mark.parametrize("make", [writing_engine, reading_engine])
def test_sqlite_logs_ahead_and_waits_for_others(make: Callable[[str], Engine], sqlite_url: str) -> None:
    engine = make(sqlite_url)
    found = {name: pragma(engine, name) for name in ("journal_mode", "synchronous", "busy_timeout")}
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 30_000}


@pytest.mark.parametrize("make", [writing_engine, reading_engine])
def test_a_file_that_is_no_database_is_named(make: Callable[[str], Engine], tmp_path: Path) -> None:
    spoilt = tmp_path / "warroom.db"
    spoilt.write_text("junk" * 300, encoding="utf-8")
    engine = make(f"sqlite:///{spoilt}")
    with pytest.raises(InvalidInputError, match=f"{spoilt} is no SQLite database"):
        engine.connect()
    engine.dispose()


def test_who_begins_as_a_writer_keeps_others_out(sqlite_url: str) -> None:
    first, second = writing_engine(sqlite_url), writing_engine(sqlite_url, busy_seconds=0)
    with first.begin() as connection, second.begin() as other:
        begin_as_writer(connection)
        with pytest.raises(OperationalError, match="locked"):
            begin_as_writer(other)
    first.dispose()
    second.dispose()


def test_a_change_without_further_words_is_a_transaction(sqlite_url: str) -> None:
    engine = writing_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        transaction.rollback()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
    engine.dispose()


def test_a_durable_commit_is_flushed_and_the_next_one_is_not(sqlite_url: str) -> None:
    engine = writing_engine(sqlite_url)
    seen = []
    for durable in (True, True, False):
        with engine.connect() as connection:
            flush_to_disk(connection, durable=durable)
            seen.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
    engine.dispose()
    assert seen == [2, 2, 1]


def test_the_queue_may_ask_an_old_sqlite_for_milliseconds(sqlite_url: str) -> None:
    engine = writing_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (at INTEGER DEFAULT (unixepoch('subsec') * 1000), n INTEGER)"))
        for number in range(50):
            connection.execute(text("INSERT INTO t (n) VALUES (:n)"), {"n": number})
        kinds = connection.execute(text("SELECT DISTINCT typeof(at) FROM t")).scalars().all()
        at = connection.execute(text("SELECT max(at) FROM t")).scalar_one()
    engine.dispose()
    assert kinds == ["integer"]
    assert at > 1_700_000_000_000


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/x", "mysql is not supported; take sqlite or postgresql"),
        ("not a url", "cannot be read; write sqlite:///PATH"),
        ("sqlite://", "names no file"),
    ],
)
def test_a_wrong_url_is_answered_in_a_sentence(url: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        writing_engine(url)


def test_a_wrong_url_does_not_show_its_password() -> None:
    with pytest.raises(InvalidInputError) as refused:
        writing_engine("mysql://ada:hunter2@localhost/x")
    assert "hunter2" not in str(refused.value)
