"""Mirroring as the runtime runs it: by itself, each minute, told when it fails."""

import asyncio

import pytest

from tests.services.mirroring.reflection import ONE, TWO, Reflection
from tests.services.sources import SOURCE
from tests.services.world import ANA
from warroom.model.ids import InstanceId
from warroom.model.plan import QueueJob
from warroom.services.mirroring.mirroring import MIRROR_SECONDS, Mirrored
from warroom.services.ports.runner import Ran
from warroom.testing.runner import FakeCode

UPDATE, MODIFIED = "update-remote-system", "get-modified-remote-data"


def waiting(reflection: Reflection) -> int:
    return [job.kind for job in reflection.jobs.waiting].count("mirror")


async def served(reflection: Reflection) -> Reflection:
    await reflection.begin()
    await reflection.runtime.start()
    await reflection.jobs.run_until_idle()
    return reflection


async def pass_time(reflection: Reflection, seconds: float) -> None:
    reflection.world.clock.advance(seconds)
    await reflection.jobs.run_until_idle()


async def test_from_start_on_it_mirrors_each_minute() -> None:
    reflection = await served(Reflection())
    assert reflection.other.times(MODIFIED) == 1
    await pass_time(reflection, MIRROR_SECONDS / 2)
    assert reflection.other.times(MODIFIED) == 1
    await reflection.set(stage="Closed")
    await pass_time(reflection, MIRROR_SECONDS / 2)
    assert (reflection.other.times(UPDATE), reflection.other.times(MODIFIED)) == (1, 2)
    assert waiting(reflection) == 1


async def test_restarts_leave_several_jobs_and_only_one_line_goes_on() -> None:
    reflection = await served(Reflection())
    for _ in range(3):
        await reflection.jobs.enqueue(QueueJob(kind="mirror", target=SOURCE))
    await pass_time(reflection, MIRROR_SECONDS)
    await pass_time(reflection, MIRROR_SECONDS)
    assert waiting(reflection) == 1
    assert reflection.other.times(MODIFIED) == 3


async def test_what_fails_is_told_and_the_next_round_comes() -> None:
    reflection = await served(Reflection())
    reflection.other.fails[MODIFIED] = ["HTTPError: 500 for tmv1-secret"]
    await pass_time(reflection, MIRROR_SECONDS)
    health = reflection.mirroring.health(SOURCE)
    assert health is not None
    assert (health.at, health.mirrored.error) == (
        reflection.world.clock.now(),
        "get-modified-remote-data: HTTPError: 500 for ••••••",
    )
    await pass_time(reflection, MIRROR_SECONDS)
    healthy = reflection.mirroring.health(SOURCE)
    assert healthy is not None
    assert healthy.mirrored.error == ""


async def test_without_anything_to_mirror_nothing_is_asked_and_it_looks_again() -> None:
    reflection = await served(Reflection(alerts=0))
    assert reflection.other.asked == []
    assert reflection.mirroring.health(SOURCE) is None
    assert waiting(reflection) == 1
    assert "mirror" not in {event.kind for event in await reflection.world.store.events()}


async def test_an_instance_that_is_off_or_gone_is_left_alone() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.save(enabled=False)
    reflection.jobs.waiting.clear()
    for instance in (SOURCE, InstanceId("gone")):
        assert await reflection.mirroring.mirror(instance) == Mirrored()
    assert (reflection.other.asked, waiting(reflection)) == ([], 0)


async def test_rounds_of_one_instance_wait_for_each_other() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.set(stage="Closed")
    async with asyncio.timeout(60):
        rounds = await asyncio.gather(*(reflection.mirroring.mirror(SOURCE) for _ in range(3)))
    assert sorted(mirrored.sent for mirrored in rounds) == [0, 0, 1]


async def test_a_round_that_goes_on_in_another_process_is_left_to_it_and_the_next_one_comes() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.set(stage="Closed")
    reflection.locks.elsewhere.add(f"mirror {SOURCE}")
    assert await reflection.mirroring.mirror(SOURCE) == Mirrored()
    assert (reflection.other.asked, waiting(reflection)) == ([], 1)
    reflection.locks.elsewhere.clear()
    assert (await reflection.mirroring.mirror(SOURCE)).sent == 1


async def test_an_admin_may_have_it_mirror_at_once() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.set(stage="Closed")
    assert (await reflection.runtime.mirror_now(SOURCE, ANA)).sent == 1


@pytest.mark.parametrize("enabled", [True, False])
async def test_it_goes_on_when_the_instance_is_switched_on_again(*, enabled: bool) -> None:
    reflection = await served(Reflection())
    await reflection.save(enabled=False)
    await pass_time(reflection, MIRROR_SECONDS)
    await reflection.save(enabled=enabled)
    assert waiting(reflection) == 0
    await reflection.runtime.start()
    assert waiting(reflection) == int(enabled)


@pytest.mark.parametrize("instance", ["", "lab-1"])
async def test_while_it_is_paused_nothing_goes_out_and_what_comes_in_does(instance: str) -> None:
    reflection = await served(Reflection())
    await reflection.pausing.pause(instance, "Wrong cases.", ANA)
    await reflection.set(stage="Closed")
    reflection.other.change("WB-2", stage="Closed")
    await pass_time(reflection, MIRROR_SECONDS)
    await pass_time(reflection, MIRROR_SECONDS)
    assert (reflection.other.times(UPDATE), await reflection.stage(TWO)) == (0, "Closed")
    await reflection.pausing.resume(instance, "", ANA)
    await pass_time(reflection, MIRROR_SECONDS)
    assert reflection.other.deltas == [{"stage": "Closed"}]


async def test_a_pause_in_the_middle_of_a_round_holds_the_rest_of_it() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.good_round()
    for incident in (ONE, TWO):
        await reflection.set(incident, stage="Closed")
    update = reflection.other.update

    async def pauses(code: FakeCode) -> Ran:
        await reflection.pausing.pause("", "Enough.", ANA)
        return update(code)

    reflection.world.runner.table[UPDATE] = pauses
    assert "was not sent: ana paused every instance" in (await reflection.round()).error
    assert reflection.other.times(UPDATE) == 1
    await reflection.pausing.resume("", "", ANA)
    reflection.world.runner.table[UPDATE] = update
    await reflection.good_round()
    assert [args["remoteId"] for name, args in reflection.other.asked if name == UPDATE] == ["WB-1", "WB-2"]
