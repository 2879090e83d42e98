"""Alembic starts here; the connection, and its transaction, come from `warroom.store.migrate`."""

from alembic import context

from warroom.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
