"""The first tables: incidents, entries, context, work plans, instances and the event log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _incidents()
    _context()
    _plans()
    _instances()
    _log()


def _incidents() -> None:
    op.create_table(
        "entry",
        sa.Column("incident", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("incident", "number"),
    )
    op.create_index(
        "entry_file",
        "entry",
        ["incident", "number"],
        unique=False,
        sqlite_where=sa.text("file IS NOT NULL"),
        postgresql_where=sa.text("file IS NOT NULL"),
    )
    op.create_table(
        "incident",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("severity", sa.Float(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("mirror_instance", sa.Text(), nullable=True),
        sa.Column("mirror_id", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(
        "incident_mirror",
        "incident",
        ["mirror_instance", "mirror_id"],
        unique=True,
        sqlite_where=sa.text("mirror_id IS NOT NULL"),
        postgresql_where=sa.text("mirror_id IS NOT NULL"),
    )


def _context() -> None:
    op.create_table(
        "content",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "context_patch",
        sa.Column("sequence", BIG, autoincrement=False, nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("context_patch_incident", "context_patch", ["incident", "sequence"], unique=False)
    op.create_table(
        "context_snapshot",
        sa.Column("incident", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("incident"),
    )


def _plans() -> None:
    op.create_table(
        "answer",
        sa.Column("work_plan", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("work_plan", "key", "attempt"),
    )
    op.create_table(
        "intent",
        sa.Column("work_plan", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("work_plan", "key", "attempt"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "task",
        sa.Column("work_plan", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", BIG, nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("work_plan", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "task_asked",
        "task",
        ["asked"],
        unique=False,
        sqlite_where=sa.text("asked IS NOT NULL"),
        postgresql_where=sa.text("asked IS NOT NULL"),
    )
    op.create_table(
        "work_plan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("signal", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("heartbeat", BIG, nullable=True),
        sa.Column("created", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("work_plan_incident", "work_plan", ["incident"], unique=False)
    op.create_index("work_plan_state", "work_plan", ["state", "heartbeat"], unique=False)


def _instances() -> None:
    op.create_table(
        "instance",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "integration_context",
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("instance"),
    )
    op.create_table(
        "last_run",
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("instance"),
    )


def _log() -> None:
    counter = op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "event",
        sa.Column("sequence", BIG, autoincrement=False, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    # Writers queue up at the row of "event", so it must be there from the start.
    op.bulk_insert(counter, [{"name": name, "value": 0} for name in ("event", "patch", "incident")])
