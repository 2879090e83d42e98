"""Keep what a release has saved, so that every later one is held to reading it: tests/store/saved/VERSION/.

    python -m tests.store.save_bodies FOLDER VERSION --incidents 1 2 11 --scratch FOLDER-TO-BE-MADE

FOLDER is a data folder that the release whose code runs here has worked on, and nothing holds it. `rows.jsonl` gets its
rows as they lie in the database, `values.jsonl` what the release itself makes of them: a later one must make the same.
Of rows whose bodies look alike the first one is kept. To save an older release, run this file with that release's `src`
first on PYTHONPATH. The folder's key is kept too, so that secrets can be read: use a folder whose secrets open nothing.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.services.ports.store import IncidentQuery, MirrorQuery
from warroom.store import migrations
from warroom.store.blobs import FolderBlobs
from warroom.store.engine import writing_engine
from warroom.store.store import SqlStore, open_store
from warroom.store.vault import FernetVault, open_vault

SAVED = Path(__file__).parent / "saved"
EVERYTHING = 100_000
LONG_RUN = 64
# In this order, which is also the file's.
TABLES = (
    "incident",
    "entry",
    "context_patch",
    "context_snapshot",
    "work_plan",
    "task",
    "intent",
    "answer",
    "instance",
    "last_run",
    "integration_context",
    "mirror_record",
    "mirror_run",
    "account",
    "account_session",
    "api_key",
    "kept_reply",
    "event",
    "counter",
)
WHOLE = ("incident", "work_plan", "account", "counter")  # other rows are found by these
DATA = ("body", "blob", "sealed")


# -- rows ----------------------------------------------------------------------------------------------------------


def rows_of(home: Path, database: sqlite3.Connection, incidents: Sequence[int]) -> Iterator[JsonObject]:
    """Yield the rows of all tables, one of those that look alike, and their contents in the blob store."""
    vault = open_vault(home)
    blobs = FolderBlobs(home / "blobs", vault.cipher())
    database.row_factory = sqlite3.Row
    plans = {row[0] for row in database.execute("SELECT id, incident FROM work_plan") if row[1] in incidents}
    for table in TABLES:
        seen: set[str] = set()
        for row in map(dict, database.execute(f"SELECT * FROM {table}")):
            is_left_out = row.get("incident", incidents[0]) not in {None, *incidents}
            if is_left_out or (table == "incident" and row["number"] not in incidents):
                continue
            if row.get("work_plan") not in {None, *plans}:
                continue
            blob = _blob_of(row, blobs)
            look = json.dumps(row if table in WHOLE else _look_of_row(row, blob, vault), sort_keys=True)
            if look not in seen:
                seen.add(look)
                yield {"table": table, "row": row, **({"blob": blob} if blob else {})}


def _blob_of(row: JsonObject, blobs: FolderBlobs) -> str:
    if not row.get("blob"):
        return ""
    with blobs.open(row["blob"]) as file:
        return file.read().decode("ascii")


def _look_of_row(row: JsonObject, blob: str, vault: FernetVault) -> Json:
    looks: JsonObject = {name: value is None for name, value in row.items() if name not in DATA}
    if row.get("sealed"):
        looks["sealed"] = _look(vault.open(row["sealed"]))
    body = blob or row.get("body")
    return [looks, bool(blob), _look(json.loads(body)) if body else None]


def _look(value: Json) -> Json:
    """What of a JSON value a reader could trip over: its names and types."""
    if isinstance(value, dict):
        return {name: _look(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(_look(item), sort_keys=True) for item in value})
    return type(value).__name__


def shortened(line: str) -> list[Json]:
    """Write a line as parts, a long run of one letter as the letter and how often it stands there.

    >>> shortened("[" + 70 * "x" + "]")
    ['[', ['x', 70], ']']
    """
    parts: list[Json] = []
    for letter, run in groupby(line):
        count = len(list(run))
        if count >= LONG_RUN:
            parts.append([letter, count])
        elif parts and isinstance(parts[-1], str):
            parts[-1] += letter * count
        else:
            parts.append(letter * count)
    return parts


def lengthened(parts: Sequence[Json]) -> str:
    """Read what `shortened` wrote.

    >>> lengthened(["[", ["x", 3], "]"])
    '[xxx]'
    """
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)


# -- values --------------------------------------------------------------------------------------------------------


def described(value: object) -> Json:
    """Write a value field by field, apart from the codec, whose work it is to judge."""
    if is_dataclass(value):
        return {
            "is": type(value).__name__,
            **{field.name: described(getattr(value, field.name)) for field in fields(value)},
        }
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, datetime):
        return f"at {value.isoformat()}"
    if isinstance(value, tuple):
        return {"tuple": [described(item) for item in value]}
    return dict(value) if isinstance(value, Mapping) else value


async def values_of(store: SqlStore) -> AsyncIterator[object]:
    """Yield every value that can be read from a store."""
    for incident in reversed(await store.incidents(IncidentQuery(limit=EVERYTHING))):
        async for value in _values_of_incident(store, incident):
            yield value
    for instance in await store.instances():
        for value in (instance, await store.last_run(instance.id), await store.integration_context(instance.id)):
            yield value
        for value in (
            await store.mirror_run(instance.id),
            *await store.mirror_records(MirrorQuery(instance=instance.name)),
        ):
            yield value
    for user in await store.users.users():
        for value in (user, *await store.users.sessions(user.name)):
            yield value
    for value in (*await store.users.keys(), *await store.events(limit=EVERYTHING)):
        yield value
    with store.engine.connect() as connection:
        for (sealed,) in connection.execute(text("SELECT sealed FROM kept_reply WHERE sealed != '' ORDER BY name")):
            yield store.unseal(sealed)


async def _values_of_incident(store: SqlStore, incident: Incident) -> AsyncIterator[object]:
    for value in (incident, *await store.entries(incident.id, limit=EVERYTHING), await store.context_log(incident.id)):
        yield value
    for plan in await store.plans(incident.id):
        yield plan
        if plan.sealed:
            yield store.unseal(plan.sealed)
        for part in (*await store.tasks(plan.id), *await store.intents(plan.id), *await store.answers(plan.id)):
            yield part


async def described_values(store: SqlStore) -> list[Json]:
    return [described(value) async for value in values_of(store)]


# -- the folder of a release ---------------------------------------------------------------------------------------


def open_folder(home: Path) -> SqlStore:
    vault = open_vault(home)
    return open_store(f"sqlite:///{home / 'warroom.db'}", FolderBlobs(home / "blobs", vault.cipher()), vault)


def restored(rows: Sequence[JsonObject], home: Path) -> None:
    """Make a data folder of saved rows; the first of them has the revision of the tables and the folder's key."""
    (home / "blobs").mkdir(parents=True)
    (home / "secret.key").write_text(rows[0]["key"], encoding="ascii")
    _make_tables(f"sqlite:///{home / 'warroom.db'}", rows[0]["revision"])
    with closing(sqlite3.connect(home / "warroom.db")) as database, database:
        for table in TABLES:
            database.execute(f"DELETE FROM {table}")
        for saved in rows[1:]:
            columns = saved["row"]
            marks = ", ".join("?" * len(columns))
            database.execute(
                f"INSERT INTO {saved['table']} ({', '.join(columns)}) VALUES ({marks})", [*columns.values()]
            )
            if "blob" in saved:
                place = home / "blobs" / saved["row"]["blob"][:2] / saved["row"]["blob"][2:4]
                place.mkdir(parents=True, exist_ok=True)
                (place / saved["row"]["blob"]).write_text(saved["blob"], encoding="ascii")


