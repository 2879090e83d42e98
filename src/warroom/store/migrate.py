"""Brings a database to the tables of this version when it is opened."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from warroom.model.errors import ConflictError
from warroom.store.engine import begin_as_writer

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x776172726F6F6D  # "warroom" as a number


def migrate(engine: Engine) -> None:
    """Raises ConflictError when the database is of a newer version than this program."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        _wait_for_others(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == script.get_current_head():
            return
        known = {revision.revision for revision in script.walk_revisions()}
        if current is not None and current not in known:
            raise ConflictError(
                f"The database {engine.url.render_as_string()} was made by a newer version of warroom (its tables are "
                f"at {current}); start that version, or name another database."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _wait_for_others(connection: Connection) -> None:
    """Several workers may start at once."""
    begin_as_writer(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
