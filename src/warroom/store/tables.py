"""The tables. Columns are what is searched or counted; all the rest of a value is its `body`, as JSON.

A body is `[version, fields]`; a bare object is one of before bodies had a version (see store/upgrades.py).
`blob` is set instead of `body` when the JSON is larger than 64 KiB: it is the SHA-256 of the bytes in the blob store.
Times are microseconds since 1970, in UTC.
"""

from sqlalchemy import BigInteger, Column, DateTime, Float, Index, Integer, MetaData, Table, Text, text

METADATA = MetaData()

# SQLite numbers rows by itself only where the type is INTEGER, which holds 64 bits there.
Big = BigInteger().with_variant(Integer(), "sqlite")

INCIDENT = Table(
    "incident",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the name in lower case, to search in
    Column("type", Text, nullable=False),
    Column("severity", Float, nullable=False),
    Column("status", Integer, nullable=False),
    Column("mirror_instance", Text),
    Column("mirror_id", Text),
    Column("body", Text),
    Column("blob", Text),
    Column("owner", Text),
    Column("mirror_source", Text),  # the instance's id, or its name where the id is not known
)
Index("incident_facets", INCIDENT.c.type, INCIDENT.c.status, INCIDENT.c.severity, INCIDENT.c.owner)
# The queue's sort orders with its filters: finding a page reads no body.
_NARROWED_BY = (INCIDENT.c.status, INCIDENT.c.type, INCIDENT.c.owner)
Index("incident_newest", INCIDENT.c.number, INCIDENT.c.severity, *_NARROWED_BY)
Index("incident_severity", INCIDENT.c.severity, INCIDENT.c.number, *_NARROWED_BY)
Index(
    "incident_mirror",
    INCIDENT.c.mirror_source,
    INCIDENT.c.mirror_id,
    unique=True,
    sqlite_where=text("mirror_id IS NOT NULL"),
    postgresql_where=text("mirror_id IS NOT NULL"),
)

INCIDENT_WORDS = Table(
    "incident_words",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("words", Text, nullable=False),  # what full-text search looks in, see store/search.py
)

