"""Brings a database to the tables of this version when it is opened."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from warroom.model.errors import ConflictError
from warroom.store.engine import begin_as_writer

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x776172726F6F6D  # "warroom" as a number


def migrate(engine: Engine) -> None:
    """Raises ConflictError when the database is of a newer version than this program."""
    known = sorted(path.stem[1:5] for path in (_MIGRATIONS / "versions").glob("r*.py"))
    with engine.begin() as connection:
        _wait_for_others(connection)
        current = _revision(connection)
        if current == known[-1]:
            return
        if current is not None and current not in known:
            raise ConflictError(
                f"The database {engine.url.render_as_string()} was made by a newer version of warroom (its tables are "
                f"at {current}); start that version, or name another database."
            )
        _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    # Alembic takes 9 MB and a tenth of a second; most openings have nothing to bring up.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _wait_for_others(connection: Connection) -> None:
    """Several workers may start at once."""
    begin_as_writer(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
