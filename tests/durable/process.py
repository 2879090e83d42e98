"""A process of its own for tests that kill one: `python -m tests.durable.process URL commit|take TARGET...`.

`commit` queues plan legs and says so; `take` says each leg that comes, and works on one named `hang` forever.
"""

import asyncio
import sys

from tests.durable.conftest import FAST
from warroom.durable.clock import SystemClock
from warroom.durable.legs import DbosLegs
from warroom.model.ids import WorkerId
from warroom.model.plan import Leg
from warroom.store.engine import writing_engine


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def take(leg: Leg) -> None:
    say(leg.target)
    if leg.target == "hang":
        await asyncio.Event().wait()


async def main(url: str, action: str, *targets: str) -> None:
    engine = writing_engine(url)
    legs = DbosLegs(engine=engine, worker=WorkerId("child"), clock=SystemClock(), settings=FAST)
    if action == "take":
        await legs.start(take)
        say("started")
    else:
        with engine.begin() as connection:
            legs.enqueue_in(connection, [Leg(kind="plan", target=target) for target in targets])
        say("committed")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await legs.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
