import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.database import lay_database
from warroom.model.custody import Act, Custody
from warroom.model.errors import ConflictError, ForbiddenError
from warroom.model.ids import IncidentId
from warroom.model.seal import DOMAIN
from warroom.model.user import Role
from warroom.services.proof.layout import fingerprint
from warroom.services.sealing.check import Verdict
from warroom.services.sealing.sealing import BATCH, Sealing
from warroom.store.store import SqlStore, open_store
from warroom.store.vault import FernetVault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.locks import MemoryLocks
from warroom.testing.samples import an_actor, an_entry, an_incident, some_changes
from warroom.testing.signing import MemorySigner
from warroom.testing.store import MemoryStore

ANA = an_actor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A real store whose file somebody may write to behind our back."""

    path: Path
    store: SqlStore
    sealing: Sealing
    clock: ManualClock

    async def log(self, count: int) -> None:
        """Make events: one commit each, and two for the incident."""
        incidents = [] if await self.store.last_event() else [an_incident(1)]
        await self.store.commit(some_changes(incidents=incidents, entries=[an_entry(n) for n in range(1, count)]))

    async def verdict(self, **asked: object) -> Verdict:
        return await self.sealing.verify(ANA, **asked)  # type: ignore[arg-type]  # what a test asks

    def tamper(self, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.path)) as database, database:
            assert database.execute(sql, values).rowcount


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    path, clock = tmp_path / "w.db", ManualClock()
    lay_database(path)
    vault = FernetVault(Fernet.generate_key().decode(), origin="the test's key")
    store = open_store(f"sqlite:///{path}", MemoryBlobs(), vault)
    sealing = Sealing(seals=store.seals, locks=store.locks, signer=MemorySigner(), clock=clock)
    yield Room(path=path, store=store, sealing=sealing, clock=clock)
    store.close()


@pytest.fixture
async def sealed(room: Room) -> Room:
    """Three seals over three commits of ten events."""
    for _ in range(3):
        await room.log(10)
        await room.sealing.seal()
    return room


async def test_what_is_new_is_sealed_in_a_chain(room: Room) -> None:
    await room.log(10)
    assert await room.sealing.waiting() == await room.store.last_event() == 10
    assert await room.sealing.seal() == 10
    assert (await room.sealing.waiting(), await room.sealing.seal()) == (0, 0)
    await room.log(5)
    assert await room.sealing.seal() == 4
    one, two = await room.store.seals.seals()
    assert (one.first, one.last, two.first, two.last, two.previous) == (1, 10, 11, 14, one.hash)
    verdict = await room.verdict()
    assert (verdict.is_whole, verdict.events, verdict.seals, verdict.head) == (True, 14, 2, (2, two.hash))


async def test_a_log_with_nothing_in_it_is_whole(room: Room) -> None:
    verdict = await room.verdict()
    assert (verdict.is_whole, verdict.events, verdict.head, await room.sealing.head()) == (True, 0, None, None)


@pytest.mark.slow
async def test_many_events_are_sealed_in_several_batches_or_as_many_as_are_asked_for(room: Room) -> None:
    for _ in range(3):
        await room.log(BATCH)
    assert await room.sealing.seal(1) == BATCH
    assert await room.sealing.seal() == await room.store.last_event() - BATCH
    assert (await room.verdict()).is_whole


async def test_one_process_seals_at_a_time() -> None:
    store, locks = MemoryStore(), MemoryLocks()
    await store.commit(some_changes(incidents=[an_incident(1)]))
    sealing = Sealing(seals=store.seals, locks=locks, signer=MemorySigner(), clock=ManualClock())
    locks.elsewhere.add("seal")
    assert await sealing.seal() == 0
    locks.elsewhere.clear()
    assert await sealing.seal() == 1


CHANGES: dict[str, str] = {
    "body": "UPDATE event SET body = replace(body, '\"Print\"', '\"Prank\"') || ' ' WHERE sequence = ?",
    "actor": "UPDATE event SET actor = 'eve' WHERE sequence = ?",
    "time": "UPDATE event SET at = at + 1 WHERE sequence = ?",
    "kind": "UPDATE event SET kind = 'fetch' WHERE sequence = ?",
    "incident": "UPDATE event SET incident = 2 WHERE sequence = ?",
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("sequence", [1, 10, 11, 20, 28])
async def test_a_changed_event_is_named(sealed: Room, what: str, sequence: int) -> None:
    sealed.tamper(CHANGES[what], sequence)
    (problem,) = (await sealed.verdict()).problems
    assert problem.startswith(f"Event {sequence} (")
    assert "was changed after it was sealed" in problem


@pytest.mark.parametrize("sequence", [1, 10, 11, 28])
async def test_a_dropped_event_is_named(sealed: Room, sequence: int) -> None:
    sealed.tamper("DELETE FROM event WHERE sequence = ?", sequence)
    (problem,) = (await sealed.verdict()).problems
    assert problem.startswith(f"Event {sequence} is gone")


async def test_two_events_that_changed_places_are_both_named(sealed: Room) -> None:
    for one, other in ((4, -4), (5, 4), (-4, 5)):
        sealed.tamper("UPDATE event SET sequence = ? WHERE sequence = ?", other, one)
    problems = (await sealed.verdict()).problems
    assert [problem.partition(" (")[0] for problem in problems] == ["Event 4", "Event 5"]


@pytest.mark.parametrize("sequence", [0, -5])
async def test_an_event_that_was_put_in_is_named(sealed: Room, sequence: int) -> None:
    sealed.tamper("INSERT INTO event SELECT ?, at, incident, kind, actor, body FROM event WHERE sequence = 3", sequence)
    (problem,) = (await sealed.verdict()).problems
    assert problem.startswith(f"Event {sequence} (")
    assert "was put in" in problem


async def test_events_that_vanish_before_they_are_sealed_are_named_then_and_later(room: Room) -> None:
    await room.log(10)
    room.tamper("DELETE FROM event WHERE sequence IN (4, 10)")
    assert (await room.verdict()).problems == (
        "Event 4 is gone before it was sealed.",
        "The last event is gone: 10 were numbered, 9 is the last that is there.",
    )
    await room.sealing.seal()
    await room.log(3)
    await room.sealing.seal()
    assert (await room.verdict()).problems == (
        "Event 4 was gone already when seal 1 was made.",
        "Event 10 was gone already when seal 2 was made.",
    )
    room.tamper("INSERT INTO event SELECT 4, at, incident, kind, actor, body FROM event WHERE sequence = 3")
    assert any("Event 4 (" in problem and "put in after" in problem for problem in (await room.verdict()).problems)


SEALS: dict[str, tuple[str, str]] = {
    "root = replace(root, substr(root, 1, 1), 'x')": ("root", "Seal 2 is not signed"),
    "leaves = (SELECT leaves FROM seal WHERE number = 3)": ("leaves", "hashes of seal 2"),
    "signature = (SELECT signature FROM seal WHERE number = 1)": ("signature", "Seal 2 is not signed"),
    "key = 'aa' || substr(key, 3)": ("key", "Seal 2 is not signed"),
    "at = at + 1": ("time", "Seal 2 is not signed"),
    "first = 12": ("first", "Seal 2 does not follow seal 1"),
    "previous = root": ("previous", "Seal 2 does not follow seal 1"),
}


@pytest.mark.parametrize("change", SEALS, ids=[name for name, _ in SEALS.values()])
async def test_a_changed_seal_is_named(sealed: Room, change: str) -> None:
    sealed.tamper(f"UPDATE seal SET {change} WHERE number = 2")
    verdict = await sealed.verdict()
    assert not verdict.is_whole
    assert any(SEALS[change][1] in problem for problem in verdict.problems), verdict.problems


async def test_a_seal_that_is_gone_is_named(sealed: Room) -> None:
    sealed.tamper("DELETE FROM seal WHERE number = 2")
    assert any(problem.startswith("Seal 2 is gone") for problem in (await sealed.verdict()).problems)


async def test_a_log_that_was_sealed_anew_is_told_by_its_key(sealed: Room) -> None:
    """Whoever has no signing key has to take another one."""
    noted = (await sealed.verdict()).head
    sealed.tamper("UPDATE event SET actor = 'eve' WHERE sequence = 3")
    sealed.tamper("DELETE FROM seal")
    eve = Sealing(seals=sealed.store.seals, locks=sealed.store.locks, signer=MemorySigner(2), clock=sealed.clock)
    await eve.seal()
    (problem,) = (await sealed.verdict()).problems
    named = fingerprint(MemorySigner(2).public_key())
    assert named in problem
    assert "--key" in problem
    assert (await sealed.verdict(keys=[named])).is_whole
    assert noted is not None
    assert not (await sealed.verdict(keys=[named], head=noted)).is_whole


async def test_a_seal_that_was_noted_shows_what_the_thief_of_the_key_did(sealed: Room) -> None:
    noted = (await sealed.verdict()).head
    assert (await sealed.verdict(head=noted)).is_whole
    sealed.tamper("DELETE FROM seal WHERE number = 3")
    sealed.tamper("UPDATE event SET actor = 'eve' WHERE sequence = 25")
    assert (await sealed.verdict(head=noted)).problems == ("Seal 3, which was noted, is gone.",)
    sealed.clock.advance(1)
    await sealed.sealing.seal()
    assert (await sealed.verdict()).is_whole
    (problem,) = (await sealed.verdict(head=noted)).problems
    assert problem.startswith("Seal 3 is not the one that you noted")


# -- removing what is old ------------------------------------------------------------------------------------------


async def aged(room: Room) -> None:
    """Two seals, the first a day older, with custody of evidence in each."""
    for _ in range(2):
        await room.log(10)
        await room.store.commit(some_changes(custody=[Custody(incident=IncidentId("1"), act=Act.VERIFIED)]))
        await room.sealing.seal()
        room.clock.advance(86_400)


async def test_after_old_events_are_removed_the_rest_is_checked_from_a_signed_checkpoint(room: Room) -> None:
    await aged(room)
    before = room.clock.now() - timedelta(days=1)
    point, removed = await room.sealing.trim(before, "One day is kept.", ANA)
    assert (point.through, point.number, removed, point.reason) == (11, 1, 10, "One day is kept.")
    verdict = await room.verdict()
    assert (verdict.is_whole, verdict.removed, verdict.events) == (True, 10, 11)
    assert len(await room.store.custody.events(IncidentId("1"))) == 2  # custody stays
    await room.log(5)
    await room.sealing.seal()
    assert (await room.verdict()).is_whole


async def test_custody_that_several_removals_kept_is_missed_when_it_goes(room: Room) -> None:
    await aged(room)
    for days in (1, 0):
        await room.sealing.trim(room.clock.now() - timedelta(days=days), "Less is kept.", ANA)
    assert [point.kept for point in await room.store.seals.checkpoints()] == ["11", "11,21"]
    assert (await room.verdict()).is_whole
    room.tamper("DELETE FROM event WHERE sequence = 11")
    assert (await room.verdict()).problems == (
        "Event 11 is gone: seal 1 has it, and the checkpoint at event 21 kept it.",
    )


async def test_a_checkpoint_that_was_made_before_it_said_what_is_kept_is_checked_as_it_was_signed(room: Room) -> None:
    await aged(room)
    point, _ = await room.sealing.trim(room.clock.now() - timedelta(days=1), "One day is kept.", ANA)
    older = replace(point, kept=None)
    await room.store.seals.save_checkpoint(replace(older, signature=MemorySigner().sign(DOMAIN, older.text()).hex()))
    assert (await room.verdict()).is_whole


REMOVALS: dict[str, tuple[str, str]] = {
    "more": ("DELETE FROM event WHERE sequence = 12", "Event 12 is gone"),
    "farther": ("UPDATE checkpoint SET through = 21, number = 2", "checkpoint at event 21"),
    "reason": ("UPDATE checkpoint SET reason = 'none'", "checkpoint at event 11 is not signed"),
    "kept": ("UPDATE event SET actor = 'eve' WHERE sequence = 11", "Event 11 ('evidence'"),
    "custody": (
        "DELETE FROM event WHERE sequence = 11",
        "Event 11 is gone: seal 1 has it, and the checkpoint at event 11 kept it.",
    ),
    "what it kept": ("UPDATE checkpoint SET kept = ''", "checkpoint at event 11 is not signed"),
    "that it kept": ("UPDATE checkpoint SET kept = NULL", "checkpoint at event 11 is not signed"),
    "what cannot be read": ("UPDATE checkpoint SET kept = '9-3,-x" + "9" * 5000 + "'", "at event 11 is not signed"),
    "checkpoint": ("DELETE FROM checkpoint", "Event 1 is gone"),
}


@pytest.mark.parametrize("what", REMOVALS)
async def test_what_is_wrong_after_a_removal_is_named(room: Room, what: str) -> None:
    await aged(room)
    await room.sealing.trim(room.clock.now() - timedelta(days=1), "One day is kept.", ANA)
    sql, said = REMOVALS[what]
    room.tamper(sql)
    verdict = await room.verdict()
    assert any(said in problem for problem in verdict.problems), verdict.problems


async def test_nothing_is_removed_from_a_log_that_is_not_whole(room: Room) -> None:
    await aged(room)
    room.tamper("UPDATE event SET actor = 'eve' WHERE sequence = 3")
    with pytest.raises(ConflictError, match=r"since the log is not whole\. Event 3 "):
        await room.sealing.trim(room.clock.now(), "to hide it", ANA)
    assert await room.store.seals.checkpoints() == []


async def test_when_nothing_is_that_old_it_is_said(sealed: Room) -> None:
    with pytest.raises(ConflictError, match="Nothing was sealed before"):
        await sealed.sealing.trim(sealed.clock.now() - timedelta(days=9), "why", ANA)


@pytest.mark.parametrize("role", [Role.READER, Role.ANALYST, Role.RESPONDER])
async def test_the_log_is_checked_and_trimmed_by_admins(room: Room, role: Role) -> None:
    who = an_actor(role=role)
    asks: list[Callable[[], object]] = [
        lambda: room.sealing.verify(who),
        lambda: room.sealing.trim(room.clock.now(), "why", who),
    ]
    for ask in asks:
        with pytest.raises(ForbiddenError, match="takes the role admin"):
            await ask()  # type: ignore[misc]  # both are awaited
