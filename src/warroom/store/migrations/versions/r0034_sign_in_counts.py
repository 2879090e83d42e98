"""Counts of wrong passwords, by where they came from."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0029"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sign_in_count",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("last", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("turned_away", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("origin"),
    )
