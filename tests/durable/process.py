"""A process of its own for tests that kill one: `python -m tests.durable.process URL commit|take TARGET...`.

`commit` queues plan jobs and says so; `take` says each job that comes, and works on one named `hang` forever.
"""

import asyncio
import os
import sys

from tests.durable.conftest import LEASE_SECONDS, jobs_on
from warroom.durable.clock import SystemClock
from warroom.durable.lease import leased
from warroom.model.ids import WorkerId
from warroom.model.plan import QueueJob
from warroom.store.engine import writing_engine
from warroom.store.leases import SqlLeases


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def take(job: QueueJob) -> None:
    say(job.target)
    if job.target == "hang":
        await asyncio.Event().wait()


async def told_to_stop() -> None:
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def main(url: str, action: str, *targets: str) -> None:
    engine = writing_engine(url)
    worker = WorkerId(f"child-{os.getpid()}")
    jobs = jobs_on(engine, worker=worker)
    if action == "take":
        async with leased(SqlLeases(engine, LEASE_SECONDS), worker, SystemClock(), seconds=0.2):
            await jobs.start(take)
            say("started")
            await told_to_stop()
            await jobs.stop()
    else:
        with engine.begin() as connection:
            jobs.enqueue_in(connection, [QueueJob(kind="plan", target=target) for target in targets])
        say("committed")
        await told_to_stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
