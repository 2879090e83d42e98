"""A record of another system is one incident of the instance itself, not of whichever has its name."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0009"

_NAMED = sa.text("mirror_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("incident", sa.Column("mirror_source", sa.Text()))
    # Which instance it was is in the body, and not in all: its name stands for it until the incident is written again.
    op.execute("UPDATE incident SET mirror_source = mirror_instance")
    op.drop_index("incident_mirror", table_name="incident")
    op.create_index(
        "incident_mirror",
        "incident",
        ["mirror_source", "mirror_id"],
        unique=True,
        sqlite_where=_NAMED,
        postgresql_where=_NAMED,
    )
