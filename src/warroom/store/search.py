"""Full-text search: an index of words, SQLite's own or PostgreSQL's."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Integer, Select, column, literal_column, select, table, text

from warroom.model.incident import Incident
from warroom.services.ports.search import phrases, searched_text
from warroom.store.body import incident_number, plain
from warroom.store.sql import Row, Upsert
from warroom.store.tables import INCIDENT, INCIDENT_WORDS

SAVE = Upsert(table=INCIDENT_WORDS)
_FOUND = table("incident_search", column("rowid", Integer))

# The index holds no text of its own. An incident that changes in other ways than its words is not indexed again.
# Words are looked for by how they begin: without the prefixes, "h" would put together the lists of all words in h.
_FORGET = "INSERT INTO incident_search (incident_search, rowid, words) VALUES ('delete', old.number, old.words);"
_LEARN = "INSERT INTO incident_search (rowid, words) VALUES (new.number, new.words);"
_INDEX = "CREATE VIRTUAL TABLE incident_search USING fts5(words, content='incident_words', content_rowid='number', "
_CHANGED = "old.words IS NOT new.words"
SQLITE_INDEX = f"{_INDEX} prefix='1 2 4 6', tokenize='unicode61 remove_diacritics 0')"
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER incident_words_insert AFTER INSERT ON incident_words BEGIN {_LEARN} END",
    f"CREATE TRIGGER incident_words_delete AFTER DELETE ON incident_words BEGIN {_FORGET} END",
    f"CREATE TRIGGER incident_words_update AFTER UPDATE ON incident_words WHEN {_CHANGED} BEGIN {_FORGET} {_LEARN} END",
)

# PostgreSQL's parser would cut words in its own way, and a lexeme has at most 2,046 bytes. The column is stored, not
# only indexed, because a search for a frequent word reads the rows.
LONGEST_LEXEME = 200
_CUT = rf"regexp_replace(words, '(\S{{{LONGEST_LEXEME}}})\S+', '\1', 'g')"
_LEXEMES = f"array_to_tsvector(string_to_array(btrim({_CUT}), ' '))"
POSTGRES_INDEX = (
    f"ALTER TABLE incident_words ADD COLUMN lexemes tsvector GENERATED ALWAYS AS ({_LEXEMES}) STORED",
    "CREATE INDEX incident_search ON incident_words USING gin (lexemes)",
)


def row_of(incident: Incident) -> Row:
    return (incident_number(incident.id), plain(searched_text(incident)))


def found(search: str, dialect: str) -> Iterator[ColumnElement[bool]]:
    """Return the condition for the incidents that a search finds; one without any word finds all."""
    wanted = [[plain(word) for word in words] for words in phrases(search)]
    if not wanted:
        return
    if dialect == "sqlite":
        yield _found_in_sqlite(wanted)
    else:
        yield from _found_in_postgres(wanted)


def newest_first(page: Select[Row], search: str, dialect: str) -> Select[Row] | None:
    """Read a page of incidents in the order of the index; None where the index has no order."""
    wanted = [[plain(word) for word in words] for words in phrases(search)]
    if dialect != "sqlite" or not wanted:
        return None
    return (
        page.join_from(_FOUND, INCIDENT, INCIDENT.c.number == _FOUND.c.rowid)
        .where(text("incident_search MATCH :search").bindparams(search=_match(wanted)))
        .order_by(_FOUND.c.rowid.desc())
    )


def _match(wanted: Sequence[Sequence[str]]) -> str:
    return " ".join(f'"{" ".join(words)}"*' for words in wanted)


def _found_in_sqlite(wanted: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    rows = text("SELECT rowid FROM incident_search WHERE incident_search MATCH :search").bindparams(
        search=_match(wanted)
    )
    # The plus keeps SQLite from looking up what was found row by row: going through a narrow index in the order that
    # is asked for takes less, whether the words are rare or in every incident.
    number: ColumnElement[int] = literal_column("+incident.number")
    return number.in_(rows.columns(literal_column("rowid")).scalar_subquery())


def _found_in_postgres(wanted: Sequence[Sequence[str]]) -> Iterator[ColumnElement[bool]]:
    lexemes = " & ".join(
        f"'{word[:LONGEST_LEXEME]}'{':*' if place == len(words) else ''}"
        for words in wanted
        for place, word in enumerate(words, start=1)
    )
    match = text("lexemes @@ CAST(:search AS tsquery)").bindparams(search=lexemes)
    yield INCIDENT.c.number.in_(select(INCIDENT_WORDS.c.number).where(match))
    for words in wanted:
        if len(words) > 1 or len(words[0]) > LONGEST_LEXEME:  # the index knows neither neighbours nor the whole word
            contains = INCIDENT_WORDS.c.words.contains(f" {' '.join(words)}", autoescape=True)
            yield INCIDENT.c.number.in_(select(INCIDENT_WORDS.c.number).where(contains))
