"""What fetches or mirrors and was under way at several deaths of the process is held; an innocent one goes on."""

import asyncio

import pytest

from tests.services.mirroring.reflection import Reflection
from tests.services.sources import SOURCE, Intake, Source, an_alert
from tests.services.world import ANA
from warroom.services.intake.fetch_watch import Concern, ConcernKind, FetchWatch
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


async def concerns(intake: Intake) -> list[Concern]:
    return await FetchWatch(fetching=intake.fetching, mirroring=intake.mirroring).concerns()


async def kinds(intake: Intake) -> list[ConcernKind]:
    return [concern.kind for concern in await concerns(intake)]


async def count(intake: Intake) -> int:
    return await intake.world.store.count_incidents(IncidentQuery())


@pytest.mark.parametrize("deaths", [1, 2])
async def test_a_fetch_goes_on_after_few_deaths_and_they_are_forgotten(deaths: int) -> None:
    intake = await made(deaths)
    assert (await intake.fetch()).error == ""
    state = (await intake.fetching.states())[SOURCE]
    assert (state.deaths, state.started, await count(intake)) == (0, None, 1)


async def test_at_the_third_death_it_is_held_and_said_until_a_person_lets_it_fetch() -> None:
    intake = await made(3)
    for _ in range(2):
        fetched = await intake.fetch()
        assert fetched.error.startswith("Its fetch was under way at 3 deaths of the process and is held")
        intake.restart()
    assert (await kinds(intake), await count(intake)) == ([ConcernKind.HELD], 0)
    assert [job for job in intake.jobs.waiting if job.kind == "fetch"] == []

    await intake.runtime.fetch_now(SOURCE, ANA)

    assert (await kinds(intake), await count(intake)) == ([], 1)
    assert [job.kind for job in intake.jobs.waiting] == ["fetch"]


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
    assert (state.deaths, state.started, state.failures) == (0, None, 1)


async def test_after_two_deaths_a_fetch_waits_for_what_else_is_suspected() -> None:
    intake = await made(2)
    async with intake.world.conductor.suspects:
        fetch = asyncio.create_task(intake.runtime.fetch_now(SOURCE, ANA))
        await asyncio.wait([fetch], timeout=0.05)
        assert (fetch.done(), await count(intake)) == (False, 0)
    await fetch
    assert await count(intake) == 1


class Mirror(Reflection):
    """Kills the process in the next rounds of mirroring, so many times."""

    async def dies(self) -> None:
        with pytest.raises(Killed):
            await self.round()
        self.restart()

    def kills(self, deaths: int, command: str) -> None:
        table = self.world.runner.table
        innocent = table[command]
        left = [Killed()] * deaths

        async def function(code: FakeCode) -> Ran:
            if left:
                raise left.pop()
            ran = innocent(code)
            assert isinstance(ran, Ran)
            return ran

        table[command] = function


async def mirrored(deaths: int, command: str = "get-modified-remote-data", more: int = 0) -> Mirror:
    """Let so many rounds die; `more` would die after them."""
    mirror = Mirror()
    await mirror.begin()
    await mirror.set(stage="Review")
    mirror.kills(deaths + more, command)
    for _ in range(deaths):
        await mirror.dies()
    return mirror


@pytest.mark.parametrize("command", ["get-modified-remote-data", "update-remote-system"])
@pytest.mark.parametrize("deaths", [1, 2])
async def test_mirroring_goes_on_after_few_deaths_and_they_are_forgotten(deaths: int, command: str) -> None:
    mirror = await mirrored(deaths, command)
    await mirror.good_round()
    run = await mirror.world.store.mirror_run(SOURCE)
    assert (run.started, run.deaths, run.held) == (None, 0, None)
    assert mirror.other.cases["WB-1"]["stage"] == "Review"


@pytest.mark.parametrize("command", ["get-modified-remote-data", "update-remote-system"])
async def test_at_the_third_death_mirroring_is_held_and_said_until_a_person_lets_it_mirror(command: str) -> None:
    mirror = await mirrored(3, command)
    asked = len(mirror.other.asked)
    for _ in range(2):
        held = await mirror.round()
        assert held.error.startswith("Its mirroring was under way at 3 deaths of the process and is held")
        mirror.restart()
    (concern,) = await concerns(mirror)
    assert (concern.kind, concern.says) == (ConcernKind.UNMIRRORED, held.error)
    assert len(mirror.other.asked) == asked
    assert [job for job in mirror.jobs.waiting if job.kind == "mirror"] == []

    assert (await mirror.runtime.mirror_now(SOURCE, ANA)).error == ""

    assert await concerns(mirror) == []
    assert [job.kind for job in mirror.jobs.waiting if job.kind == "mirror"] == ["mirror"]
    assert mirror.other.cases["WB-1"]["stage"] == "Review"


async def test_since_when_mirroring_is_held_stays_the_same_at_each_start() -> None:
    mirror = await mirrored(3)
    since = []
    for _ in range(2):
        await mirror.round(3600)
        since += [concern.since for concern in await concerns(mirror)]
        mirror.restart()
    assert since[0] == since[1]


async def test_mirroring_that_kills_again_when_a_person_lets_it_mirror_is_held_at_once() -> None:
    mirror = await mirrored(3, more=1)
    with pytest.raises(Killed):
        await mirror.runtime.mirror_now(SOURCE, ANA)
    mirror.restart()
    assert "at 4 deaths of the process" in (await mirror.round()).error


async def test_fetching_goes_on_while_mirroring_is_held() -> None:
    mirror = await mirrored(3)
    await mirror.round()
    assert (await mirror.fetch()).error == ""


async def test_an_end_in_good_order_is_no_death_of_mirroring() -> None:
    mirror = await mirrored(2, more=1)
    with pytest.raises(Killed):
        await mirror.round()
    await mirror.runtime.stop()
    mirror.restart()
    await mirror.good_round()


async def test_after_two_deaths_mirroring_waits_for_what_else_is_suspected() -> None:
    mirror = await mirrored(2)
    async with mirror.world.conductor.suspects:
        round_ = asyncio.create_task(mirror.runtime.mirror_now(SOURCE, ANA))
        await asyncio.wait([round_], timeout=0.05)
        assert not round_.done()
    assert (await round_).error == ""


async def test_a_round_that_begins_leaves_no_event() -> None:
    mirror = await mirrored(0)
    before = await mirror.world.store.last_event()
    mirror.kills(1, "get-modified-remote-data")
    await mirror.dies()
    kinds = [event.kind for event in await mirror.world.store.events(before)]
    assert kinds.count("mirror") == 2  # of the incident that was sent: before, and after
