from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Text, delete, insert, text, update

from warroom.model.custody import Act, Custody, Damage, Restriction, Shelf
from warroom.model.entry import Deleted, StoredFile
from warroom.model.errors import ConflictError
from warroom.model.ids import IncidentId, InstanceId
from warroom.services.ports.fetches import FetchStep, SetAside, Untaken
from warroom.services.ports.store import Changes, Store
from warroom.store.store import SqlStore
from warroom.store.tables import METADATA
from warroom.testing.clock import START
from warroom.testing.samples import an_entry, an_incident, some_changes

FILE = StoredFile(name="lsass.zip", size=8, md5="m", sha1="s", sha256="c0ffee")
ONE, TWO = IncidentId("1"), IncidentId("2")


async def filled(store: Store) -> None:
    await store.commit(
        some_changes(
            incidents=[an_incident(1), an_incident(2)],
            entries=[an_entry(1, 1, file=FILE), an_entry(2, 1), an_entry(1, 2, file=FILE)],
        )
    )


async def test_saving_a_file_is_an_event_in_the_same_commit(store: Store) -> None:
    await filled(store)
    (saved,) = await store.custody.events(ONE)
    assert (saved.kind, saved.payload["change"], saved.payload["entry"]) == ("evidence", "saved", "1@1")
    assert (saved.payload["sha256"], saved.payload["size"], saved.actor) == ("c0ffee", 8, "DBot")
    assert saved in await store.events()


async def test_events_are_of_one_incident_and_in_order(store: Store) -> None:
    await filled(store)
    for act in (Act.DOWNLOADED, Act.VERIFIED):
        await store.commit(some_changes(actor="ana", custody=[Custody(incident=TWO, act=act)]))
    acts = await store.custody.events(TWO)
    assert [event.payload["change"] for event in acts] == ["saved", "downloaded", "verified"]
    assert await store.custody.events(TWO, acts[0].sequence, 1) == [acts[1]]
    assert len(await store.custody.events(ONE)) == 1


async def test_all_entries_of_a_file_are_found(store: Store) -> None:
    await filled(store)
    assert [entry.id for entry in await store.custody.holders("c0ffee")] == ["1@1", "1@2"]
    assert await store.custody.holders("decaf") == []


async def test_that_a_file_is_deleted_is_kept_with_its_entry_and_is_no_saving(store: Store) -> None:
    await filled(store)
    gone = replace(an_entry(1, 1, file=FILE), deleted=Deleted(by="ana", at=START, reason="why"))
    await store.commit(some_changes(entries=[gone]))
    assert await store.entry(gone.id) == gone
    assert len(await store.custody.events(ONE)) == 1


async def test_a_damage_is_news_once_until_it_is_another_or_mended(store: Store) -> None:
    damage = Damage(sha256="c0ffee", at=START, found="half of a surrogate pair: \ud800")
    assert [await store.custody.save_damage(damage) for _ in range(2)] == [True, False]
    assert await store.custody.save_damage(replace(damage, found="gone"))
    (known,) = await store.custody.damages()
    assert (known.sha256, known.at, known.found) == ("c0ffee", START, "gone")
    assert [await store.custody.clear_damage("c0ffee") for _ in range(2)] == [True, False]
    assert await store.custody.damages() == []


async def test_bytes_are_needed_by_files_that_are_not_deleted_and_by_large_bodies(store: Store) -> None:
    await filled(store)
    gone = Deleted(by="ana", at=START, reason="why")
    for number, needed in ((1, True), (2, False)):
        await store.commit(some_changes(entries=[replace(an_entry(1, number, file=FILE), deleted=gone)]))
        assert await store.custody.is_needed("c0ffee") == needed
    assert not await store.custody.is_needed("decaf")


async def test_a_large_body_needs_its_bytes(sql_store: SqlStore) -> None:
    await sql_store.commit(some_changes(incidents=[an_incident(1)], entries=[an_entry(1, contents="x" * 100_000)]))
    with sql_store.engine.connect() as connection:
        blob = connection.execute(text("SELECT blob FROM entry")).scalar_one()
    assert await sql_store.custody.is_needed(blob)


async def test_hashes_of_a_shelf_are_given_once(store: Store) -> None:
    await filled(store)
    await store.commit(some_changes(entries=[an_entry(3, 1, file=replace(FILE, sha256="c1"))]))
    assert await store.custody.hashes("c0") == ["c0ffee"]
    assert await store.custody.hashes("c1") == ["c1"]
    assert await store.custody.hashes("ff") == []


async def test_a_restriction_is_kept_replaced_and_lifted(store: Store) -> None:
    rule = Restriction(incident=ONE, people=("ana", "key:ci"), by="eve", at=START, reason="why")
    assert await store.custody.restriction(ONE) is None
    for each in (rule, replace(rule, people=("carl",))):
        await store.custody.restrict(each, Custody(incident=ONE, act=Act.RESTRICTED, reason="why"))
        assert await store.custody.restriction(ONE) == each
    for incident in (ONE, TWO):
        lifted = replace(rule, incident=incident, people=())
        await store.custody.restrict(lifted, Custody(incident=incident, act=Act.RESTRICTED, reason="lifted"))
        assert await store.custody.restriction(incident) is None
    told = [(event.actor, event.at, event.payload["reason"]) for event in await store.custody.events(ONE)]
    assert told == [("eve", START, "why"), ("eve", START, "why"), ("eve", START, "lifted")]


