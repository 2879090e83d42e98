from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from warroom.model.entry import Entry, EntryFormat, EntryType, StoredFile
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey
from warroom.services.ports.store import EntryKind, EntryQuery, Store
from warroom.store.body import LIMIT
from warroom.store.entries import number_of
from warroom.testing.clock import START
from warroom.testing.samples import an_entry, some_changes

DUMP = StoredFile(name="lsass.zip", size=3, md5="m", sha1="s", sha256="a" * 64, sha512="b", info="zip")
FULL = Entry(
    id=EntryId("1@17"),
    incident=IncidentId("17"),
    type=EntryType.FILE,
    format=EntryFormat.MARKDOWN,
    contents={"files": [1, None, 2.5, "日本 \x00 \ud800"]},
    human_readable="### Collected",
    context={"File(val.SHA256 == obj.SHA256)": [{"Name": "lsass.zip"}]},
    created=START + timedelta(microseconds=7),
    modified=START + timedelta(seconds=9),
    actor="DBot",
    command="!http url=…",
    instance="one",
    plan=PlanId("p1"),
    task=TaskKey("5#3/2"),
    parent=EntryId("0@17"),
    tags=("evidence", "auto"),
    note=True,
    file=DUMP,
    trace="Traceback …",
    log="looking\n",
)


async def test_an_entry_comes_back_as_it_was_saved(store: Store) -> None:
    await store.commit(some_changes(entries=[FULL, an_entry(2, 17)]))
    assert await store.entry(FULL.id) == FULL
    assert await store.entries(IncidentId("17")) == [FULL, an_entry(2, 17)]


@pytest.mark.parametrize("size", [LIMIT - 1000, LIMIT, 3 * LIMIT])
async def test_contents_of_any_size_come_back(store: Store, size: int) -> None:
    large = an_entry(1, 17, contents=["é" * size], human_readable="h" * size)
    await store.commit(some_changes(entries=[large]))
    assert await store.entry(large.id) == large


async def test_saving_again_replaces(store: Store) -> None:
    await store.commit(some_changes(entries=[FULL]))
    tagged = replace(FULL, tags=("checked",))
    await store.commit(some_changes(entries=[tagged]))
    assert await store.entries(IncidentId("17")) == [tagged]


async def test_entries_are_read_in_order_and_from_a_number_on(store: Store) -> None:
    await store.commit(some_changes(entries=[an_entry(number, 17) for number in (10, 2, 1)]))
    await store.commit(some_changes(entries=[an_entry(1, 18)]))
    assert [entry.id for entry in await store.entries(IncidentId("17"))] == ["1@17", "2@17", "10@17"]
    assert [entry.id for entry in await store.entries(IncidentId("17"), after=1, limit=1)] == ["2@17"]
    assert await store.entries(IncidentId("19")) == []


async def test_files_are_the_entries_that_hold_one(store: Store) -> None:
    entries = [an_entry(1, 2, file=DUMP), an_entry(2, 2), an_entry(1, 10, file=DUMP)]
    await store.commit(some_changes(entries=entries))
    assert [entry.id for entry in await store.files()] == ["1@2", "1@10"]
    assert [entry.id for entry in await store.files(IncidentId("2"))] == ["1@2"]


@pytest.mark.parametrize("unknown", ["1@17", "x@17", "@", "", "1@x", "1"])
async def test_an_unknown_entry_is_refused(store: Store, unknown: str) -> None:
    with pytest.raises(NotFoundError, match=r"There is no (entry|incident)"):
        await store.entry(EntryId(unknown))


@pytest.mark.parametrize("malformed", ["1", "x@17", "@"])
async def test_an_id_that_is_none_is_refused_as_an_entrys(store: Store, malformed: str) -> None:
    with pytest.raises(NotFoundError, match=rf"There is no entry '?{malformed}"):
        await store.entry(EntryId(malformed))


async def test_what_is_not_json_is_refused_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(InvalidInputError, match="not JSON"):
        await store.commit(some_changes(entries=[an_entry(1, 17), an_entry(2, 17, contents={"at": START})]))
    assert await store.entries(IncidentId("17")) == []


def test_a_number_is_read_from_an_id() -> None:
    assert number_of(EntryId("12@17")) == 12


async def _numbers(store: Store, **asked: Any) -> list[int]:
    return [number_of(entry.id) for entry in await store.find_entries(EntryQuery(incident=IncidentId("1"), **asked))]


async def test_entries_are_read_from_either_end_in_order(store: Store) -> None:
    await store.commit(some_changes(entries=[an_entry(number, 1) for number in range(1, 10)]))
    assert await _numbers(store, limit=3) == [7, 8, 9]
    assert await _numbers(store, before=7, limit=3) == [4, 5, 6]
    assert await _numbers(store, after=7) == [8, 9]
    assert await _numbers(store, after=2, before=6, limit=2) == [3, 4]
    assert await _numbers(store, before=1) == []
    assert await _numbers(store, after=2**31) == []


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [(EntryKind.NOTE, [600]), (EntryKind.ERROR, [2]), (EntryKind.FILE, [3]), (EntryKind.COMMAND, [4, 1300])],
)
async def test_entries_of_one_kind_are_found_among_many(store: Store, kind: EntryKind, numbers: list[int]) -> None:
    special: dict[int, dict[str, Any]] = {
        600: {"note": True},
        2: {"type": EntryType.ERROR},
        3: {"file": DUMP},
        4: {"command": "!a"},
        1300: {"command": "!b"},
    }
    entries = [replace(an_entry(number, 1), **special.get(number, {})) for number in range(1, 1400)]
    await store.commit(some_changes(entries=entries))
    assert await _numbers(store, kind=kind) == numbers
    assert await _numbers(store, kind=kind, after=0, limit=1) == numbers[:1]
    assert await _numbers(store, kind=kind, limit=1) == numbers[-1:]
