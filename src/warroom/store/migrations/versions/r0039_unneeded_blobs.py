"""Which blobs a deleted or changed row has left, noted in the same transaction; what rules dropped, in its order."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

_BODIES = ("incident", "entry", "context_patch", "context_snapshot", "work_plan", "task")
_NOTE = "INSERT INTO unneeded_blob (sha256) VALUES (OLD.{column}) ON CONFLICT (sha256) DO UPDATE SET seen = NULL;"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table("unneeded_blob", sa.Column("sha256", sa.Text(), primary_key=True), sa.Column("seen", big))
    for table in _BODIES:
        _index(f"{table}_blob", table, ["blob"], "blob IS NOT NULL")
        _watch(table, "blob", "OLD.blob IS NOT NULL", "(NEW.blob IS NULL OR NEW.blob <> OLD.blob)")
    _index("set_aside_newest", "set_aside", ["at", "id"], "rule IS NOT NULL")
    _index("set_aside_blob", "set_aside", ["record"], "text IS NULL")
    _watch("set_aside", "record", "OLD.text IS NULL", "(NEW.text IS NOT NULL OR NEW.record <> OLD.record)")


def _index(name: str, table: str, columns: Sequence[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _watch(table: str, column: str, had: str, lost: str) -> None:
    """Note the blob of a row that is deleted, or that has another body now."""
    note = _NOTE.format(column=column)
    if is_postgres := op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION note_blob_of_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {note} RETURN NULL; END $$"
        )
    body = f"EXECUTE FUNCTION note_blob_of_{table}()" if is_postgres else f"BEGIN {note} END"
    for name, event, when in (("deleted", "DELETE", had), ("changed", "UPDATE", f"{had} AND {lost}")):
        op.execute(f"CREATE TRIGGER {table}_blob_{name} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) {body}")
