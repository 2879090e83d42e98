"""Which events tell of pauses: the audit shows them, and they are few among many."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

IS_HALT = sa.text("kind = 'halt'")


def upgrade() -> None:
    op.create_index("event_halt", "event", ["sequence"], sqlite_where=IS_HALT, postgresql_where=IS_HALT)
