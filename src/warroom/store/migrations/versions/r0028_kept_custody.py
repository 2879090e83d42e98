"""What a checkpoint of the log has kept: custody stays when old events go, and that some of it is gone is found."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("checkpoint", sa.Column("kept", sa.Text()))
