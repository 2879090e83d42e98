"""The incident queue: owners and counts by index, and full-text search."""

import json

import sqlalchemy as sa
from alembic import op

from warroom.services.ports.search import text_of
from warroom.store.search import SQLITE_INDEX, SQLITE_TRIGGERS

revision = "0004"
down_revision = "0003"

INCIDENT = sa.table("incident", *(sa.column(name) for name in ("number", "name", "type", "mirror_id", "body", "owner")))
WORDS = sa.table("incident_words", sa.column("number"), sa.column("words"))
CHUNK = 500


def upgrade() -> None:
    op.add_column("incident", sa.Column("owner", sa.Text(), nullable=True))
    op.create_index("incident_facets", "incident", ["type", "status", "severity", "owner"], unique=False)
    op.create_index("incident_severity", "incident", ["severity", "number"], unique=False)
    op.create_table(
        "incident_words",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in (SQLITE_INDEX, *SQLITE_TRIGGERS):
            op.execute(statement)
    _fill()


def _fill() -> None:
    """Take owner and words out of the bodies; those that lie outside of the row are found by their name only."""
    connection = op.get_bind()
    last = -1
    while rows := connection.execute(
        sa.select(INCIDENT).where(INCIDENT.c.number > last).order_by(INCIDENT.c.number).limit(CHUNK)
    ).all():
        for number, name, kind, mirror, text, _ in rows:
            body = json.loads(text) if text else {}
            owner = str(body.get("owner") or "")
            fields = json.dumps(body.get("custom_fields") or {}, ensure_ascii=False)
            words = text_of([str(number), name, mirror or "", kind, owner, fields, str(body.get("details") or "")])
            plain = words.encode("utf-8", "replace").decode()
            connection.execute(sa.insert(WORDS).values(number=number, words=plain))
            connection.execute(sa.update(INCIDENT).where(INCIDENT.c.number == number).values(owner=owner))
        last = rows[-1][0]
