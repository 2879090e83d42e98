from datetime import UTC, timedelta

import pytest

from warroom.durable.clock import SystemClock
from warroom.model.errors import InvalidInputError
from warroom.services.ports.clock import Clock


def test_is_a_clock() -> None:
    clock: Clock = SystemClock()
    assert clock.now().tzinfo is UTC


def test_a_wait_is_as_long_as_content_asks() -> None:
    clock = SystemClock()
    before = clock.now()
    assert timedelta(seconds=30) <= clock.after(30) - before < timedelta(seconds=31)


def test_speed_shortens_waits_but_not_timestamps() -> None:
    real, fast = SystemClock(), SystemClock(speed=10)
    assert abs(fast.now() - real.now()) < timedelta(seconds=1)
    before = real.now()
    assert timedelta(seconds=3) <= fast.after(30) - before < timedelta(seconds=4)


async def test_a_sleeper_wakes_at_its_moment() -> None:
    clock = SystemClock()
    moment = clock.now() + timedelta(milliseconds=20)
    await clock.sleep_until(moment)
    assert moment <= clock.now() < moment + timedelta(seconds=1)


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep_until(before - timedelta(hours=1))
    assert clock.now() - before < timedelta(seconds=1)


@pytest.mark.parametrize("speed", [0, -1])
def test_refuses_a_speed_at_which_nothing_ends(speed: float) -> None:
    with pytest.raises(InvalidInputError, match="not above zero"):
        SystemClock(speed=speed)
