"""Which message a thing was told in, and to which address: in a storm, many go together."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("message", sa.Text()))
    op.add_column("delivery", sa.Column("address", sa.Text()))
