import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.services.world import an_instance
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Incident, Label, Mirror, Severity, Status
from warroom.services.ports.store import IncidentQuery, Store
from warroom.store.store import SqlStore
from warroom.store.tables import INCIDENT
from warroom.testing.clock import START
from warroom.testing.samples import an_incident, some_changes

FULL = Incident(
    id=IncidentId("1"),
    name="LSASS was dumped 日本 \x00 \ud800 'quoted'",
    type="Vision One Workbench Alert",
    severity=Severity.CRITICAL,
    status=Status.ACTIVE,
    owner="ada",
    occurred=START,
    created=START + timedelta(microseconds=1),
    modified=START + timedelta(days=1),
    closed=START + timedelta(days=2),
    details="Task Manager wrote lsass.DMP",
    raw_json='{"id": "WB-1"}',
    labels=(Label(type="Brand", value="VisionOne"), Label(type="Brand", value="VisionOne")),
    custom_fields={"endpoints": [{"name": "WIN-7", "ips": ["10.0.0.1"]}], "score": 82.5, "empty": None},
    playbook="Collect Evidence",
    source_brand="VisionOneResponse",
    source_instance="one",
    mirror=Mirror(instance="one", id="WB-1", direction="In"),
    close_reason="Resolved",
    close_notes="done",
)


async def test_an_incident_comes_back_as_it_was_saved(store: Store) -> None:
    await store.commit(some_changes(incidents=[FULL, an_incident(2)]))
    assert await store.incident(FULL.id) == FULL
    assert await store.incident(IncidentId("2")) == an_incident(2)


async def test_a_large_raw_alert_comes_back_as_it_was_saved(store: Store) -> None:
    large = an_incident(1, raw_json="x" * 200_000)
    await store.commit(some_changes(incidents=[large]))
    assert await store.incident(large.id) == large


async def test_saving_again_replaces(store: Store) -> None:
    await store.commit(some_changes(incidents=[FULL]))
    closed = replace(FULL, status=Status.DONE)
    await store.commit(some_changes(incidents=[closed]))
    assert await store.incident(FULL.id) == closed
    assert await store.count_incidents(IncidentQuery()) == 1


@pytest.mark.parametrize("unknown", ["7", "", "x", "-1", "99999999999999999999", "²"])
async def test_an_unknown_incident_is_named_in_the_error(store: Store, unknown: str) -> None:
    with pytest.raises(NotFoundError, match="no incident"):
        await store.incident(IncidentId(unknown))


async def test_incidents_are_listed_newest_first_and_paged(store: Store) -> None:
    await store.commit(some_changes(incidents=[an_incident(number) for number in range(1, 12)]))
    first = await store.incidents(IncidentQuery(limit=4))
    assert [incident.id for incident in first] == ["11", "10", "9", "8"]
    following = await store.incidents(IncidentQuery(limit=4, before=first[-1].id))
    assert [incident.id for incident in following] == ["7", "6", "5", "4"]
    assert await store.count_incidents(IncidentQuery(limit=4)) == 11


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (IncidentQuery(type="Phishing"), ["2"]),
        (IncidentQuery(status=Status.DONE), ["3"]),
        (IncidentQuery(status=Status.PENDING), ["2", "1"]),
        (IncidentQuery(severity=Severity.HIGH), ["3", "1"]),
        (IncidentQuery(severity=Severity.UNKNOWN), ["2"]),
        (IncidentQuery(mirror_instance="one"), ["1"]),
        (IncidentQuery(text="DUMP"), ["3", "1"]),
        (IncidentQuery(text="élévation"), ["2"]),
        (IncidentQuery(text="100%"), ["3"]),
        (IncidentQuery(text="1_0"), []),
        (IncidentQuery(text="dump", severity=Severity.HIGH, status=Status.DONE), ["3"]),
    ],
)
async def test_filters_are_joined_by_and(store: Store, query: IncidentQuery, found: list[str]) -> None:
    incidents = [
        an_incident(1, name="LSASS dump", severity=Severity.HIGH, mirrors="WB-1"),
        an_incident(2, name="ÉLÉVATION of rights", type="Phishing"),
        an_incident(3, name="Dumped 100% of it", severity=Severity.HIGH, status=Status.DONE),
    ]
    await store.commit(some_changes(incidents=incidents))
    assert [incident.id for incident in await store.incidents(query)] == found
    assert await store.count_incidents(query) == len(found)


