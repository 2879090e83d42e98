from datetime import timedelta

from warroom.services.people.guessing import GUESSES, Guessing
from warroom.services.people.kept_tries import KeptTries
from warroom.services.ports.tries import SEVERAL
from warroom.testing.clock import ManualClock
from warroom.testing.tries import MemoryTries


async def test_many_wrong_passwords_from_many_places_are_told_and_a_few_are_not() -> None:
    store, clock = MemoryTries(), ManualClock()
    tries, guessing = KeptTries(store), Guessing(store=store, clock=clock)
    assert await guessing.now() is None
    for number in range(GUESSES):
        assert await guessing.concern() is None
        await tries.start(f"203.0.113.{number % 7}", SEVERAL, clock.now())
        await tries.was_wrong(clock.now())
        clock.advance(60)
    found = await guessing.concern()
    assert found is not None
    assert (found.wrong, found.origins) == (GUESSES, 7)
    assert found.said.startswith(f"{GUESSES} sign-ins have failed since ")
    assert "from 7 addresses" in found.said


async def test_it_is_over_when_nobody_has_guessed_for_an_hour() -> None:
    store, clock = MemoryTries(), ManualClock()
    for _ in range(GUESSES):
        await KeptTries(store).was_wrong(clock.now())
    clock.advance(timedelta(minutes=59).total_seconds())
    assert await Guessing(store=store, clock=clock).concern()
    clock.advance(timedelta(minutes=1).total_seconds())
    assert await Guessing(store=store, clock=clock).concern() is None
