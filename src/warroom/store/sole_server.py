"""One server to a database: until several are offered, a second one is refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from warroom.model.errors import ConflictError
from warroom.store.turns import take_turn

NAME = "the server"


@contextmanager
def sole_server(engine: Engine) -> Iterator[None]:
    """Keep other servers off a PostgreSQL while the context lasts; with SQLite the data folder's lock does.

    Raises ConflictError when one serves it. The database lets go of one that has died, at the latest a minute after
    its machine has gone.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    connection = take_turn(engine, NAME)
    if connection is None:
        raise ConflictError(
            "Another server works on this database, and several are not offered yet. End that one first, or name"
            " another database with WARROOM_DATABASE_URL."
        )
    try:
        yield
    finally:
        connection.close()
