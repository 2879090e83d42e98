"""One lease for each worker, in place of a heartbeat on each plan and of the queue's own list of processes."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "worker_lease",
        sa.Column("worker", sa.Text(), primary_key=True),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
    )
    op.drop_index("work_plan_state", "work_plan")
    op.drop_column("work_plan", "heartbeat")
    op.create_index("work_plan_state", "work_plan", ["state"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE IF EXISTS dbos.leg_executor")
