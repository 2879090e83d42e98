from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.sealing.test_sealing import Room, room  # noqa: F401  # the fixture
from warroom.model.custody import Act, Damage, Shelf, custody_of
from warroom.model.entry import EntryType
from warroom.model.errors import NotFoundError
from warroom.model.ids import EntryId
from warroom.model.user import Role
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.proving import MOST, ProvenItem, Proving
from warroom.services.proof.layout import fingerprint
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.samples import an_actor, an_entry, an_incident, some_changes
from warroom.testing.signing import MemorySigner

DUMP, NOTE = EntryId("1@1"), EntryId("2@1")
RITA = an_actor("rita", Role.READER)


@pytest.fixture
async def proving(room: Room) -> Proving:  # noqa: F811  # the fixture
    blobs = MemoryBlobs()
    dump = an_entry(1, type=EntryType.FILE, file=await blobs.put(b"evidence", "lsass.zip"), created=room.clock.now())
    await room.store.commit(some_changes(incidents=[an_incident(1)], entries=[dump, an_entry(2)]))
    journal = Journal(room.store)
    evidence = Evidence(
        store=room.store, users=room.store.users, blobs=blobs, redaction=Redaction(journal), clock=room.clock
    )
    return Proving(evidence=evidence, seals=room.store.seals, signer=room.sealing.signer)


async def happened(room: Room, act: Act, times: int = 1, entry: EntryId = DUMP) -> None:  # noqa: F811
    custody = custody_of(await room.store.entry(entry), act)
    await room.store.commit(some_changes(custody=[custody] * times, at=room.clock.now()))


def seals(item: ProvenItem) -> list[int]:
    return [act.seal for act in item.acts]


async def test_each_act_names_its_seal_and_what_is_new_none(room: Room, proving: Proving) -> None:  # noqa: F811
    assert seals(await proving.item(DUMP, RITA)) == [0]
    await room.sealing.seal()
    await happened(room, Act.VIEWED)
    await room.sealing.seal()
    await happened(room, Act.EXPORTED)
    item = await proving.item(DUMP, RITA)
    assert [(act.event.custody.act, act.seal) for act in item.acts] == [
        (Act.EXPORTED, 0),
        (Act.VIEWED, 2),
        (Act.SAVED, 1),
    ]
    assert (item.unsealed, item.problems, item.earlier) == (1, [], 0)
    assert {act.key for act in item.acts if act.seal} == {item.key} == {fingerprint(room.sealing.signer.public_key())}


async def test_acts_on_another_file_are_not_among_them(room: Room, proving: Proving) -> None:  # noqa: F811
    file = await proving.evidence.blobs.put(b"another", "sam.zip")
    other = an_entry(3, type=EntryType.FILE, file=file, created=room.clock.now())
    await room.store.commit(some_changes(entries=[other]))
    await happened(room, Act.DOWNLOADED, entry=other.id)
    assert [act.event.custody.act for act in (await proving.item(DUMP, RITA)).acts] == [Act.SAVED]
    assert [act.event.custody.act for act in (await proving.item(other.id, RITA)).acts] == [Act.DOWNLOADED, Act.SAVED]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE event SET actor = 'mallory' WHERE kind = 'evidence'", "was changed after it was sealed."),
        ("UPDATE event SET body = replace(body, 'saved', 'viewed') WHERE kind = 'evidence'", "was changed after"),
        ("UPDATE seal SET at = at + 1", "Seal 1 is not signed by the key that it names: it was changed."),
        ("UPDATE seal SET key = 'no key'", "Seal 1 is not signed by the key that it names: it was changed."),
        ("UPDATE seal SET signature = ''", "Seal 1 is not signed by the key that it names: it was changed."),
        ("UPDATE seal SET leaves = ''", "The hashes of seal 1 (events 1 to 4) were changed: they miss its root."),
    ],
)
async def test_what_was_changed_is_named(room: Room, proving: Proving, sql: str, said: str) -> None:  # noqa: F811
    await room.sealing.seal()
    room.tamper(sql)
    (problem,) = (await proving.item(DUMP, RITA)).problems
    assert said in problem


async def test_an_earlier_key_of_ours_is_told_and_is_no_flaw(room: Room, proving: Proving) -> None:  # noqa: F811
    await room.sealing.seal()
    now = MemorySigner(2)
    item = await replace(proving, signer=now).item(DUMP, RITA)
    assert (item.problems, item.key) == ([], fingerprint(now.public_key()))
    assert item.acts[0].key == fingerprint(room.sealing.signer.public_key()) != item.key


async def test_it_is_whole_as_of_the_last_time_that_all_of_it_was_read(room: Room, proving: Proving) -> None:  # noqa: F811
    async def whole() -> float | None:
        item = await proving.item(DUMP, RITA)
        return (item.whole - item.entry.created).total_seconds() if item.whole else None

    entry = await room.store.entry(DUMP)
    assert entry.file is not None
    shelf = entry.file.sha256[:2]
    await happened(room, Act.VIEWED)
    await room.store.custody.save_shelf(Shelf(name=shelf, at=entry.created - timedelta(hours=1)))
    assert await whole() is None
    room.clock.advance(60)
    await happened(room, Act.VERIFIED)
    assert await whole() == 60
    await room.store.custody.save_shelf(Shelf(name=shelf, at=entry.created + timedelta(hours=1)))
    assert await whole() == 3600
    await room.store.custody.save_damage(Damage(sha256=entry.file.sha256, at=room.clock.now(), found="they are gone"))
    damage = (await proving.item(DUMP, RITA)).damage
    assert damage is not None
    assert damage.found == "they are gone"


async def test_of_very_many_acts_the_newest_are_shown_and_the_rest_is_counted(room: Room, proving: Proving) -> None:  # noqa: F811
    await happened(room, Act.VIEWED, MOST + 4)
    await room.sealing.seal()
    item = await proving.item(DUMP, RITA)
    assert (len(item.acts), item.earlier) == (MOST, 5)
    assert item.acts[0].event.sequence > item.acts[-1].event.sequence


async def test_what_holds_no_file_is_refused(proving: Proving) -> None:
    with pytest.raises(NotFoundError, match="Entry 2@1 holds no file"):
        await proving.item(NOTE, RITA)