ENTRY = Table(
    "entry",
    METADATA,
    Column("incident", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("file", Text),  # SHA-256
    Column("body", Text),
    Column("blob", Text),
)
Index(
    "entry_file",
    ENTRY.c.incident,
    ENTRY.c.number,
    sqlite_where=text("file IS NOT NULL"),
    postgresql_where=text("file IS NOT NULL"),
)

CONTEXT_PATCH = Table(
    "context_patch",
    METADATA,
    Column("sequence", Big, primary_key=True, autoincrement=False),
    Column("incident", Integer, nullable=False),
    Column("body", Text),
    Column("blob", Text),
)
Index("context_patch_incident", CONTEXT_PATCH.c.incident, CONTEXT_PATCH.c.sequence)

CONTEXT_SNAPSHOT = Table(
    "context_snapshot",
    METADATA,
    Column("incident", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Big, nullable=False),
    Column("body", Text),
    Column("blob", Text),
)

WORK_PLAN = Table(
    "work_plan",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("incident", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("signal", Integer, nullable=False),
    Column("worker", Text),
    Column("created", Big, nullable=False),
    Column("body", Text),
    Column("blob", Text),
)
Index("work_plan_incident", WORK_PLAN.c.incident)
Index("work_plan_state", WORK_PLAN.c.state)

WORKER_LEASE = Table(
    "worker_lease",
    METADATA,
    Column("worker", Text, primary_key=True),
    Column("seen", DateTime(timezone=True), nullable=False),
)

TASK = Table(
    "task",
    METADATA,
    Column("work_plan", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("asked", Big),  # since when a person is waited for
    Column("body", Text),
    Column("blob", Text),
    sqlite_with_rowid=False,
)
Index(
    "task_asked",
    TASK.c.asked,
    sqlite_where=text("asked IS NOT NULL"),
    postgresql_where=text("asked IS NOT NULL"),
)

for _with_blob in (INCIDENT, ENTRY, CONTEXT_PATCH, CONTEXT_SNAPSHOT, WORK_PLAN, TASK):
    Index(
        f"{_with_blob.name}_blob",
        _with_blob.c.blob,
        sqlite_where=text("blob IS NOT NULL"),
        postgresql_where=text("blob IS NOT NULL"),
    )

INTENT = Table(
    "intent",
    METADATA,
    Column("work_plan", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("began", Big, nullable=False),
    Column("body", Text, nullable=False),
    Column("command", Text),
    Column("actor", Text),
    sqlite_with_rowid=False,
)
Index("intent_began", INTENT.c.began, INTENT.c.work_plan, INTENT.c.key, INTENT.c.attempt)

ANSWER = Table(
    "answer",
    METADATA,
    Column("work_plan", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("at", Big, nullable=False),
    Column("body", Text, nullable=False),
)

INSTANCE = Table(
    "instance",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("sealed", Text, nullable=False),  # the secrets, encrypted
)

LAST_RUN = Table(
    "last_run",
    METADATA,
    Column("instance", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

INTEGRATION_CONTEXT = Table(
    "integration_context",
    METADATA,
    Column("instance", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

MIRROR_RECORD = Table(
    "mirror_record",
    METADATA,
    Column("incident", Integer, primary_key=True, autoincrement=False),
    Column("instance", Text, nullable=False),  # its name
    Column("due", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
Index("mirror_record_instance", MIRROR_RECORD.c.instance, MIRROR_RECORD.c.incident)

MIRROR_RUN = Table(
    "mirror_run",
    METADATA,
    Column("instance", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

FETCH_STATE = Table(
    "fetch_state",
    METADATA,
    Column("instance", Text, primary_key=True),
    Column("since", Big, nullable=False),
    Column("brought", Big),
    Column("failing_since", Big),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("begun", Big),
    Column("deaths", Integer),
)

SET_ASIDE = Table(
    "set_aside",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("instance", Text, nullable=False),
    Column("instance_name", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Big, nullable=False),
    Column("size", Big, nullable=False),
    Column("record", Text, nullable=False),  # SHA-256 of its text in the blob store
    Column("text", Text),  # its text as JSON, if it is small; else it is a blob
    Column("rule", Text),  # which dropped it; else it could not be taken
    Column("remote", Text),
    Index("set_aside_dropped", "instance", "remote"),
)
Index(
    "set_aside_newest",
    SET_ASIDE.c.at,
    SET_ASIDE.c.id,
    sqlite_where=text("rule IS NOT NULL"),
    postgresql_where=text("rule IS NOT NULL"),
)
Index(
    "set_aside_blob",
    SET_ASIDE.c.record,
    sqlite_where=text("text IS NULL"),
    postgresql_where=text("text IS NULL"),
)

LINKED = Table(
    "linked",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("remote", Text, primary_key=True),
    Column("incident", Integer, nullable=False),
    Column("at", Big, nullable=False),
)

STORM_KEY = Table(
    "storm_key",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("incident", Integer, nullable=False),
    Column("at", Big, nullable=False),
)

CONTENT = Table(
    "content",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

LIST = Table(
    "list",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

ACCOUNT = Table(
    "account",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("created", Big, nullable=False),
    Column("body", Text, nullable=False),
)

ACCOUNT_SESSION = Table(
    "account_session",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("created", Big, nullable=False),
    Column("expires", Big, nullable=False),
    Column("last_seen", Big, nullable=False),
    Column("body", Text, nullable=False),
)
Index("account_session_account", ACCOUNT_SESSION.c.account)

API_KEY = Table(
    "api_key",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("created", Big, nullable=False),
    Column("body", Text, nullable=False),
)
Index("api_key_hash", API_KEY.c.hash, unique=True)

SETUP_TOKEN = Table(
    "setup_token",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("expires", Big, nullable=False),
)

KEPT_REPLY = Table(
    "kept_reply",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("at", Big, nullable=False),
    Column("sealed", Text, nullable=False),
)
Index("kept_reply_at", KEPT_REPLY.c.at)

DELIVERY = Table(
    "delivery",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", Big, nullable=False),
    Column("error", Text, nullable=False),
    Column("message", Text),
    Column("address", Text),
)

HALT = Table(
    "halt",
    METADATA,
    Column("instance", Text, primary_key=True),
    Column("instance_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("since", Big, nullable=False),
)

EVENT = Table(
    "event",
    METADATA,
    Column("sequence", Big, primary_key=True, autoincrement=False),
    Column("at", Big, nullable=False),
    Column("incident", Integer),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("body", Text, nullable=False),
)
Index(
    "event_evidence",
    EVENT.c.incident,
    EVENT.c.sequence,
    sqlite_where=text("kind = 'evidence'"),
    postgresql_where=text("kind = 'evidence'"),
)
Index(
    "event_halt",
    EVENT.c.sequence,
    sqlite_where=text("kind = 'halt'"),
    postgresql_where=text("kind = 'halt'"),
)

SEAL = Table(
    "seal",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("first", Big, nullable=False),  # sequences of events
    Column("last", Big, nullable=False),
    Column("at", Big, nullable=False),
    Column("previous", Text, nullable=False),  # the hash of the seal before
    Column("root", Text, nullable=False),
    Column("leaves", Text, nullable=False),  # the hashes of the events, one after the other, in base64
    Column("key", Text, nullable=False),  # the public key
    Column("signature", Text, nullable=False),
)

CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    Column("through", Big, primary_key=True, autoincrement=False),  # up to this sequence events may be missing
    Column("at", Big, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("number", Integer, nullable=False),  # of the last seal of them
    Column("seal", Text, nullable=False),  # the hash of that seal
    Column("key", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("kept", Text),  # ranges of sequences that were kept
)

DAMAGE = Table(
    "damage",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("at", Big, nullable=False),
    Column("found", Text, nullable=False),
)

SHELF = Table(
    "shelf",
    METADATA,
    Column("name", Text, primary_key=True),  # what the hashes of its blobs begin with
    Column("at", Big, nullable=False),  # when they were last checked
    Column("blobs", Integer, nullable=False),
    Column("bytes", Big, nullable=False),
)

UNNEEDED_BLOB = Table(
    "unneeded_blob",
    METADATA,
    Column("sha256", Text, primary_key=True),  # written by triggers, see revision 0039
    Column("seen", Big),  # since when it is known here; a row that leaves it again makes it unknown
)

EVIDENCE_RULE = Table(
    "evidence_rule",
    METADATA,
    Column("incident", Integer, primary_key=True, autoincrement=False),
    Column("people", Text, nullable=False),  # their names, a blank between them
    Column("actor", Text, nullable=False),
    Column("at", Big, nullable=False),
    Column("reason", Text, nullable=False),
)

SIGN_IN_COUNT = Table(
    "sign_in_count",
    METADATA,
    Column("origin", Text, primary_key=True),  # a network, a browser that is known, or everywhere
    Column("wrong", Integer, nullable=False),
    Column("name", Text, nullable=False),  # of a user, when no other was tried
    Column("since", Big, nullable=False),
    Column("last", Big, nullable=False),
    Column("until", Big, nullable=False),
    Column("turned_away", Integer, nullable=False),
)

INDICATOR = Table(
    "indicator",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the value, as it is compared
    Column("score", Integer, nullable=False),
    Column("created", Big, nullable=False),
    Column("seen", Big, nullable=False),
    Column("body", Text, nullable=False),
)
Index("indicator_folded", INDICATOR.c.folded)
Index("indicator_created", INDICATOR.c.created, INDICATOR.c.id)
Index("indicator_seen", INDICATOR.c.seen, INDICATOR.c.id)

INDICATOR_INCIDENT = Table(
    "indicator_incident",
    METADATA,
    Column("indicator", Text, primary_key=True),
    Column("incident", Integer, primary_key=True, autoincrement=False),
)
Index("indicator_incident_incident", INDICATOR_INCIDENT.c.incident, INDICATOR_INCIDENT.c.indicator)

INDICATOR_EXCLUSION = Table(
    "indicator_exclusion",
    METADATA,
    Column("folded", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Big, nullable=False),
)

COUNTER = Table(
    "counter",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Big, nullable=False),
)
