"""What an attacker gains by a restart, and how much of the disk: nothing."""

from datetime import timedelta

import pytest

from warroom.model.errors import TooManyTriesError
from warroom.services.people.kept_tries import TOLD_EACH, TOLD_OF, KeptTries
from warroom.services.people.tries import Backoff, Tries
from warroom.services.ports.tries import EVERYWHERE
from warroom.testing.clock import START
from warroom.testing.tries import MemoryTries

HERE = "192.0.2.7"


async def guessed_with_restarts(store: MemoryTries, times: int) -> int:
    """Guess as often as it goes, with a new process for each guess; gives how often it went."""
    went = 0
    for _ in range(times):
        try:
            await KeptTries(store).start(HERE, "ana", START)
            went += 1
        except TooManyTriesError:
            pass
    return went


async def test_a_restart_for_each_guess_gives_no_guess_more() -> None:
    store = MemoryTries()
    assert await guessed_with_restarts(store, 50) == Backoff().free


async def test_a_try_is_kept_before_anybody_looks_at_its_password() -> None:
    store = MemoryTries()
    await KeptTries(store).start(HERE, "ana", START)
    (count,) = await store.all()
    assert (count.origin, count.wrong, count.since) == (HERE, 1, START)


async def test_the_right_password_and_an_admin_forgive_in_the_store_too() -> None:
    store = MemoryTries()
    tries = KeptTries(store)
    await tries.start(HERE, "ana", START)
    await tries.was_right(HERE, "ana", START)
    assert await store.all() == []
    await tries.start(HERE, "ana", START)
    await KeptTries(store).pardon("ana", START)
    assert await store.all() == []


async def test_no_number_of_origins_fills_the_disk() -> None:
    store = MemoryTries()
    tries = KeptTries(store, Tries(Backoff(most=10)))
    for number in range(200):
        await tries.start(f"203.0.113.{number}", "ana", START + timedelta(milliseconds=number))
        await tries.was_wrong(START)
    kept = [count.origin for count in await store.all()]
    assert len(kept) == 11
    assert {EVERYWHERE, "203.0.113.199"} < set(kept)


async def test_of_a_flood_the_log_tells_the_first_ones_and_then_one_of_many() -> None:
    tries = KeptTries(MemoryTries())
    told = [await tries.was_wrong(START) for _ in range(1000)]
    assert told.count(True) == TOLD_EACH + (1000 - TOLD_EACH) // TOLD_OF
    assert not tries.is_quiet(START)
    assert tries.is_quiet(START + Backoff().quiet)


async def test_who_waits_is_known_after_a_restart() -> None:
    store = MemoryTries()
    await guessed_with_restarts(store, 10)
    (count,) = await KeptTries(store).counts(START)
    assert (count.origin, count.wrong, count.name) == (HERE, Backoff().free, "ana")
    with pytest.raises(TooManyTriesError) as refusal:
        await KeptTries(store).start(HERE, "ana", START)
    assert refusal.value.seconds == 5
