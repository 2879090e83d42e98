"""Intents can be searched by command and actor, newest first."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = ("work_plan", "key", "attempt")
INTENT = sa.table("intent", *(sa.column(name) for name in (*KEY, "body", "command", "actor")))


def upgrade() -> None:
    for name in ("command", "actor"):
        op.add_column("intent", sa.Column(name, sa.Text(), nullable=True))
    op.create_index("intent_began", "intent", ["began", *KEY], unique=False)
    _fill()


def _fill() -> None:
    """Take the command out of the body; until now only playbooks were on record."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(*(INTENT.c[name] for name in KEY), INTENT.c.body)).all()
    for *key, body in rows:
        same = [INTENT.c[name] == value for name, value in zip(KEY, key, strict=True)]
        command = json.loads(body)["command"]
        connection.execute(sa.update(INTENT).where(*same).values(command=command, actor="DBot"))
