"""Who gets a place, and that nobody waits for ever."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.model.lane import Lane
from warroom.services.drive.places import TURNS, Places, Ticket


class Queue:
    """People before a number of places; `came` holds who got one, in order."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.came: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def comes(self, name: str, lane: Lane) -> Ticket:
        ticket = Ticket(lane)
        self._leave[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._stay(name, ticket))
        await turns()
        return ticket

    async def leaves(self, name: str) -> None:
        self._leave[name].set()
        await turns()

    async def _stay(self, name: str, ticket: Ticket) -> None:
        async with self.places.place(ticket):
            self.came.append(name)
            await self._leave[name].wait()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def a_queue(count: int, waiting: Sequence[tuple[str, Lane]], *, kept: int = 0) -> Queue:
    queue = Queue(Places(count, kept=kept))
    for number in range(count):
        await queue.comes(f"first {number}", Lane.ROUTINE)
    queue.came.clear()
    for name, lane in waiting:
        await queue.comes(name, lane)
    return queue


async def test_a_place_that_becomes_free_goes_by_lane_and_then_by_who_came_first() -> None:
    waiting = [("fetch", Lane.ROUTINE), ("b", Lane.HIGH), ("a", Lane.PEOPLE), ("c", Lane.HIGH), ("d", Lane.CRITICAL)]
    queue = await a_queue(1, waiting)
    for name in ("first 0", "a", "d", "b", "c"):
        await queue.leaves(name)
    assert queue.came == ["a", "d", "b", "c", "fetch"]


async def test_people_find_a_place_where_others_hold_all_of_theirs() -> None:
    queue = await a_queue(2, [("fetch", Lane.ROUTINE), ("typed", Lane.PEOPLE)], kept=1)
    await queue.comes("typed too", Lane.PEOPLE)
    assert queue.came == ["typed"]
    await queue.leaves("first 0")
    assert queue.came == ["typed", "typed too"]


async def test_people_who_work_for_long_leave_the_others_a_place() -> None:
    queue = await a_queue(2, [], kept=1)
    await queue.leaves("first 0")
    await queue.leaves("first 1")
    for name in ("one", "two", "three"):
        await queue.comes(name, Lane.PEOPLE)
    await queue.comes("fetch", Lane.ROUTINE)
    assert queue.came == ["one", "two", "fetch"]


async def test_who_is_hastened_goes_before_those_that_came_earlier() -> None:
    queue = await a_queue(1, [("low", Lane.LOW)])
    ticket = await queue.comes("answered", Lane.LOW)
    queue.places.hasten(ticket, Lane.ANSWERED)
    queue.places.hasten(ticket, Lane.ROUTINE)
    assert ticket.lane is Lane.ANSWERED
    await queue.leaves("first 0")
    assert queue.came == ["answered"]
    queue.places.hasten(ticket, Lane.PEOPLE)
    assert ticket.lane is Lane.ANSWERED


async def test_a_stream_of_urgent_work_does_not_starve_the_rest() -> None:
    queue = await a_queue(1, [("fetch", Lane.ROUTINE)])
    last = "first 0"
    for number in range(TURNS + 1):
        await queue.comes(f"urgent {number}", Lane.PEOPLE)
        await queue.leaves(last)
        last = queue.came[-1]
        if last == "fetch":
            break
    assert "fetch" in queue.came


@pytest.mark.parametrize("is_given", [False, True])
async def test_who_gives_up_takes_no_place(*, is_given: bool) -> None:
    queue = await a_queue(1, [("gone", Lane.PEOPLE), ("next", Lane.LOW)])
    if is_given:  # in the same turn in which the place becomes theirs
        queue._leave["first 0"].set()
        await asyncio.sleep(0)
    queue.tasks["gone"].cancel()
    await turns()
    await queue.leaves("first 0")
    assert queue.came[-1] == "next"
    await queue.leaves("next")
    await queue.comes("last", Lane.LOW)
    assert queue.came[-1] == "last"


@given(
    count=st.integers(1, 4),
    kept=st.integers(0, 2),
    works=st.lists(st.tuples(st.sampled_from(Lane), st.integers(0, 4), st.booleans()), max_size=40),
)
def test_never_more_than_there_are_places_and_all_get_one(
    count: int, kept: int, works: list[tuple[Lane, int, bool]]
) -> None:
    asyncio.run(_all_served(count, kept, works))


async def _all_served(count: int, kept: int, works: list[tuple[Lane, int, bool]]) -> None:
    places = Places(count, kept=kept)
    inside: list[Lane] = []

    async def work(lane: Lane, seconds: int) -> None:
        async with places.place(Ticket(lane)):
            inside.append(lane)
            try:
                assert len(inside) <= count + kept
                assert sum(lane > Lane.PEOPLE for lane in inside) <= count
                for _ in range(seconds):
                    await asyncio.sleep(0)
            finally:
                inside.remove(lane)

    tasks = [(asyncio.create_task(work(lane, seconds)), stays) for lane, seconds, stays in works]
    await asyncio.sleep(0)
    for task, stays in tasks:
        if not stays:
            task.cancel()
    async with asyncio.timeout(60):
        await asyncio.gather(*(task for task, _ in tasks), return_exceptions=True)
    assert all(task.done() and (task.cancelled() or not task.exception()) for task, _ in tasks)
    for _ in range(count):  # and afterwards all places are free again
        await asyncio.create_task(places._wait(Ticket(Lane.ROUTINE)))