async def test_known_mirrors_are_those_of_the_instance(store: Store) -> None:
    other = an_incident(2, mirror=Mirror(instance="two", id="WB-2"))
    await store.commit(some_changes(incidents=[an_incident(1, mirrors="WB-1"), other]))
    assert await store.known_mirrors(an_instance("one"), ["WB-1", "WB-2", "WB-3"]) == {"WB-1": "1"}
    assert await store.known_mirrors(an_instance("two"), ["WB-2"]) == {"WB-2": "2"}
    assert await store.known_mirrors(an_instance("one"), []) == {}


async def test_an_instance_that_took_the_name_of_another_knows_none_of_its_records(store: Store) -> None:
    first, second = an_instance("one"), replace(an_instance("one"), id=InstanceId("another"))
    await store.commit(some_changes(incidents=[an_incident(1, mirrors="WB-1", source_id=first.id)]))
    assert await store.known_mirrors(second, ["WB-1"]) == {}
    await store.commit(some_changes(incidents=[an_incident(2, mirrors="WB-1", source_id=second.id)]))
    assert await store.known_mirrors(first, ["WB-1"]) == {"WB-1": "1"}
    assert await store.known_mirrors(second, ["WB-1"]) == {"WB-1": "2"}


async def test_an_instance_with_a_new_name_knows_its_records(store: Store) -> None:
    first = an_instance("one")
    await store.commit(some_changes(incidents=[an_incident(1, mirrors="WB-1", source_id=first.id)]))
    renamed = replace(first, name="renamed")
    assert await store.known_mirrors(renamed, ["WB-1"]) == {"WB-1": "1"}
    again = an_incident(2, mirror=Mirror(instance=renamed.name, id="WB-1"), source_id=first.id)
    with pytest.raises(ConflictError, match="WB-1 of renamed is incident 1 already"):
        await store.commit(some_changes(incidents=[again]))


async def test_many_mirrors_can_be_asked_at_once(store: Store) -> None:
    ids = [f"WB-{number}" for number in range(1, 1301)]
    saved = [an_incident(number, mirrors=remote) for number, remote in enumerate(ids, start=1)]
    await store.commit(some_changes(incidents=saved))
    assert await store.known_mirrors(an_instance("one"), ids) == {
        remote: str(n) for n, remote in enumerate(ids, start=1)
    }


async def test_a_record_becomes_one_incident_only(store: Store) -> None:
    await store.commit(some_changes(incidents=[an_incident(1, mirrors="WB-1")]))
    with pytest.raises(ConflictError, match="WB-1 of one is incident 1 already"):
        await store.commit(some_changes(incidents=[an_incident(2), an_incident(3, mirrors="WB-1")]))
    assert await store.count_incidents(IncidentQuery()) == 1


async def test_the_same_record_twice_in_one_commit_is_refused(store: Store) -> None:
    twice = [an_incident(1, mirrors="WB-1"), an_incident(2, mirrors="WB-1")]
    with pytest.raises(ConflictError, match="already"):
        await store.commit(some_changes(incidents=twice))
    assert await store.incidents(IncidentQuery()) == []


async def test_an_incident_of_before_mirroring_has_no_tags(sql_store: SqlStore) -> None:
    mirror = Mirror(instance="one", id="WB-1", direction="In", tags=("a",))
    await sql_store.commit(some_changes(incidents=[replace(an_incident(1), mirror=mirror)]))
    with sql_store.engine.begin() as connection:
        body = json.loads(connection.execute(select(INCIDENT.c.body)).scalar_one())
        older = json.dumps({**body[1], "labels": [], "mirror": ["one", "WB-1", "In"]})
        connection.execute(update(INCIDENT).values(body=older))
    assert (await sql_store.incident(IncidentId("1"))).mirror == replace(mirror, tags=())
