"""What holds when a process is killed, and when two share one database."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import Engine

from tests.durable.conftest import TIMEOUT, jobs_on, on_dbos
from warroom.durable.job_queue import DbosJobQueue
from warroom.model.plan import QueueJob

ROOT = Path(__file__).parents[2]


@dataclass(kw_only=True)
class Child:
    """A process that says what it does, line by line."""

    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = asyncio.create_task(self._listen())

    async def says(self, *words: str) -> None:
        await wait_until(lambda: set(words) <= set(self.said))

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def end(self) -> str:
        """Have it stop in peace; what it wrote to its error output."""
        assert self.process.stdin
        assert self.process.stderr
        self.process.stdin.close()
        async with asyncio.timeout(TIMEOUT):
            complaints = await self.process.stderr.read()
            await self._listening
            await self.process.wait()
        return complaints.decode()

    async def _listen(self) -> None:
        assert self.process.stdout
        while line := await self.process.stdout.readline():
            self.said.append(line.decode().strip())


async def wait_until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(TIMEOUT):
        while not holds():  # noqa: ASYNC110  # what is waited for happens in other processes
            await asyncio.sleep(0.01)


Spawn: TypeAlias = Callable[..., Awaitable[Child]]


@pytest.fixture
async def spawn() -> AsyncIterator[Spawn]:
    children: list[Child] = []

    async def begin(engine: Engine, *arguments: str) -> Child:
        url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.durable.process", url, *arguments),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        children.append(Child(process=process))
        return children[-1]

    yield begin
    for child in children:
        if child.process.returncode is None:
            await child.kill()
        await child.end()


async def test_a_job_committed_just_before_a_kill_comes_in_the_next_process(
    engine: Engine, dbos_jobs: DbosJobQueue, spawn: Spawn
) -> None:
    child = await spawn(engine, "commit", "p1")
    await child.says("committed")
    await child.kill()
    queued = on_dbos(dbos_jobs, engine)
    await dbos_jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.targets == ["p1"])


async def test_a_job_that_was_under_way_at_a_kill_comes_again(engine: Engine, spawn: Spawn) -> None:
    on_dbos(jobs_on(engine), engine).commit([QueueJob(kind="plan", target="hang")])
    child = await spawn(engine, "take")
    await child.says("hang")
    await child.kill()
    jobs = jobs_on(engine)
    queued = on_dbos(jobs, engine)
    await jobs.start(queued.handler.take)
    await queued.until(lambda: queued.handler.targets == ["hang"])
    await jobs.stop()


async def test_a_process_that_stops_says_nothing_of_its_own(
    engine: Engine, dbos_jobs: DbosJobQueue, spawn: Spawn
) -> None:
    queued = on_dbos(dbos_jobs, engine)
    queued.commit([QueueJob(kind="plan", target="hang"), QueueJob(kind="plan", target="p1")])
    child = await spawn(engine, "take")
    await child.says("hang", "p1")
    assert await child.end() == ""
    assert sorted(child.said) == ["hang", "p1", "started"]


@pytest.mark.postgres
async def test_of_two_that_share_the_work_one_takes_over_what_the_other_had(postgres: Engine, spawn: Spawn) -> None:
    here = on_dbos(jobs_on(postgres), postgres)
    names = [f"p{number}" for number in range(40)]
    children = [await spawn(postgres, "take"), await spawn(postgres, "take")]
    for child in children:
        await child.says("started")
    for name in [*names, "hang"]:
        here.commit([QueueJob(kind="plan", target=name)])

    await wait_until(lambda: {*names, "hang"} <= {word for child in children for word in child.said})
    holder, other = sorted(children, key=lambda child: "hang" not in child.said)
    await holder.kill()
    await other.says("hang")
