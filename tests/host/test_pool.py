import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import PID, Lab, is_gone
from warroom.model.json import Json, JsonObject
from warroom.model.lane import Lane


def meet_at(barrier: asyncio.Barrier) -> Callable[[JsonObject, Path], object]:
    """An answer that comes when as many ask as the barrier is for."""

    async def meet(_: JsonObject, __: Path) -> Json:
        async with asyncio.timeout(60):
            await barrier.wait()

    return meet


async def side_by_side(lab: Lab, *texts: str, worker: str = "instance-1") -> list[Json]:
    return [results[0] for results in await asyncio.gather(*(lab.results(text, worker=worker) for text in texts))]


async def test_runs_of_one_instance_go_side_by_side(lab: Lab) -> None:
    lab.server.table["dt"] = meet_at(asyncio.Barrier(2))
    one, two = await side_by_side(lab, f"demisto.dt(); {PID}", f"demisto.dt(); {PID}")
    assert one != two


async def test_runs_over_the_limit_wait_for_a_worker(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(instance_workers=1)
    assert len(set(await side_by_side(lab, PID, PID, PID))) == 1


async def test_what_a_person_typed_waits_for_no_run_of_the_instance(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(instance_workers=1)
    fetching, fetched = asyncio.Event(), asyncio.Event()

    async def fetch(_: JsonObject, __: Path) -> Json:
        fetching.set()
        await fetched.wait()

    lab.server.table["dt"] = fetch
    fetch_run = asyncio.create_task(lab.ran("demisto.dt()"))
    await fetching.wait()
    waiting = asyncio.create_task(lab.results("demisto.results('played')"))
    async with asyncio.timeout(60):
        assert await lab.results("demisto.results('typed')", lane=Lane.PEOPLE) == ["typed"]
    assert not waiting.done()
    fetched.set()
    await fetch_run
    assert await waiting == ["played"]


async def test_scripts_have_a_limit_of_their_own(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(instance_workers=1, script_workers=2)
    lab.server.table["dt"] = meet_at(asyncio.Barrier(2))
    one, two = await side_by_side(lab, f"demisto.dt(); {PID}", f"demisto.dt(); {PID}", worker="scripts")
    assert one != two


async def test_each_instance_has_its_own_process(lab: Lab) -> None:
    assert await lab.results(PID, worker="one") != await lab.results(PID, worker="two")


async def test_a_worker_is_replaced_after_its_number_of_runs(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(runs_per_worker=2)
    first, second, third = [(await lab.results(PID))[0] for _ in range(3)]
    assert first == second != third
    assert await is_gone(first)


async def test_a_worker_that_has_grown_too_large_is_replaced(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(resident_ceiling=100 << 20)
    [first] = await lab.results(PID)
    [grown] = await lab.results(f"import decimal; decimal.ballast = b'x' * (120 << 20); {PID}")
    [third] = await lab.results(PID)
    assert first == grown != third


async def test_a_run_may_ask_for_a_new_process_though_others_are_idle(lab: Lab) -> None:
    [first] = await lab.results(PID)
    [anew] = await lab.results(PID, anew=True)
    assert first != anew
    assert {first, anew} >= set(await lab.results(PID))


async def test_a_worker_without_work_ends_after_a_while(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(idle_seconds=0.1)
    [pid] = await lab.results(PID)
    assert await is_gone(pid)


async def test_a_worker_that_nobody_waits_for_any_more_serves_the_next_run(lab: Lab) -> None:
    task = asyncio.create_task(lab.ran(PID))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await lab.results("demisto.results('ok')") == ["ok"]
