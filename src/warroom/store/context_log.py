"""An incident's context as rows: patches, and a snapshot now and then."""

from sqlalchemy import bindparam, select

from warroom.model.context import ContextPatch
from warroom.model.ids import IncidentId
from warroom.services.ports.store import ContextLog, Snapshot
from warroom.store import kinds
from warroom.store.body import Body, Large, incident_number, pack
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import CONTEXT_PATCH, CONTEXT_SNAPSHOT

SAVE_PATCH = Upsert(table=CONTEXT_PATCH)
_NEWER = "CASE WHEN excluded.sequence > context_snapshot.sequence THEN excluded.{0} ELSE context_snapshot.{0} END"
SAVE_SNAPSHOT = Upsert(
    table=CONTEXT_SNAPSHOT, kept={name: _NEWER.format(name) for name in ("sequence", "body", "blob")}
)

_SNAPSHOT = select(CONTEXT_SNAPSHOT.c.sequence, CONTEXT_SNAPSHOT.c.body, CONTEXT_SNAPSHOT.c.blob).where(
    CONTEXT_SNAPSHOT.c.incident == bindparam("incident"), CONTEXT_SNAPSHOT.c.sequence > bindparam("after")
)
_PATCHES = (
    select(CONTEXT_PATCH.c.sequence, CONTEXT_PATCH.c.body, CONTEXT_PATCH.c.blob)
    .where(CONTEXT_PATCH.c.incident == bindparam("incident"), CONTEXT_PATCH.c.sequence > bindparam("after"))
    .order_by(CONTEXT_PATCH.c.sequence)
)


def patch_body(patch: ContextPatch, large: Large) -> tuple[int, Body]:
    """The patch's row but for its sequence, which is given inside of the transaction."""
    what = f"A context patch of incident {patch.incident}"
    return incident_number(patch.incident), pack(kinds.PATCH, patch, what, large)


def snapshot_row(snapshot: Snapshot, large: Large) -> Row:
    body = pack(kinds.SNAPSHOT, snapshot, f"The context of incident {snapshot.incident}", large)
    return (incident_number(snapshot.incident), snapshot.sequence, *body)


def of_incident(db: Rows, incident: IncidentId, after: int) -> ContextLog:
    number = incident_number(incident)
    snapshot = None
    for sequence, text, blob in db.of(_SNAPSHOT, incident=number, after=after):
        snapshot = db.read(kinds.SNAPSHOT, text, blob, incident=incident, sequence=sequence)
    start = snapshot.sequence if snapshot else after
    rows = db.of(_PATCHES, incident=number, after=start)
    return ContextLog(snapshot=snapshot, patches=tuple((row[0], _patch_from(row, incident, db)) for row in rows))


def _patch_from(row: Row, incident: IncidentId, db: Rows) -> ContextPatch:
    _, text, blob = row
    return db.read(kinds.PATCH, text, blob, incident=incident)
