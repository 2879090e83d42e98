"""How fast the store takes commits, and what one costs.

    python -m bench.store [--seconds 3] [--database sqlite:///PATH | postgresql://…]

A small commit is what a playbook's step writes: two tasks, an entry, a context patch, under the plan's fence; with its
events that is nine rows.
"""

import argparse
import asyncio
import os
import platform
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy
from cryptography.fernet import Fernet

from warroom.model.context import ContextPatch, PatchKind
from warroom.model.ids import IncidentId, InstanceId, PlanId, WorkerId
from warroom.model.plan import Intent, TaskState
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.store import Changes, Fence
from warroom.store.store import SqlStore, open_store
from warroom.store.vault import FernetVault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes

CALLERS = 50
PAGE = 100
HOME = IncidentId("1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of the table."""

    what: str
    goal: str
    count: int
    wall: float
    cpu: float
    worst_ms: float

    def line(self) -> str:
        rate, cost = self.count / self.wall, self.cpu / self.count * 1e6
        return f"{self.what:<46} {rate:>9,.0f}/s {self.goal:>9} {cost:>9,.0f} µs {self.worst_ms:>9,.1f} ms"


async def measure(
    what: str, goal: str, seconds: float, once: Callable[[int], Awaitable[int]], callers: int
) -> Measured:
    """Let callers do it over and over; `once` says how many things it did."""
    done, worst = 0, 0.0
    end = time.perf_counter() + seconds
    start, cpu = time.perf_counter(), time.process_time()

    async def call(caller: int) -> None:
        nonlocal done, worst
        while (before := time.perf_counter()) < end:
            count = await once(caller)
            done += count  # after the wait, or others' counts would be lost
            worst = max(worst, time.perf_counter() - before)

    await asyncio.gather(*(call(caller) for caller in range(callers)))
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    return Measured(what=what, goal=goal, count=done, wall=wall, cpu=used, worst_ms=worst * 1000)


def small(plan: str, number: int, *, durable: bool = False) -> Changes:
    """What one step of a playbook writes."""
    readable = "| Endpoint | Status |\n|---|---|\n| WIN-7 | isolated |\n" * 3
    return some_changes(
        fence=Fence(plan=PlanId(plan), epoch=1),
        entries=[an_entry(number, 1, contents={"endpoint": "WIN-7", "status": 202}, human_readable=readable)],
        patches=[ContextPatch(incident=HOME, kind=PatchKind.MERGE, value={"VisionOne.Endpoint": {"name": "WIN-7"}})],
        tasks=[
            a_task(f"{number % 20}", plan, state=TaskState.COMPLETED, started=START, ended=START),
            a_task(f"{number % 20 + 1}", plan, inputs={"endpoint": "WIN-7", "limit": 50}),
        ],
        durable=durable,
    )


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked of the store; each gives how much of it was done."""

    store: SqlStore
    plans: Sequence[PlanId] = tuple(PlanId(f"p{caller}") for caller in range(CALLERS))

    async def begin(self) -> None:
        await self.store.commit(some_changes(incidents=[an_incident(1)], plans=[a_plan(plan) for plan in self.plans]))
        for caller in range(CALLERS):
            await self.claim(caller)

    async def step(self, caller: int) -> int:
        await self.store.commit(small(self.plans[caller], await self.store.reserve_entries(HOME, 1)))
        return 1

    async def intent(self, caller: int) -> int:
        number = await self.store.reserve_entries(HOME, 1)
        task = a_task(f"{number}", self.plans[caller])
        intent = Intent(plan=task.plan, key=task.key, attempt=1, command="isolate", started=START)
        fence = Fence(plan=task.plan, epoch=1)
        await self.store.commit(some_changes(fence=fence, tasks=[task], intents=[intent], durable=True))
        return 1

    async def fetch(self, _caller: int) -> int:
        first = await self.store.reserve_incidents(PAGE)
        numbers = range(first, first + PAGE)
        incidents = [an_incident(n, mirrors=f"WB-{n}", raw_json="x" * 2000, custom_fields={"a": "b"}) for n in numbers]
        last_run = LastRun(instance=InstanceId("i"), value={"last": first})
        await self.store.commit(some_changes(incidents=incidents, last_run=last_run, durable=True))
        return PAGE

    async def read(self, caller: int) -> int:
        await self.store.plan(self.plans[caller])
        return 1

    async def claim(self, caller: int) -> int:
        await self.store.claim(self.plans[caller], WorkerId("w"), START)
        return 1


async def measure_all(store: SqlStore, seconds: float) -> list[Measured]:
    work = Work(store)
    await work.begin()
    return [
        await measure("small commits, 50 callers", "2,500/s", seconds, work.step, CALLERS),
        await measure("small commits, 1 caller", "", seconds, work.step, 1),
        await measure("durable intents, 50 callers", "", seconds, work.intent, CALLERS),
        await measure("incidents in durable pages of 100, 1 caller", "1,000/s", seconds, work.fetch, 1),
        await measure("one plan read, 50 callers", "", seconds, work.read, CALLERS),
        await measure("one plan claimed, 50 callers", "", seconds, work.claim, CALLERS),
    ]


async def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the store.")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="warroom-bench-", dir=Path.cwd()) as folder:
        url = options.database or f"sqlite:///{folder}/warroom.db"
        vault = FernetVault(Fernet.generate_key().decode(), origin="the bench's key")
        store = open_store(url, MemoryBlobs(), vault)
        rows = await measure_all(store, options.seconds)
        store.close()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, "
        f"SQLAlchemy {sqlalchemy.__version__}, {url.partition(':')[0]} (SQLite {sqlite3.sqlite_version})"
    )
    print(f"{'':<46} {'rate':>11} {'goal':>9} {'CPU each':>12} {'slowest':>12}")
    for row in rows:
        print(row.line())


if __name__ == "__main__":
    asyncio.run(main())
