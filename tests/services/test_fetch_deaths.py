"""A fetch that was under way at several deaths of the process is held, and an innocent one goes on."""

import asyncio

import pytest

from tests.services.sources import SOURCE, Intake, Source, an_alert
from tests.services.world import ANA
from warroom.services.fetch_watch import ConcernKind, FetchWatch
from warroom.services.ports.runner import Ran
from warroom.services.ports.store import IncidentQuery
from warroom.testing.runner import FakeCode


class Killed(BaseException):
    """The process ends here: nothing of ours runs any more."""


class Deadly(Source):
    """Kills the process that fetches, so many times."""

    deaths = 0

    def fetch(self, code: FakeCode) -> Ran:
        if self.deaths:
            self.deaths -= 1
            raise Killed
        return super().fetch(code)


async def dies(intake: Intake) -> None:
    with pytest.raises(Killed):
        await intake.fetch()
    intake.restart()


async def made(deaths: int) -> Intake:
    source = Deadly([an_alert(1)])
    source.deaths = deaths
    intake = Intake(source)
    await intake.begin()
    for _ in range(deaths):
        await dies(intake)
    return intake


async def kinds(intake: Intake) -> list[ConcernKind]:
    return [concern.kind for concern in await FetchWatch(fetching=intake.fetching).concerns()]


async def count(intake: Intake) -> int:
    return await intake.world.store.count_incidents(IncidentQuery())


@pytest.mark.parametrize("deaths", [1, 2])
async def test_a_fetch_goes_on_after_few_deaths_and_they_are_forgotten(deaths: int) -> None:
    intake = await made(deaths)
    assert (await intake.fetch()).error == ""
    state = (await intake.fetching.states())[SOURCE]
    assert (state.deaths, state.begun, await count(intake)) == (0, None, 1)


async def test_at_the_third_death_it_is_held_and_said_until_a_person_lets_it_fetch() -> None:
    intake = await made(3)
    for _ in range(2):
        fetched = await intake.fetch()
        assert fetched.error.startswith("Its fetch was under way at 3 deaths of the process and is held")
        intake.restart()
    assert (await kinds(intake), await count(intake)) == ([ConcernKind.HELD], 0)
    assert [leg for leg in intake.legs.waiting if leg.kind == "fetch"] == []

    await intake.runtime.fetch_now(SOURCE, ANA)

    assert (await kinds(intake), await count(intake)) == ([], 1)
    assert [leg.kind for leg in intake.legs.waiting] == ["fetch"]


async def test_one_that_kills_again_when_a_person_lets_it_fetch_is_held_at_once() -> None:
    intake = await made(3)
    assert isinstance(intake.source, Deadly)
    intake.source.deaths = 1
    with pytest.raises(Killed):
        await intake.runtime.fetch_now(SOURCE, ANA)
    intake.restart()
    assert "at 4 deaths of the process" in (await intake.fetch()).error


async def test_an_end_in_good_order_is_no_death() -> None:
    intake = await made(2)
    assert isinstance(intake.source, Deadly)
    intake.source.deaths = 1
    with pytest.raises(Killed):
        await intake.fetch()
    await intake.runtime.stop()
    intake.restart()
    assert (await intake.fetch()).error == ""


async def test_a_fetch_that_fails_has_ended() -> None:
    intake = await made(2)
    intake.source.ends = ["raise"]
    await intake.fetch()
    intake.restart()
    state = (await intake.fetching.states())[SOURCE]
    assert (state.deaths, state.begun, state.failures) == (0, None, 1)


async def test_after_two_deaths_a_fetch_waits_for_what_else_is_suspected() -> None:
    intake = await made(2)
    async with intake.world.conductor.suspects:
        fetch = asyncio.create_task(intake.runtime.fetch_now(SOURCE, ANA))
        await asyncio.wait([fetch], timeout=0.05)
        assert (fetch.done(), await count(intake)) == (False, 0)
    await fetch
    assert await count(intake) == 1
