from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from warroom.model.custody import Act, Custody, Damage, Restriction, Shelf
from warroom.model.entry import Deleted, StoredFile
from warroom.model.ids import IncidentId
from warroom.services.ports.store import Store
from warroom.store.store import SqlStore
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
