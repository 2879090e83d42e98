"""What mirroring remembers comes back as it was, and is found by what has happened since."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Mirror
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.services.ports.store import Memory, MirrorQuery, Store
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.samples import an_entry, an_incident, some_changes

ONE = IncidentId("1")
RECORD = MirrorRecord(
    incident=ONE,
    instance="one",
    fields={"status": "Open", "tags": ["a"]},
    unsure=("status",),
    seen={"severity": "4f"},
    entries=(3, 4),
    is_closed=True,
    said_closed=True,
    owes=True,
    behind=True,
    synced=START,
)


async def incidents_of(store: Store, query: MirrorQuery) -> list[str]:
    return [record.incident for record in await store.mirror_records(query)]


async def test_a_record_comes_back_and_is_replaced(store: Store) -> None:
    assert await store.mirror_record(ONE) is None
    await store.commit(some_changes(mirrors=[RECORD]))
    assert await store.mirror_record(ONE) == RECORD
    later = replace(RECORD, fields={}, entries=(), behind=False, due=True)
    await store.commit(some_changes(mirrors=[later]))
    assert await store.mirror_record(ONE) == later


async def test_a_run_comes_back_and_begins_at_nothing(store: Store) -> None:
    started = MirrorRun(instance=InstanceId("i1"))
    assert await store.mirror_run(started.instance) == started
    moved = replace(started, last_update=START + timedelta(seconds=1), event=7, value={"page": [1]})
    await store.commit(some_changes(mirror_run=moved))
    assert await store.mirror_run(started.instance) == moved


async def test_records_are_found_by_their_instance(store: Store) -> None:
    records = [replace(RECORD, incident=IncidentId(number), instance=name) for number, name in ("2x", "1x", "3y")]
    await store.commit(some_changes(mirrors=records))
    assert await incidents_of(store, MirrorQuery(instance="x")) == ["1", "2"]
    assert await incidents_of(store, MirrorQuery(instance="x", limit=1)) == ["1"]
    assert await incidents_of(store, MirrorQuery(instance="nobody")) == []


async def test_what_was_touched_since_an_event_is_found_and_what_is_due(store: Store) -> None:
    records = [replace(RECORD, incident=IncidentId(str(number))) for number in range(1, 5)]
    first = await store.commit(some_changes(incidents=[an_incident(number) for number in range(1, 5)], mirrors=records))
    await store.commit(some_changes(entries=[an_entry(1, 2)]))
    last = await store.commit(some_changes(incidents=[an_incident(3)], mirrors=[replace(records[3], due=True)]))
    assert await incidents_of(store, MirrorQuery(instance="one", touched_after=first.event)) == ["2", "3", "4"]
    assert await incidents_of(store, MirrorQuery(instance="one", touched_after=last.event)) == ["4"]
    assert await incidents_of(store, MirrorQuery(instance="one", touched_after=0)) == ["1", "2", "3", "4"]


async def test_writing_a_record_touches_nothing(store: Store) -> None:
    committed = await store.commit(some_changes(mirrors=[RECORD]))
    await store.commit(some_changes(mirrors=[RECORD], mirror_run=MirrorRun(instance=InstanceId("i1"))))
    assert await incidents_of(store, MirrorQuery(instance="one", touched_after=committed.event)) == []
    kinds = [(event.kind, event.incident) for event in await store.events()]
    assert kinds == [("mirror", ONE), ("mirror", ONE), ("mirror", None)]


async def test_a_commit_takes_the_integrations_memory_along(store: Store) -> None:
    instance = InstanceId("i1")
    await store.commit(some_changes(memory=Memory(instance=instance, value={"notes": 1})))
    assert await store.save_integration_context(instance, {"notes": 2}, 1) == 2
    await store.commit(some_changes(memory=Memory(instance=instance, value={"notes": 3})))
    held = await store.integration_context(instance)
    assert (held.value, held.version) == ({"notes": 3}, 3)


async def test_an_incident_keeps_its_tags_and_one_of_before_has_none(sql_store: SqlStore) -> None:
    mirror = Mirror(instance="one", id="WB-1", direction="Both", tags=("visionone",))
    await sql_store.commit(some_changes(incidents=[replace(an_incident(), mirror=mirror)]))
    assert (await sql_store.incident(ONE)).mirror == mirror
    with sql_store.engine.begin() as connection:
        _, body = json.loads(connection.execute(text("SELECT body FROM incident")).scalar_one())
        before = json.dumps({**body, "mirror": ["one", "WB-1", "Both"]})
        connection.execute(text("UPDATE incident SET body = :body"), {"body": before})
    assert (await sql_store.incident(ONE)).mirror == replace(mirror, tags=())


@pytest.mark.parametrize("name", ["tenant", "t\0"])
async def test_an_instances_name_may_be_anything(store: Store, name: str) -> None:
    await store.commit(some_changes(mirrors=[replace(RECORD, instance=name)]))
    assert await store.mirror_records(MirrorQuery(instance=name)) == [replace(RECORD, instance=name)]
