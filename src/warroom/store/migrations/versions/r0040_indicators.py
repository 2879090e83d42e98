"""Indicators, the incidents in which they were seen, and values that are never made into any."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "indicator",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("created", big, nullable=False),
        sa.Column("seen", big, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("indicator_folded", "indicator", ["folded"])
    op.create_index("indicator_created", "indicator", ["created", "id"])
    op.create_index("indicator_seen", "indicator", ["seen", "id"])
    op.create_table(
        "indicator_incident",
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("indicator", "incident"),
    )
    op.create_index("indicator_incident_incident", "indicator_incident", ["incident", "indicator"])
    _exclusions(big)


def _exclusions(big: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "indicator_exclusion",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", big, nullable=False),
        sa.PrimaryKeyConstraint("folded", "type"),
    )
