"""A long queue: narrow indexes in its orders, and full-text search by how words begin."""

from alembic import op

from warroom.store.search import POSTGRES_INDEX, SQLITE_INDEX

revision = "0005"
down_revision = "0004"

FILTERED = ("status", "type", "owner")


def upgrade() -> None:
    op.create_index("incident_newest", "incident", ["number", "severity", *FILTERED], unique=False)
    op.drop_index("incident_severity", "incident")
    op.create_index("incident_severity", "incident", ["severity", "number", *FILTERED], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE incident_search")
        op.execute(SQLITE_INDEX)
        op.execute("INSERT INTO incident_search (incident_search) VALUES ('rebuild')")
    else:
        for statement in POSTGRES_INDEX:
            op.execute(statement)
