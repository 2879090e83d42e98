"""A typed command is a value of its plan; until now a text was kept for each that was ever typed."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# How the text of a typed command began: a playbook's own, even one that is JSON, is as its author wrote it.
TYPED_TEXT = (
    '{"id": "!%", "name": "!%", "starttaskid": "0", "tasks": {"0": {"id": "0", "nexttasks": {"#none#": ["1"]}, '
    '"task": {"id": "0", "name": ""}, "taskid": "0", "type": "start"}, "1": {"id": "1", "nexttasks": {}, '
    '"scriptarguments": {%'
)
TYPED_PLAN = '%"name":"!%'

_PLAN = sa.table("work_plan", sa.column("id"), sa.column("body"), sa.column("blob"))
_CONTENT = sa.table("content", sa.column("sha256"), sa.column("text"))


def upgrade() -> None:
    connection = op.get_bind()
    typed = sa.select(_CONTENT.c.sha256, _CONTENT.c.text).where(_CONTENT.c.text.like(TYPED_TEXT))
    texts = {row.sha256: row.text for row in connection.execute(typed)}
    for plan, body in connection.execute(
        sa.select(_PLAN.c.id, _PLAN.c.body).where(_PLAN.c.body.like(TYPED_PLAN))
    ).all():
        value = json.loads(body)
        if text := texts.get(value["frame"]["content"]):
            value |= {"kind": "command", "command": _command(json.loads(text))}
            value["frame"]["content"] = ""
            connection.execute(
                _PLAN.update().where(_PLAN.c.id == plan).values(body=json.dumps(value, separators=(",", ":")))
            )
    # A body of more than 64 KiB lies outside of the database: its command is still read from the text.
    if not connection.execute(sa.select(_PLAN.c.id).where(_PLAN.c.blob.is_not(None)).limit(1)).all():
        connection.execute(_CONTENT.delete().where(_CONTENT.c.text.like(TYPED_TEXT)))


def _command(playbook: dict[str, Any]) -> dict[str, Any]:
    args = {name: value["simple"] for name, value in playbook["tasks"]["1"]["scriptarguments"].items()}
    return {"name": playbook["name"].removeprefix("!"), "args": args}