async def test_shelves_come_back_the_oldest_first(store: Store) -> None:
    new, old = Shelf(name="00", at=START, blobs=2, size=9), Shelf(name="01", at=START - timedelta(days=1))
    for shelf in (new, old, replace(new, blobs=3)):
        await store.custody.save_shelf(shelf)
    assert await store.custody.shelves() == [old, replace(new, blobs=3)]


async def test_bytes_of_a_large_record_that_was_set_aside_are_needed(sql_store: SqlStore) -> None:
    for record, needed in (("small", False), ("x" * 100_000, True)):
        aside = SetAside(
            id=record[:5],
            instance=InstanceId("i"),
            instance_name="i",
            what="WB-1",
            why="odd",
            at=START,
            size=len(record),
        )
        step = FetchStep(untaken=[Untaken(aside=aside, record=record)])
        await sql_store.commit(Changes(actor="fetch", at=START, fetch=step))
        assert await sql_store.custody.is_needed(sha256(record.encode()).hexdigest()) == needed


def aside_of(record: str, id_: str, **fields: Any) -> Untaken:
    aside = SetAside(
        id=id_, instance=InstanceId("i"), instance_name="i", what="WB-7", why="odd", at=START, size=len(record)
    )
    return Untaken(aside=replace(aside, **fields), record=record)


def hash_of(record: str) -> str:
    return sha256(record.encode()).hexdigest()


async def fetched(store: SqlStore, **step: Any) -> None:
    await store.commit(Changes(actor="fetch", at=START, fetch=FetchStep(**step)))


async def left(store: SqlStore, minutes: float) -> Sequence[str]:
    """Return what rows have left and that was known ten minutes before."""
    now = START + timedelta(minutes=minutes)
    return await store.custody.unneeded(now, now - timedelta(minutes=10), 9)


async def test_bytes_of_records_that_were_settled_or_are_too_old_are_left(sql_store: SqlStore) -> None:
    old, taken, kept = "o" * 70_001, "t" * 90_000, "k" * 80_000
    untaken = [
        aside_of(old, "1", rule="Quiet"),
        aside_of(taken, "2"),
        aside_of(kept, "3", rule="Quiet", at=START + timedelta(days=9)),
        aside_of("small", "4", rule="Quiet"),
    ]
    await fetched(sql_store, untaken=untaken)
    await fetched(sql_store, untaken=untaken)  # the same once more leaves nothing
    assert await left(sql_store, 0) == []
    await fetched(sql_store, settled=[untaken[1].aside], forget_dropped=START + timedelta(days=9))
    assert await left(sql_store, 1) == [], "Who read a row just now has ten minutes for its bytes."
    assert sorted(await left(sql_store, 11)) == sorted([hash_of(old), hash_of(taken)])
    for each in (old, taken):
        assert not await sql_store.custody.is_needed(hash_of(each))
        await sql_store.custody.forget_unneeded(hash_of(each))
    assert await left(sql_store, 30) == []
    assert await sql_store.custody.is_needed(hash_of(kept))


async def test_a_commit_that_is_refused_leaves_nothing(sql_store: SqlStore) -> None:
    record = aside_of("r" * 70_000, "1")
    await fetched(sql_store, untaken=[record])
    with pytest.raises(ConflictError):
        await fetched(sql_store, settled=[record.aside, aside_of("", "9").aside])
    assert await left(sql_store, 0) == await left(sql_store, 20) == []


async def test_bytes_that_another_row_has_are_left_but_needed_and_left_again_with_it(sql_store: SqlStore) -> None:
    twins = [aside_of("2" * 70_000, "1"), aside_of("2" * 70_000, "2", instance=InstanceId("j"))]
    await fetched(sql_store, untaken=twins)
    await fetched(sql_store, settled=[twins[0].aside])
    await left(sql_store, 0)
    assert await left(sql_store, 10) == [hash_of("2" * 70_000)]
    assert await sql_store.custody.is_needed(hash_of("2" * 70_000))
    await fetched(sql_store, settled=[twins[1].aside])  # after whoever looked last has asked whether they are needed
    await sql_store.custody.forget_unneeded(hash_of("2" * 70_000))
    assert await left(sql_store, 11) == []
    assert await left(sql_store, 21) == [hash_of("2" * 70_000)]


async def test_a_body_that_is_replaced_leaves_its_bytes(sql_store: SqlStore) -> None:
    for details in ("1" * 70_000, "2" * 70_000, "2" * 70_000, "short"):
        await sql_store.commit(some_changes(incidents=[an_incident(1, details=details)]))
    await left(sql_store, 0)
    assert len(await left(sql_store, 10)) == 2


def test_each_table_whose_rows_have_blobs_tells_which_they_leave(sql_store: SqlStore) -> None:
    tables = [table for table in METADATA.sorted_tables if "blob" in table.columns]
    with sql_store.engine.begin() as connection:
        for number, table in enumerate(tables):
            values = {column.name: "0" if isinstance(column.type, Text) else 0 for column in table.columns}
            values["blob"] = f"changed {number}"
            connection.execute(insert(table).values(values))
            connection.execute(update(table).values(blob=f"deleted {number}"))
            connection.execute(delete(table))
        found = set(connection.execute(text("SELECT sha256 FROM unneeded_blob")).scalars())
    assert len(tables) == 6
    assert found == {f"{each} {number}" for number in range(6) for each in ("changed", "deleted")}
