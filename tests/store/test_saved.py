"""Every release's bodies are read, and come to what that release itself made of them."""

import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin

import pytest
from sqlalchemy import text

from tests.store.save_bodies import SAVED, described, described_values, open_folder, restored, saved_lines
from warroom.model.json import Json, JsonObject
from warroom.services.ports.store import IncidentQuery
from warroom.store import kinds
from warroom.store.kinds import KINDS, Kind
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.samples import some_changes

RELEASES = sorted(path.name for path in SAVED.iterdir() if path.is_dir())
BODIES: dict[str, Kind[Any]] = {
    "incident": kinds.INCIDENT,
    "entry": kinds.ENTRY,
    "context_patch": kinds.PATCH,
    "context_snapshot": kinds.SNAPSHOT,
    "work_plan": kinds.PLAN,
    "task": kinds.TASK,
    "intent": kinds.INTENT,
    "answer": kinds.ANSWER,
    "instance": kinds.INSTANCE,
    "last_run": kinds.LAST_RUN,
    "integration_context": kinds.INTEGRATION_CONTEXT,
    "mirror_record": kinds.MIRROR_RECORD,
    "mirror_run": kinds.MIRROR_RUN,
    "account": kinds.USER,
    "account_session": kinds.SESSION,
    "api_key": kinds.API_KEY,
    "event": kinds.EVENT,
}
SEALED: dict[str, Kind[Any]] = {"instance": kinds.SECRETS, "kept_reply": kinds.SEALED}
SHAPES = SAVED / "shapes.jsonl"


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> Path:
    return SAVED / str(request.param)


@pytest.fixture
def home(release: Path, tmp_path: Path) -> Path:
    """A data folder as the release left it: its tables, its rows, its blobs and its key."""
    restored(saved_lines(release / "rows.jsonl"), tmp_path / "home")
    return tmp_path / "home"


# What became of fields since: their present name, or none where the value went with the field.
LATER: dict[str, dict[str, str | None]] = {
    "PlanRecord": {"heartbeat": None, "finished": "ended"},
    "TaskRecord": {"finished": "ended"},
    "Intent": {"began": "started", "done": "ended"},
    "MirrorRun": {"begun": "started"},
    "FetchState": {"begun": "started"},
}


def renamed(then: Json) -> Json:
    """What the release read, under the names of today."""
    if isinstance(then, list):
        return [renamed(item) for item in then]
    if not isinstance(then, dict):
        return then
    later = LATER.get(str(then.get("is")), {})
    names = {name: later.get(name, name) for name in then}
    return {now: renamed(then[name]) for name, now in names.items() if now}


def known(now: Json, then: Json) -> Json:
    """What we read, without the fields that the release did not know."""
    if isinstance(now, dict) and isinstance(then, dict) and "is" in then:
        return {name: known(item, then[name]) for name, item in now.items() if name in then}
    if isinstance(now, dict) and isinstance(then, dict) and set(now) == set(then) == {"tuple"}:
        return {"tuple": [known(*pair) for pair in zip(now["tuple"], then["tuple"], strict=True)]}
    return now


async def test_whatever_a_release_has_saved_is_read_as_it_read_it_itself(release: Path, home: Path) -> None:
    store = open_folder(home)
    now = json.loads(json.dumps(await described_values(store)))
    store.close()
    then = saved_lines(release / "values.jsonl")
    assert len(now) == len(then) > 100
    for ours, theirs in zip(now, map(renamed, then), strict=True):
        assert known(ours, theirs) == theirs


async def save_anew(store: SqlStore) -> None:
    """Write what can be written by whoever read it."""
    for incident in await store.incidents(IncidentQuery(limit=1000)):
        plans = await store.plans(incident.id)
        changes = some_changes(
            incidents=[incident],
            entries=await store.entries(incident.id),
            plans=plans,
            tasks=[task for plan in plans for task in await store.tasks(plan.id)],
            intents=[intent for plan in plans for intent in await store.intents(plan.id)],
        )
        await store.commit(changes)
    for user in await store.users.users():
        await store.users.edit_user(user.name, lambda user: user)
    for key in await store.users.keys():
        await store.users.edit_key(key.id, lambda key: key)
    for instance in await store.instances():
        await store.save_instance(instance, "ana", START)


