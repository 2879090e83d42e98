import asyncio

import pytest

from tests.durable.conftest import Handler
from warroom.durable.delivery import Delivery
from warroom.durable.job_rows import Interrupted
from warroom.model.plan import QueueJob


def plans(*targets: str) -> list[QueueJob]:
    return [QueueJob(kind="plan", target=target) for target in targets]


async def no_failure(job: QueueJob) -> None:
    raise AssertionError(f"{job.target} failed.")


async def test_returns_when_all_work_is_done() -> None:
    handler = Handler()
    await Delivery(handler.take, {"plan": 2}).deliver(plans("p1", "p2", "p3"), no_failure)
    assert handler.targets == ["p1", "p2", "p3"]


async def test_each_kind_has_its_own_room() -> None:
    handler = Handler(hold={"p1": asyncio.Event()})
    delivery = Delivery(handler.take, {"plan": 1, "fetch": 1})
    full = asyncio.create_task(delivery.deliver(plans("p1", "p2"), no_failure))
    await delivery.deliver([QueueJob(kind="fetch", target="i1")], no_failure)
    assert sorted(handler.targets) == ["i1", "p1"]
    handler.hold["p1"].set()
    await full
    assert handler.most_at_once == 2


async def test_a_failure_is_told_while_others_still_work() -> None:
    handler = Handler(hold={"slow": asyncio.Event()}, refuse={"p1"})
    failed: list[str] = []

    async def on_failed(job: QueueJob) -> None:
        failed.append(job.target)
        handler.hold["slow"].set()

    await Delivery(handler.take, {"plan": 3}).deliver(plans("slow", "p1", "p2"), on_failed)
    assert failed == ["p1"]


async def test_stop_waits_for_work_that_ends_in_time() -> None:
    handler = Handler(hold={"p1": asyncio.Event()})
    delivery = Delivery(handler.take, {"plan": 1})
    under_way = asyncio.create_task(delivery.deliver(plans("p1"), no_failure))
    await asyncio.sleep(0.01)
    asyncio.get_running_loop().call_later(0.01, handler.hold["p1"].set)
    await delivery.stop(grace_seconds=5)
    await under_way
    assert handler.targets == ["p1"]


async def test_stop_interrupts_work_that_takes_too_long() -> None:
    handler = Handler(hold={"p1": asyncio.Event()})
    delivery = Delivery(handler.take, {"plan": 1})
    under_way = asyncio.create_task(delivery.deliver(plans("p1", "p2"), no_failure))
    await asyncio.sleep(0.01)
    await delivery.stop(grace_seconds=0.01)
    with pytest.raises(Interrupted):
        await under_way
    assert handler.targets == ["p1"]


async def test_a_wait_ends_in_time_or_is_interrupted_by_stop() -> None:
    delivery = Delivery(Handler().take, {"plan": 1})
    async with asyncio.timeout(30):
        await delivery.wait(0.01)
        waiting = asyncio.create_task(delivery.wait(60))
        await asyncio.sleep(0)
        await delivery.stop(grace_seconds=0)
        with pytest.raises(Interrupted):
            await waiting


async def test_after_stop_nothing_is_taken() -> None:
    handler = Handler()
    delivery = Delivery(handler.take, {"plan": 1})
    await delivery.stop(grace_seconds=0)
    with pytest.raises(Interrupted):
        await delivery.deliver(plans("p1"), no_failure)
    assert handler.targets == []
