import asyncio

import pytest

from warroom.model.ids import TaskKey
from warroom.services.drive.inflight import Inflight
from warroom.services.drive.performed import Done, Performed
from warroom.services.ports.outage import OutageError

FIRST, SECOND = TaskKey("1"), TaskKey("2")


async def performed(key: TaskKey, after: asyncio.Event | None = None) -> Performed:
    if after:
        await after.wait()
    return Performed(key=key, ending=Done())


async def broken() -> Performed:
    raise OutageError("The database is locked.", unwritten=True)


async def test_what_has_ended_is_given_once() -> None:
    inflight, never = Inflight(asyncio.Event()), asyncio.Event()
    inflight.launch(FIRST, performed(FIRST))
    inflight.launch(SECOND, performed(SECOND, never))
    async with asyncio.timeout(60):
        await inflight.wait()
    assert [item.key for item in inflight.take()] == [FIRST]
    assert (inflight.take(), inflight.keys) == ([], {SECOND})
    await inflight.cancel()


async def test_a_sign_ends_the_wait() -> None:
    inflight, never = Inflight(asyncio.Event()), asyncio.Event()
    inflight.launch(FIRST, performed(FIRST, never))
    async with asyncio.timeout(60):
        await inflight.wait(asyncio.sleep(60), asyncio.sleep(0))
    assert inflight.take() == []
    await inflight.cancel()


async def test_with_nothing_in_flight_only_a_nudge_ends_the_wait_each_time() -> None:
    nudge = asyncio.Event()
    inflight = Inflight(nudge)
    for _ in range(2):
        waiting = asyncio.create_task(inflight.wait())
        await asyncio.sleep(0)
        assert not waiting.done()
        nudge.set()
        async with asyncio.timeout(60):
            await waiting
        nudge.clear()
    assert not inflight
    await inflight.cancel()


async def test_a_nudge_that_came_before_the_wait_ends_it() -> None:
    nudge, never = asyncio.Event(), asyncio.Event()
    inflight = Inflight(nudge)
    inflight.launch(FIRST, performed(FIRST))
    async with asyncio.timeout(60):
        await inflight.wait()
        inflight.take()
        inflight.launch(SECOND, performed(SECOND, never))
        nudge.set()
        await inflight.wait()
    await inflight.cancel()


async def test_what_breaks_is_told_when_the_others_have_ended() -> None:
    inflight, goes_on = Inflight(asyncio.Event()), asyncio.Event()
    inflight.launch(FIRST, broken())
    inflight.launch(SECOND, performed(SECOND, goes_on))
    await asyncio.sleep(0)
    assert inflight.take() == []
    goes_on.set()
    async with asyncio.timeout(60):
        await inflight.wait()
        assert [item.key for item in inflight.take()] == [SECOND]
        await inflight.wait()
    with pytest.raises(OutageError):
        inflight.take()
    await inflight.cancel()


async def test_what_is_cut_off_has_ended_when_that_is_said() -> None:
    inflight, never = Inflight(asyncio.Event()), asyncio.Event()
    ended = []

    async def cleaned_up() -> Performed:
        try:
            return await performed(FIRST, never)
        finally:
            ended.append(FIRST)

    inflight.launch(FIRST, cleaned_up())
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        await inflight.cancel()
    assert ended == [FIRST]
