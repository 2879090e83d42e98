"""How many playbooks of ten commands run through worker processes, and where the time goes.

    python -m bench.playbooks [--count 1000] [--at-once 10]

Each command is a no-op of an integration, run in a warm worker process; each of its ten steps is committed to SQLite
with its entry and its context change. Ten playbooks run at once, in one runtime process.
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

from warroom.bootstrap import Settings, open_app
from warroom.content.read_playbook import read_playbook_text
from warroom.model.incident import Incident
from warroom.model.user import SYSTEM
from warroom.services.app import App

GOAL = 250
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


async def run(count: int, at_once: int, home: Path) -> Clocks:
    """Run them; gives what they took, once the workers were warm."""
    pack = home / "packs" / "Bench"
    (pack / "Integrations").mkdir(parents=True)
    (pack / "pack_metadata.json").write_text(json.dumps({"name": "Bench", "currentVersion": "1.0.0"}))
    (pack / "Integrations" / "integration-Bench.yml").write_text(json.dumps(INTEGRATION))
    playbook = read_playbook_text(playbook_text(), "bench")
    async with open_app(Settings(home=home)) as app:
        await app.instances.add("bench", "Bench", {}, {}, SYSTEM)
        incidents = [(await app.incidents.create(f"Bench {number}", SYSTEM))[0] for number in range(count + at_once)]
        room = asyncio.Semaphore(at_once)

        async def one(incident: Incident) -> None:
            async with room:
                plan = await app.plans.start(incident, playbook, {}, SYSTEM)
                await app.conductor.drive(plan.id)

        await asyncio.gather(*(one(incident) for incident in incidents[:at_once]))  # warm up
        start = Clocks.now()
        await asyncio.gather(*(one(incident) for incident in incidents[at_once:]))
        took = Clocks.now().since(start)
        await _check(app, incidents[-1])
        return took


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
        took = asyncio.run(run(options.count, options.at_once, Path(folder)))
    commands = options.count * COMMANDS
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = used.ru_utime + used.ru_stime
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{versions}, {os.cpu_count()} cores, {platform.machine()}")
    print(f"{'playbooks of ' + str(COMMANDS) + ' commands':<34} {'measured':>12} {'goal':>8}")
    print(f"{'playbooks per second':<34} {options.count / took.wall:>12,.0f} {GOAL:>8}")
    print(f"{'commands per second':<34} {commands / took.wall:>12,.0f} {GOAL * COMMANDS:>8}")
    print(f"{'runtime CPU per command':<34} {took.cpu / commands * 1e6:>9,.0f} µs")
    print(f"{'  of it the event loop':<34} {took.loop / commands * 1e6:>9,.0f} µs")
    print(f"{'workers CPU, their start included':<34} {workers / commands * 1e6:>9,.0f} µs")
    print(f"{'peak memory of the runtime':<34} {memory:>9,.0f} MB")


if __name__ == "__main__":
    main()
