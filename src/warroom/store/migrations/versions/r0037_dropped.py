"""Records that pre-process rules dropped, beside those that could not be taken; small ones have their text there."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    for name in ("text", "rule", "remote"):
        op.add_column("set_aside", sa.Column(name, sa.Text()))
    op.create_index("set_aside_dropped", "set_aside", ["instance", "remote"])
