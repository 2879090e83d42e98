from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from warroom.durable.presence import Alone, Shared, presence

SILENCE = 60.0


def test_alone_every_other_is_gone() -> None:
    alone = Alone()
    alone.announce("me")
    with alone.gone() as gone:
        assert (gone("me"), gone("other")) == (False, True)


def test_alone_after_leaving_i_am_gone_too() -> None:
    alone = Alone()
    alone.announce("me")
    alone.leave("me")
    with alone.gone() as gone:
        assert gone("me")


def test_sqlite_belongs_to_one_process(sqlite: Engine) -> None:
    assert not presence(sqlite, 20).shared


@pytest.fixture
def shared(shared_postgres: Engine) -> Iterator[Shared]:
    made = presence(shared_postgres, SILENCE)
    assert isinstance(made, Shared)
    yield made
    with shared_postgres.begin() as connection:
        connection.execute(text("TRUNCATE dbos.leg_executor"))


@pytest.mark.postgres
def test_who_never_spoke_is_gone(shared: Shared) -> None:
    shared.announce("me")
    with shared.gone() as gone:
        assert (gone("me"), gone("other")) == (False, True)


@pytest.mark.postgres
def test_who_left_is_gone_at_once(shared: Shared) -> None:
    shared.announce("me")
    shared.announce("other")
    shared.leave("other")
    with shared.gone() as gone:
        assert (gone("me"), gone("other")) == (False, True)


@pytest.mark.postgres
def test_who_was_silent_for_too_long_is_gone_and_who_speaks_again_is_not(
    shared: Shared, shared_postgres: Engine
) -> None:
    shared.announce("me")
    shared.announce("other")
    with shared_postgres.begin() as connection:  # the time is the database's: let it have passed
        connection.execute(text(f"UPDATE dbos.leg_executor SET seen = seen - interval '{SILENCE + 1} seconds'"))
    shared.announce("me")
    with shared.gone() as gone:
        assert (gone("me"), gone("other")) == (False, True)


@pytest.mark.postgres
def test_one_process_at_a_time_hears_who_is_gone(shared: Shared, shared_postgres: Engine) -> None:
    other = presence(shared_postgres, SILENCE)
    with shared.gone() as gone, other.gone() as gone_to_other:
        assert gone("dead")
        assert not gone_to_other("dead")
    with other.gone() as gone:
        assert gone("dead")
