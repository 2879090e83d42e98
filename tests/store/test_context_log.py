from typing import Any

from warroom.model.context import ContextPatch, PatchKind
from warroom.model.ids import IncidentId
from warroom.services.ports.store import ContextLog, Snapshot, Store
from warroom.testing.samples import some_changes

HOME = IncidentId("1")


def a_patch(value: Any, incident: str = "1") -> ContextPatch:
    return ContextPatch(incident=IncidentId(incident), kind=PatchKind.MERGE, value={"Key": value})


async def test_patches_come_back_in_the_order_of_their_numbers(store: Store) -> None:
    wiped = ContextPatch(incident=HOME, kind=PatchKind.DELETE, scope="subplaybook-5", path="File.Name")
    first = await store.commit(some_changes(patches=[a_patch(1), wiped]))
    second = await store.commit(some_changes(patches=[a_patch(2)]))
    assert sorted({*first.patches, *second.patches}) == [*first.patches, *second.patches]
    expected = [*zip(first.patches, [a_patch(1), wiped], strict=True), (second.patches[0], a_patch(2))]
    assert await store.context_log(HOME) == ContextLog(snapshot=None, patches=tuple(expected))


async def test_a_reader_gets_what_is_newer_than_it_knows(store: Store) -> None:
    known = (await store.commit(some_changes(patches=[a_patch(1)]))).patches[-1]
    (new,) = (await store.commit(some_changes(patches=[a_patch(2)]))).patches
    await store.commit(some_changes(patches=[a_patch(3, incident="2")]))
    assert (await store.context_log(HOME, after=known)).patches == ((new, a_patch(2)),)
    assert (await store.context_log(HOME, after=new)).patches == ()


async def test_a_snapshot_stands_for_the_patches_before_it(store: Store) -> None:
    (known,) = (await store.commit(some_changes(patches=[a_patch(1)]))).patches
    snapshot = Snapshot(incident=HOME, sequence=known, context={"Key": [1]})
    (new,) = (await store.commit(some_changes(patches=[a_patch(2)], snapshot=snapshot))).patches
    assert await store.context_log(HOME) == ContextLog(snapshot=snapshot, patches=((new, a_patch(2)),))
    assert await store.context_log(HOME, after=known) == ContextLog(snapshot=None, patches=((new, a_patch(2)),))


async def test_an_older_snapshot_does_not_replace_a_newer_one(store: Store) -> None:
    newer = Snapshot(incident=HOME, sequence=9, context={"Key": "new"})
    await store.commit(some_changes(snapshot=newer))
    await store.commit(some_changes(snapshot=Snapshot(incident=HOME, sequence=5, context={"Key": "old"})))
    assert (await store.context_log(HOME)).snapshot == newer


async def test_large_values_come_back(store: Store) -> None:
    large = a_patch("x" * 100_000)
    (number,) = (await store.commit(some_changes(patches=[large]))).patches
    assert (await store.context_log(HOME)).patches == ((number, large),)
    snapshot = Snapshot(incident=HOME, sequence=number, context={"Key": "x" * 100_000})
    await store.commit(some_changes(snapshot=snapshot))
    assert await store.context_log(HOME) == ContextLog(snapshot=snapshot, patches=())


async def test_an_incident_without_context_has_an_empty_log(store: Store) -> None:
    assert await store.context_log(HOME) == ContextLog(snapshot=None, patches=())
