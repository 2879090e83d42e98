"""Where an action is about to leave: held by what, and whoever pauses knows what had left before."""

import asyncio

from tests.services.approvals.approval_world import approval_world
from tests.services.stop import Stop
from tests.services.world import until
from warroom.services.approvals.halting import COLLECTS_EVIDENCE, Halting
from warroom.testing.store import MemoryStore


async def test_collecting_evidence_is_let_pass_and_every_other_action_is_held() -> None:
    halting = Halting(halts=MemoryStore().halts, goes_on=COLLECTS_EVIDENCE)
    collects = ["trendmicro-visionone-collect-and-download-file", "TrendMicro-VisionOne-collect-forensic-file"]
    assert [halting.is_let_pass(name) for name in collects] == [True, True]
    assert not halting.is_let_pass("trendmicro-visionone-isolate-endpoint")


async def test_nothing_is_held_while_nothing_is_paused() -> None:
    approvals = await approval_world()
    assert await approvals.world.halting.over_named("isolate", ("lab-1",), ("id-lab-1",)) is None


async def test_an_instance_is_known_by_its_id_and_by_its_name() -> None:
    approvals = await approval_world(instances=("acme", "beta"))
    await Stop.of(approvals).pause("acme")
    over = approvals.world.halting.over_named
    assert await over("isolate", ("renamed",), ("id-acme",)) is not None
    assert await over("isolate", ("ACME",)) is not None
    assert await over("isolate", ("beta",), ("id-beta",)) is None
    assert await over("isolate", ()) is None


async def test_whoever_pauses_waits_for_what_is_being_let_out_and_for_nothing_after_it() -> None:
    halting = Halting(halts=MemoryStore().halts)
    written, later = asyncio.Event(), asyncio.Event()

    async def sends(until_then: asyncio.Event) -> None:
        async with halting.sending():
            await until_then.wait()

    first = asyncio.create_task(sends(written))
    await asyncio.sleep(0)
    pausing = asyncio.create_task(halting.all_sent())
    await asyncio.sleep(0)
    second = asyncio.create_task(sends(later))
    await asyncio.sleep(0)
    assert not pausing.done()
    written.set()
    await until(pausing.done)
    assert not second.done()
    later.set()
    await asyncio.gather(first, second)
