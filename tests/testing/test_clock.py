import asyncio
from datetime import timedelta

import pytest

from warroom.testing.clock import START, ManualClock


async def test_a_sleeper_wakes_when_its_moment_is_reached() -> None:
    clock = ManualClock()
    sleeper = asyncio.create_task(clock.sleep_until(clock.after(10)))
    await asyncio.sleep(0)
    clock.advance(9)
    await asyncio.sleep(0)
    assert clock.sleeping == 1
    clock.advance(1)
    await sleeper
    assert clock.sleeping == 0


async def test_sleepers_wake_in_the_order_of_their_moments() -> None:
    clock = ManualClock()
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await clock.sleep_until(clock.after(seconds))
        woken.append(seconds)

    sleepers = [asyncio.create_task(sleep(seconds)) for seconds in (30, 10, 20)]
    await asyncio.sleep(0)
    clock.advance(60)
    await asyncio.gather(*sleepers)
    assert woken == [10, 20, 30]


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    clock = ManualClock()
    async with asyncio.timeout(30):
        await clock.sleep_until(START - timedelta(seconds=1))
    async with asyncio.timeout(30):
        await clock.sleep_until(START)


async def test_a_cancelled_sleeper_does_not_stop_the_clock() -> None:
    clock = ManualClock()
    sleeper = asyncio.create_task(clock.sleep_until(clock.after(5)))
    await asyncio.sleep(0)
    sleeper.cancel()
    await asyncio.gather(sleeper, return_exceptions=True)
    assert clock.sleeping == 0
    clock.advance(5)
    assert clock.now() == START + timedelta(seconds=5)


def test_speed_shortens_waits_and_not_the_time() -> None:
    clock = ManualClock(speed=10)
    assert clock.after(60) == START + timedelta(seconds=6)
    clock.advance(6)
    assert clock.now() == START + timedelta(seconds=6)


def test_the_clock_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        ManualClock().advance(-1)


async def test_it_says_when_somebody_wants_to_wake() -> None:
    clock = ManualClock()
    waiting = asyncio.create_task(clock.next_wake())
    await asyncio.sleep(0)
    assert not waiting.done()

    late, soon = (asyncio.create_task(clock.sleep_until(clock.after(seconds))) for seconds in (60, 3))
    assert await waiting == clock.after(3)
    assert await clock.next_wake() == clock.after(3)
    soon.cancel()
    await asyncio.sleep(0)
    assert await clock.next_wake() == clock.after(60)

    far = asyncio.create_task(clock.next_wake(timedelta(seconds=5)))
    await asyncio.sleep(0)
    assert not far.done()

    clock.advance(56)
    near = asyncio.create_task(clock.sleep_until(clock.after(4)))
    assert await far == clock.after(4)
    clock.advance(60)
    await asyncio.gather(late, near)
