"""Whether an instance's fetch is under way, and how often in a row its process died over it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("fetch_state", sa.Column("begun", BIG))
    op.add_column("fetch_state", sa.Column("deaths", sa.Integer()))
