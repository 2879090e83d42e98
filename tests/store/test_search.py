"""Full-text search, the same in every store."""

from dataclasses import replace

import pytest

from warroom.model.incident import Mirror, Severity, Status
from warroom.services.ports.store import IncidentGroup, IncidentQuery, IncidentSort, Store
from warroom.testing.samples import an_incident, some_changes

DUMP = an_incident(
    1,
    name="LSASS was dumped on FIN-LT-543",
    details="C:\\Windows\\Temp\\lsass.DMP by Taskmgr.exe",
    custom_fields={"visiononeendpoints": ["FIN-LT-543"], "score": 82, "sha256": "ab12cd" * 10},
    mirror=Mirror(instance="one", id="WB-90633-20261124-00011"),
)
MAIL = an_incident(2, name="フィッシング・メールを検出 Élévation", owner="ana", type="Phishing")


async def found(store: Store, text: str) -> list[str]:
    return [incident.id for incident in await store.incidents(IncidentQuery(text=text))]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("lsass", ["1"]),
        ("LSA", ["1"]),
        ("ump", []),
        ("fin-lt-5", ["1"]),
        ("lt fin", ["1"]),
        ("lt-fin", []),
        ("taskmgr.exe dumped", ["1"]),
        ("dumped phishing", []),
        ("WB-90633-20261124", ["1"]),
        ("ab12cdab12cd", ["1"]),
        ("82", ["1"]),
        ("ana", ["2"]),
        ("メール", ["2"]),
        ("検出", ["2"]),
        ("élév", ["2"]),
        ("#2", ["2", "1"]),
        ("", ["2", "1"]),
        ("\"' * ( )", ["2", "1"]),
        ("a OR b AND NOT c", []),
        ("\0", ["2", "1"]),
        ("100%", []),
        ("l", ["1"]),
        ("fin-lt-54 temp-lsass.dm", ["1"]),
        ("fin-543", []),
    ],
)
async def test_words_are_found_where_they_begin(store: Store, text: str, ids: list[str]) -> None:
    await store.commit(some_changes(incidents=[DUMP, MAIL]))
    assert await found(store, text) == ids
    assert await store.count_incidents(IncidentQuery(text=text)) == len(ids)


async def test_words_of_any_length_are_told_apart(store: Store) -> None:
    alike = "é" * 1500
    await store.commit(some_changes(incidents=[an_incident(1, details=f"{alike}a end"), an_incident(2, details=alike)]))
    await store.commit(some_changes(incidents=[an_incident(3, details="a" * 15_990 + " end")]))
    assert await found(store, alike[:300]) == ["2", "1"]
    await store.commit(some_changes(incidents=[an_incident(4, details="b" * 250 + "-end " + "b" * 250 + "c")]))
    assert await found(store, "b" * 250 + "-end") == ["4"]
    assert await found(store, "b" * 250 + "c") == ["4"]
    assert await found(store, "b" * 250 + "d") == []


async def test_neighbours_are_found_however_often_each_of_them_stands_there(store: Store) -> None:
    await store.commit(some_changes(incidents=[an_incident(1, details="fin x " * 500 + "fin lt"), an_incident(2)]))
    assert await found(store, "fin-lt") == ["1"]


async def test_an_incident_that_changed_is_found_by_its_new_words_only(store: Store) -> None:
    await store.commit(some_changes(incidents=[DUMP]))
    await store.commit(some_changes(incidents=[replace(DUMP, severity=Severity.LOW)]))
    assert await found(store, "taskmgr") == ["1"]
    await store.commit(some_changes(incidents=[replace(DUMP, details="procdump64")]))
    assert (await found(store, "taskmgr"), await found(store, "procdump")) == ([], ["1"])


async def test_owners_states_and_severities_are_any_of_those_asked_for(store: Store) -> None:
    closed = an_incident(3, status=Status.DONE, severity=Severity.HIGH)
    await store.commit(some_changes(incidents=[DUMP, MAIL, closed]))

    async def ids(query: IncidentQuery) -> list[str]:
        return [incident.id for incident in await store.incidents(query)]

    assert await ids(IncidentQuery(owner="ana")) == ["2"]
    assert await ids(IncidentQuery(owner="")) == ["3", "1"]
    assert await ids(IncidentQuery(statuses=[Status.DONE, Status.ARCHIVE])) == ["3"]
    assert await ids(IncidentQuery(severities=[Severity.HIGH], but_type=closed.type)) == []
    assert await ids(IncidentQuery(but_type="Phishing")) == ["3", "1"]


async def test_the_worst_first_in_pages(store: Store) -> None:
    marks = (Severity.LOW, Severity.CRITICAL, Severity.LOW, Severity.CRITICAL)
    await store.commit(some_changes(incidents=[an_incident(n, severity=mark) for n, mark in enumerate(marks, 1)]))
    first = await store.incidents(IncidentQuery(sort=IncidentSort.SEVERITY, limit=3))
    rest = await store.incidents(IncidentQuery(sort=IncidentSort.SEVERITY, before=first[-1].id))
    assert [incident.id for incident in (*first, *rest)] == ["4", "2", "3", "1"]


@pytest.mark.parametrize("sort", list(IncidentSort))
async def test_a_page_begins_so_many_incidents_behind_another_one(store: Store, sort: IncidentSort) -> None:
    marks = (Severity.LOW, Severity.CRITICAL) * 4
    await store.commit(some_changes(incidents=[an_incident(n, severity=mark) for n, mark in enumerate(marks, 1)]))
    query = IncidentQuery(sort=sort, severities=[Severity.LOW], limit=2, text="incident")
    every = await store.incidents(replace(query, limit=9))
    assert [incident.id for incident in every] == ["7", "5", "3", "1"]
    assert await store.incidents(replace(query, offset=1)) == every[1:3]
    assert await store.incidents(replace(query, offset=1, before=every[0].id)) == every[2:]
    assert await store.incidents(replace(query, offset=9)) == []


async def test_groups_count_all_that_is_wanted_whatever_the_page(store: Store) -> None:
    await store.commit(some_changes(incidents=[MAIL, replace(MAIL, id=an_incident(3).id), DUMP]))
    groups = await store.incident_groups(IncidentQuery(text="phishing", limit=1, before=MAIL.id))
    assert groups == [IncidentGroup(type="Phishing", status=MAIL.status, severity=MAIL.severity, owner="ana", count=2)]