def all_but_events(values: list[Json]) -> list[Json]:
    return [value for value in values if value.get("is") != "Event"]


async def test_what_was_read_is_saved_in_this_version_and_stays_the_same(home: Path) -> None:
    store = open_folder(home)
    before = await described_values(store)
    await save_anew(store)
    after = await described_values(store)
    with store.engine.connect() as connection:
        for table in ("incident", "entry", "work_plan", "task", "intent", "account", "api_key", "instance"):
            bodies = connection.execute(text(f"SELECT body FROM {table} WHERE body IS NOT NULL")).scalars().all()
            assert {json.loads(body)[0] for body in bodies} == {BODIES[table].version}
    store.close()
    assert all_but_events(after) == all_but_events(before)


NOT_RELEASED = {"indicator"}  # kinds that no release has yet; the next one's folder has their table, too


def test_every_kind_of_body_is_kept_by_some_release() -> None:
    rows = [row for release in RELEASES for row in saved_lines(SAVED / release / "rows.jsonl")[1:]]
    kept = {BODIES[row["table"]].name for row in rows if row["table"] in BODIES}
    kept |= {SEALED[row["table"]].name for row in rows if row["table"] in SEALED and row["row"]["sealed"]}
    assert sorted({kind.name for kind in KINDS} - kept) == sorted(NOT_RELEASED), (
        "Save a folder that has them (tests/store/save_bodies.py)."
    )


def test_some_bodies_that_are_kept_lie_in_the_blob_store(release: Path) -> None:
    tables = {row["table"] for row in saved_lines(release / "rows.jsonl")[1:] if "blob" in row}
    assert tables >= {"incident", "entry", "context_patch", "context_snapshot", "work_plan", "task"}


# -- no type changes without a new version -------------------------------------------------------------------------


def shape_of(kind: Any) -> Json:
    """The names and types of a body's fields."""
    if isinstance(kind, NewType):
        return shape_of(kind.__supertype__)
    if isinstance(kind, type) and is_dataclass(kind):
        return {field.name: _shape_of_field(field) for field in fields(kind)}
    if kind in {str, int, float, bool, NoneType, datetime}:
        return str(kind.__name__)
    if arguments := get_args(kind):
        inner = [argument for argument in arguments if argument is not Ellipsis]
        origin = get_origin(kind)
        return ["or" if origin in {Union, UnionType} else origin.__name__, *map(shape_of, inner)]
    return str(getattr(kind, "__name__", kind))


def _shape_of_field(field: "Field[Any]") -> Json:
    required = field.default is MISSING and field.default_factory is MISSING
    return ["must", shape_of(field.type)] if required else ["may", shape_of(field.type)]


def shapes() -> Iterator[JsonObject]:
    for kind in KINDS:
        yield {"kind": kind.name, "version": kind.version, "fields": shape_of(kind.type)}


def test_no_type_changes_without_a_new_version_of_its_bodies() -> None:
    recorded = {(line["kind"], line["version"]): line for line in saved_lines(SHAPES)}
    changed = [json.dumps(shape) for shape in shapes() if recorded.get((shape["kind"], shape["version"])) != shape]
    advice = f"Append an upgrade in store/upgrades.py if you have not, then these lines to {SHAPES.name}:"
    assert changed == [], "\n".join([advice, *changed])


def test_a_changed_type_is_seen() -> None:
    (line,) = (shape for shape in shapes() if shape["kind"] == "work plan")
    assert line["fields"]["rights"] == ["may", "Role"]
    assert line["fields"]["frame"][1]["inputs"] == ["may", ["Mapping", "str", "Any"]]
    assert line["fields"]["wake_at"] == ["may", ["or", "datetime", "NoneType"]]


def test_a_value_is_described_with_all_that_could_change() -> None:
    assert described((kinds.Secrets(secrets={"a": "b"}), None, 1.5)) == {
        "tuple": [{"is": "Secrets", "secrets": {"a": "b"}}, None, 1.5]
    }
