"""What durable playbooks of ten commands reach of the rate at which the same workers run bare commands.

    python -m bench.playbooks [--count 1000] [--at-once 10]

Each command is a no-op of an integration, run in a warm worker process; each of its ten steps is committed to SQLite
with its entry and its context change. Ten playbooks run at once, in one runtime process. A bare command is the same
no-op in the same worker processes, ten at once, and nothing around it: no plan, no commit. They run right before the
playbooks and right after, so that a machine that is busier at one moment does not decide.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.content.read_playbook import read_playbook_text
from warroom.model.incident import Incident
from warroom.model.user import SYSTEM
from warroom.services.app import App
from warroom.services.ports.runner import Run
from warroom.testing.server import FakeServer

GOAL = 0.6  # of the rate of bare commands
COMMANDS = 10
INTEGRATION = {
    "commonfields": {"id": "Bench", "version": -1},
    "name": "Bench",
    "display": "Bench",
    "category": "Utilities",
    "description": "A no-op.",
    "configuration": [],
    "script": {
        "type": "python",
        "subtype": "python3",
        "dockerimage": "demisto/python3:3.12.13.10116658",
        "script": "demisto.results({'Type': 1, 'ContentsFormat': 'text', 'Contents': 'ok',"
        " 'EntryContext': {'Bench.Turn': demisto.args()['turn']}})\n",
        "commands": [{"name": "bench-nothing", "description": "Nothing.", "arguments": [{"name": "turn"}]}],
    },
}


def playbook_text() -> str:
    """Write a playbook of ten commands in a row."""
    tasks = {"0": {"id": "0", "taskid": "0", "type": "start", "task": {"name": ""}, "nexttasks": {"#none#": ["1"]}}}
    for number in range(1, COMMANDS + 1):
        tasks[str(number)] = {
            "id": str(number),
            "taskid": str(number),
            "type": "regular",
            "task": {"name": f"Step {number}", "script": "Bench|||bench-nothing", "iscommand": True, "brand": "Bench"},
            "scriptarguments": {"turn": {"simple": str(number)}},
            "nexttasks": {"#none#": [str(number + 1)]} if number < COMMANDS else {},
        }
    return json.dumps({"id": "Bench", "version": -1, "name": "Bench", "starttaskid": "0", "tasks": tasks})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Seconds on the wall, of the runtime's CPU, and of its event loop's alone; the rest is the writer's, mostly."""

    wall: float
    cpu: float
    loop: float

    @classmethod
    def now(cls) -> Self:
        return cls(wall=time.perf_counter(), cpu=time.process_time(), loop=time.thread_time())

    def since(self, start: Self) -> Self:
        return type(self)(wall=self.wall - start.wall, cpu=self.cpu - start.cpu, loop=self.loop - start.loop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The bare commands' rate on the wall, and what the playbooks took."""

    bare: float
    took: Clocks


async def run(count: int, at_once: int, home: Path) -> Measured:
    """Run both, once the workers are warm."""
    pack = home / "packs" / "Bench"
    (pack / "Integrations").mkdir(parents=True)
    (pack / "pack_metadata.json").write_text(json.dumps({"name": "Bench", "currentVersion": "1.0.0"}))
    (pack / "Integrations" / "integration-Bench.yml").write_text(json.dumps(INTEGRATION))
    playbook = read_playbook_text(playbook_text(), "bench")
    async with open_app(Settings(home=home)) as app:
        instance = await app.instances.add("bench", "Bench", {}, {}, SYSTEM)
        incidents = [(await app.incidents.create(f"Bench {number}", SYSTEM))[0] for number in range(count + at_once)]
        room = asyncio.Semaphore(at_once)

        async def one(incident: Incident) -> None:
            async with room:
                plan = await app.plans.start(incident, playbook, {}, SYSTEM)
                await app.conductor.drive(plan.id)

        await asyncio.gather(*(one(incident) for incident in incidents[:at_once]))  # warm up
        half = count * COMMANDS // 2
        before = await bare_commands(app, instance.id, incidents[0], half, at_once)
        start = Clocks.now()
        await asyncio.gather(*(one(incident) for incident in incidents[at_once:]))
        took = Clocks.now().since(start)
        after = await bare_commands(app, instance.id, incidents[0], half, at_once)
        await _check(app, incidents[-1])
        return Measured(bare=2 * half / (before + after), took=took)


async def bare_commands(app: App, worker: str, incident: Incident, count: int, at_once: int) -> float:
    """Run commands in the instance's workers, with nothing around them; gives the seconds that they took."""
    catalogue = app.library.catalogue
    bare = Run(
        worker=worker,
        code=catalogue.integration("Bench").code,
        name="Bench",
        command="bench-nothing",
        args={"turn": "1"},
        modules=catalogue.module_sources(),
        incident=incident.as_xsoar(),
        investigation=incident.id,
        is_integration=True,
    )

    async def some(turns: int) -> None:
        for _ in range(turns):
            async with app.runtime.runner.run(bare, FakeServer()) as ran:
                assert not ran.error, ran.traceback

    start = Clocks.now()
    await asyncio.gather(*(some(count // at_once + (number < count % at_once)) for number in range(at_once)))
    return Clocks.now().since(start).wall


async def _check(app: App, incident: Incident) -> None:
    """A playbook that failed early would look fast."""
    assert len(await app.war_room.entries(incident.id, SYSTEM)) == COMMANDS
    assert (await app.journal.context(incident.id))["Bench"]["Turn"][-1] == str(COMMANDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=10)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="warroom-bench-") as folder:
        measured = asyncio.run(run(options.count, options.at_once, Path(folder)))
    took, commands = measured.took, options.count * COMMANDS
    rate = commands / took.wall
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = used.ru_utime + used.ru_stime
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{versions}, {os.cpu_count()} cores, {platform.machine()}")
    print(f"{'playbooks of ' + str(COMMANDS) + ' commands':<34} {'measured':>12} {'goal':>8}")
    print(f"{'of the rate of bare commands':<34} {rate / measured.bare:>12.2f} {f'>= {GOAL}':>8}")
    print(f"{'bare commands per second':<34} {measured.bare:>12,.0f}")
    print(f"{'commands of playbooks per second':<34} {rate:>12,.0f}")
    print(f"{'playbooks per second':<34} {options.count / took.wall:>12,.0f}")
    print(f"{'runtime CPU per command':<34} {took.cpu / commands * 1e6:>9,.0f} µs")
    print(f"{'  of it the event loop':<34} {took.loop / commands * 1e6:>9,.0f} µs")
    print(f"{'workers CPU per command, all in all':<34} {workers / (2 * commands) * 1e6:>8,.0f} µs")
    print(f"{'peak memory of the runtime':<34} {memory:>9,.0f} MB")


if __name__ == "__main__":
    main()
