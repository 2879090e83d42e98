from warroom.services.proof.merkle import joined_root, leaf_hash
from warroom.services.sealing.log_proofs import log_proofs
from warroom.services.sealing.sealing import Sealing
from warroom.testing.clock import ManualClock
from warroom.testing.locks import MemoryLocks
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.signing import MemorySigner
from warroom.testing.store import MemoryStore

SIGNER = MemorySigner()


async def a_log() -> MemoryStore:
    """A log of seven events, sealed in two batches."""
    store = MemoryStore()
    sealing = Sealing(seals=store.seals, locks=MemoryLocks(), signer=SIGNER, clock=ManualClock())
    await store.commit(some_changes(incidents=[an_incident(1)], entries=[an_entry(1), an_entry(2)]))
    await sealing.seal()
    await store.commit(some_changes(entries=[an_entry(number) for number in range(3, 7)]))
    await sealing.seal()
    return store


async def test_wanted_events_are_proven_by_the_seals_that_cover_them_and_no_others() -> None:
    store = await a_log()
    one, two = await log_proofs(store.seals, {1, 5, 6}, SIGNER.public_key().hex())
    assert [event["sequence"] for event in one["events"]] == [1]
    assert [event["sequence"] for event in two["events"]] == [5, 6]
    rows = {row.sequence: row for row in await store.seals.rows(0, 100)}
    for proof in (one, two):
        says = proof["says"]
        known = {
            event["sequence"] - says["first"]: leaf_hash(rows[event["sequence"]].text()) for event in proof["events"]
        }
        beside = [bytes.fromhex(each) for each in proof["beside"]]
        assert joined_root(known, says["last"] - says["first"] + 1, beside).hex() == says["root"]


async def test_what_is_gone_not_sealed_or_of_another_key_has_no_proof() -> None:
    store = await a_log()
    store.seals.removed.add(5)
    assert await log_proofs(store.seals, {5, 99}, SIGNER.public_key().hex()) == []
    assert await log_proofs(store.seals, {1}, MemorySigner(2).public_key().hex()) == []
