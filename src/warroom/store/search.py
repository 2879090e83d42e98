"""Full-text search: SQLite's own index of words, elsewhere a look through the words of each incident."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, literal_column, select, text

from warroom.model.incident import Incident
from warroom.services.ports.search import needles, phrases, searched_text
from warroom.store.body import incident_number, plain
from warroom.store.sql import Row, Upsert
from warroom.store.tables import INCIDENT, INCIDENT_WORDS

SAVE = Upsert(table=INCIDENT_WORDS)

# The index holds no text of its own. An incident that changes in other ways than its words is not indexed again.
_FORGET = "INSERT INTO incident_search (incident_search, rowid, words) VALUES ('delete', old.number, old.words);"
_LEARN = "INSERT INTO incident_search (rowid, words) VALUES (new.number, new.words);"
_INDEX = "CREATE VIRTUAL TABLE incident_search USING fts5(words, content='incident_words', content_rowid='number', "
_CHANGED = "old.words IS NOT new.words"
SQLITE_INDEX = (
    f"{_INDEX} tokenize='unicode61 remove_diacritics 0')",
    f"CREATE TRIGGER incident_words_insert AFTER INSERT ON incident_words BEGIN {_LEARN} END",
    f"CREATE TRIGGER incident_words_delete AFTER DELETE ON incident_words BEGIN {_FORGET} END",
    f"CREATE TRIGGER incident_words_update AFTER UPDATE ON incident_words WHEN {_CHANGED} BEGIN {_FORGET} {_LEARN} END",
)


def row_of(incident: Incident) -> Row:
    return (incident_number(incident.id), plain(searched_text(incident)))


def found(search: str, dialect: str) -> Iterator[ColumnElement[bool]]:
    """Say which incidents a search finds; one without any word finds all."""
    wanted = phrases(search)
    if not wanted:
        return
    if dialect == "sqlite":
        match = " ".join(f'"{plain(" ".join(words))}"*' for words in wanted)
        rows = text("SELECT rowid FROM incident_search WHERE incident_search MATCH :search").bindparams(search=match)
        yield INCIDENT.c.number.in_(rows.columns(literal_column("rowid")).scalar_subquery())
        return
    for needle in needles(search):
        contains = INCIDENT_WORDS.c.words.contains(plain(needle), autoescape=True)
        yield INCIDENT.c.number.in_(select(INCIDENT_WORDS.c.number).where(contains))