def _make_tables(url: str, revision: str) -> None:
    """The tables as they were at a revision."""
    engine, config = writing_engine(url), Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def saved_lines(path: Path) -> list[Any]:
    lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
    return [json.loads(lengthened(line)) if isinstance(line, list) else line for line in lines]


def _first_row(database: sqlite3.Connection, home: Path) -> JsonObject:
    (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return {"revision": revision, "key": (home / "secret.key").read_text(encoding="ascii")}


def _write(path: Path, lines: Sequence[Json]) -> None:
    path.write_text("".join(f"{_line(line)}\n" for line in lines), encoding="ascii")


def _line(value: Json) -> str:
    """One object as a line, or, where that is too long for what it tells, as a list of its parts."""
    line = json.dumps(value, separators=(",", ":"))
    parts = shortened(line)
    return line if len(parts) == 1 else json.dumps(parts, separators=(",", ":"))


async def _values_in(home: Path) -> list[Json]:
    store = open_folder(home)
    try:
        return await described_values(store)
    finally:
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep what a release has saved.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("version")
    parser.add_argument("--incidents", type=int, nargs="+", required=True, help="those to be kept, by number")
    parser.add_argument("--scratch", type=Path, required=True, help="a folder to be made and used")
    asked = parser.parse_args()
    home, kept = asked.folder, SAVED / asked.version
    with closing(sqlite3.connect(home / "warroom.db")) as database:
        rows = [_first_row(database, home), *rows_of(home, database, asked.incidents)]
    restored(rows, asked.scratch)
    kept.mkdir(parents=True)
    _write(kept / "rows.jsonl", rows)
    _write(kept / "values.jsonl", asyncio.run(_values_in(asked.scratch)))
    sys.stdout.write(f"{len(rows)} rows in {kept}\n")


if __name__ == "__main__":
    main()
