"""Incidents are found by the arguments that XSOAR's getIncidents has."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.errors import InvalidInputError
from warroom.model.incident import Severity, Status
from warroom.model.json import Json
from warroom.services.execution.finding import PLAYGROUND, find_incidents, read_search
from warroom.testing.clock import START
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

ROWS = [
    an_incident(1, name="Dump", owner="ana", status=Status.ACTIVE, severity=Severity.HIGH, created=START),
    an_incident(2, name="Mail", type="Phishing", severity=Severity.LOW, created=START + timedelta(hours=1)),
    an_incident(
        3,
        name="Old dump",
        status=Status.DONE,
        close_reason="Duplicate",
        created=START + timedelta(hours=2),
        closed=START + timedelta(hours=3),
        details="nothing",
    ),
    an_incident(4, name="Playground", type=PLAYGROUND),
]


async def found(args: Mapping[str, Json]) -> list[str]:
    store = MemoryStore()
    await store.commit(some_changes(incidents=ROWS))
    page, _ = await find_incidents(store, read_search(args), ROWS[0])
    return [incident.id for incident in page]


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        ({}, ["3", "2", "1"]),
        ({"id": "1"}, ["1"]),
        ({"id": ["1", "3", "9"]}, ["3", "1"]),
        ({"id": "1, 2"}, ["2", "1"]),
        ({"query": "dump"}, ["3", "1"]),
        ({"query": "dump", "status": "active"}, ["1"]),
        ({"name": "dump"}, ["3", "1"]),
        ({"status": "done,active"}, ["3", "1"]),
        ({"notstatus": "Closed"}, ["2", "1"]),
        ({"type": "phishing"}, ["2"]),
        ({"level": "high,low"}, ["2", "1"]),
        ({"owner": "ANA"}, ["1"]),
        ({"reason": "Duplicate"}, ["3"]),
        ({"details": "noth"}, ["3"]),
        ({"fromdate": (START + timedelta(minutes=30)).isoformat()}, ["3", "2"]),
        ({"todate": START.isoformat()}, ["1"]),
        ({"fromclosedate": START.isoformat()}, ["3"]),
        ({"toclosedate": START.isoformat()}, []),
        ({"size": 2}, ["3", "2"]),
        ({"size": "2", "page": "1"}, ["1"]),
        ({"sort": "created.asc"}, ["1", "2", "3"]),
        ({"sort": "severity"}, ["1", "2", "3"]),
        ({"sort": "occurred.desc"}, ["3", "2", "1"]),
        ({"sort": "modified.asc"}, ["1", "2", "3"]),
        ({"sort": "name.asc"}, ["1", "2", "3"]),
        ({"sort": "owner.desc"}, ["1", "3", "2"]),
        ({"sort": "type.desc"}, ["3", "1", "2"]),
        ({"sort": "status.asc"}, ["2", "1", "3"]),
        ({"name": "", "id": None}, ["3", "2", "1"]),
        ({"size": "2", "page": "1", "sort": "created.desc"}, ["1"]),
        ({"id": "x, 9, 2"}, ["2"]),
        ({"id": "4"}, ["4"]),
    ],
)
async def test_each_argument_narrows_the_search(args: dict[str, Json], ids: list[str]) -> None:
    assert await found(args) == ids


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"status": "busy"}, "is no status"),
        ({"level": "urgent"}, "is no severity"),
        ({"size": "0"}, "size takes a whole number from 1 on, not '0'"),
        ({"page": "-1"}, "page takes a whole number from 0 on"),
        ({"size": "many"}, "size takes a whole number"),
        ({"sort": "colour.asc"}, "sort takes one of created, severity, id"),
        ({"sort": "id.up"}, "sort takes one of"),
        ({"fromdate": "soon"}, "fromdate takes a time"),
        ({"query": "("}, "cannot be read"),
    ],
)
async def test_what_cannot_be_meant_is_refused(args: dict[str, Json], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words.replace("(", r"\(")):
        await found(args)


async def test_the_whole_is_counted_and_a_change_that_nobody_has_stored_is_seen() -> None:
    store = MemoryStore()
    await store.commit(some_changes(incidents=ROWS))
    changed = replace(ROWS[0], name="Renamed")
    page, total = await find_incidents(store, read_search({"size": 1, "sort": "id.asc"}), changed)
    assert ([incident.name for incident in page], total) == (["Renamed"], 3)


async def test_everything_is_counted_and_only_a_page_is_read() -> None:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[an_incident(number) for number in range(1, 251)]))
    page, total = await find_incidents(store, read_search({"page": 2}), an_incident(9999))
    assert ([page[0].id, page[-1].id], total) == (["50", "1"], 250)


async def test_a_search_goes_on_behind_the_first_thousand() -> None:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[an_incident(number, name="old") for number in range(1, 1102)]))
    page, total = await find_incidents(store, read_search({"name": "old", "page": 11}), an_incident(9999))
    assert (page[0].id, len(page), total) == ("1", 1, 1101)
