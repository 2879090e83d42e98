"""War Room entries as rows."""

from sqlalchemy import bindparam, select

from warroom.model.entry import Entry
from warroom.model.errors import NotFoundError
from warroom.model.ids import EntryId, IncidentId, entry_id, incident_of
from warroom.services.ports.store import EntryQuery
from warroom.store import kinds
from warroom.store.body import INTEGER_LIMIT, Large, incident_number, pack
from warroom.store.reader import Rows
from warroom.store.sql import Row, Upsert
from warroom.store.tables import ENTRY

SAVE = Upsert(table=ENTRY)

_COLUMNS = (ENTRY.c.incident, ENTRY.c.number, ENTRY.c.body, ENTRY.c.blob)
_ONE = select(*_COLUMNS).where(ENTRY.c.incident == bindparam("incident"), ENTRY.c.number == bindparam("number"))
_AFTER = (
    select(*_COLUMNS)
    .where(ENTRY.c.incident == bindparam("incident"), ENTRY.c.number > bindparam("after"))
    .order_by(ENTRY.c.number)
    .limit(bindparam("most"))
)
_BEHIND = (
    select(*_COLUMNS)
    .where(
        ENTRY.c.incident == bindparam("incident"),
        ENTRY.c.number > bindparam("after"),
        ENTRY.c.number < bindparam("before"),
    )
    .order_by(ENTRY.c.number)
    .limit(bindparam("most"))
)
_LAST = (
    select(*_COLUMNS)
    .where(ENTRY.c.incident == bindparam("incident"), ENTRY.c.number < bindparam("before"))
    .order_by(ENTRY.c.number.desc())
    .limit(bindparam("most"))
)
_PAGE = 500
_FILES = select(*_COLUMNS).where(ENTRY.c.file.is_not(None)).order_by(ENTRY.c.incident, ENTRY.c.number)
_FILES_OF = _FILES.where(ENTRY.c.incident == bindparam("incident"))


def row_of(entry: Entry, large: Large) -> Row:
    body = pack(kinds.ENTRY, entry, f"Entry {entry.id}", large)
    return (incident_number(entry.incident), number_of(entry.id), entry.file and entry.file.sha256, *body)


def number_of(entry: EntryId) -> int:
    """An entry's number in its incident.

    >>> number_of(EntryId("4@17"))
    4
    """
    number, _, incident = entry.partition("@")
    if incident and number.isascii() and number.isdigit() and int(number) < INTEGER_LIMIT:
        return int(number)
    raise NotFoundError(f"There is no entry {entry!r}: an entry's id looks like 4@17.")


def entry_from(row: Row, db: Rows) -> Entry:
    incident, number, text, blob = row
    home = IncidentId(str(incident))
    return db.read(kinds.ENTRY, text, blob, id=entry_id(number, home), incident=home)


def by_id(db: Rows, entry: EntryId) -> Entry:
    rows = db.of(_ONE, number=number_of(entry), incident=incident_number(incident_of(entry)))
    if not rows:
        raise NotFoundError(f"There is no entry {entry}.")
    return entry_from(rows[0], db)


def of_incident(db: Rows, incident: IncidentId, after: int, limit: int) -> list[Entry]:
    rows = db.of(_AFTER, incident=incident_number(incident), after=after, most=limit)
    return [entry_from(row, db) for row in rows]


def wanted(db: Rows, query: EntryQuery) -> list[Entry]:
    """Read the entries page by page until enough of them match the query."""
    found: list[Entry] = []
    most = INTEGER_LIMIT - 1
    low, high = min(query.after or 0, most), most if query.before is None else min(query.before, most)
    size = query.limit if query.kind is None else _PAGE
    while len(found) < query.limit:
        page = _page(db, query, low, high, size)
        found += [entry for entry in page if query.wants(entry)]
        if len(page) < size:
            break
        low, high = (low, number_of(page[-1].id)) if query.after is None else (number_of(page[-1].id), high)
    chosen = found[: query.limit]
    return chosen[::-1] if query.after is None else chosen


def _page(db: Rows, query: EntryQuery, low: int, high: int, size: int) -> list[Entry]:
    incident = incident_number(query.incident)
    if query.after is None:
        rows = db.of(_LAST, incident=incident, before=high, most=size)
    else:
        rows = db.of(_BEHIND, incident=incident, after=low, before=high, most=size)
    return [entry_from(row, db) for row in rows]


def files(db: Rows, incident: IncidentId | None) -> list[Entry]:
    rows = db.of(_FILES) if incident is None else db.of(_FILES_OF, incident=incident_number(incident))
    return [entry_from(row, db) for row in rows]
