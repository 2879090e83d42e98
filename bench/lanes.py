"""How long a typed command waits on the instance that is fetching a storm of alerts, each of which starts a playbook.

    python -m bench.lanes [--alerts 5000] [--seconds 300]

Server (`warroom serve`) and twin are processes of their own; all share the machine's processors, as do the workers.
Commands are typed one after another, one a second at most, through the socket of the data folder, from before the first
alert is fetched until the last playbook has ended, or so many seconds are over. Each asks Vision One about an alert.
"""

import argparse
import asyncio
import os
import platform
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from warroom.cli.demo_twin import TwinProcess, started_twin
from warroom.cli.door import ServerDoor
from warroom.web.local_socket import socket_path

INSTANCE = "v1"
COMMAND = "!trendmicro-visionone-list-alerts limit=1"
PACE = 1.0
MEDIAN_GOAL, WORST_GOAL = 2.0, 5.0
INCIDENTS = "SELECT count(*) FROM incident"  # the playground is one of them
UNDER_WAY = "SELECT count(*) FROM work_plan WHERE state = 'inprogress'"


@dataclass(slots=True)
class Burst:
    """What was seen: seconds of each typed command, and how the storm went."""

    waited: list[float] = field(default_factory=list)
    fetched: int = 0
    fetched_after: float = 0.0
    under_way: int = 0
    seconds: float = 0.0


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[ServerDoor]:
    program = "from warroom.cli.main import main; main()"
    options = ("--no-console", "--fetch-seconds", "1")
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, "--home", str(home), "serve", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert server.stdout is not None
    try:
        await server.stdout.readline()
        yield ServerDoor(socket_path(home), "bench")
    finally:
        server.terminate()
        await server.wait()


async def run(twin: TwinProcess, alerts: int, seconds: float, home: Path) -> Burst:
    burst = Burst()
    async with served(home) as door:
        params = {
            "url": twin.url,
            "isFetch": "true",
            "max_fetch": "500",
            "first_fetch": "30 days",
            "respond": "propose",
        }
        secrets = {"apikey": twin.api_key}
        await door.call("instance.add", name=INSTANCE, integration="VisionOneResponse", params=params, secrets=secrets)
        await door.call("run", text=COMMAND, using=INSTANCE)  # warm up
        began = time.perf_counter()
        while burst.seconds < seconds and (burst.fetched < alerts or burst.under_way):
            burst.waited.append(await typed(door))
            burst.seconds = time.perf_counter() - began
            burst.under_way = count(home, UNDER_WAY)
            if burst.fetched < alerts:
                burst.fetched, burst.fetched_after = count(home, INCIDENTS) - 1, burst.seconds
    return burst


async def typed(door: ServerDoor) -> float:
    """Type a command and wait for its entries, then for the rest of the second."""
    began = time.perf_counter()
    result = await door.call("run", text=COMMAND, using=INSTANCE)
    took = time.perf_counter() - began
    assert result["state"] == "completed", result
    await asyncio.sleep(max(0.0, PACE - took))
    return took


def count(home: Path, query: str) -> int:
    """Look into the database, so that the server need not answer for this."""
    with closing(sqlite3.connect(f"file:{home / 'warroom.db'}?mode=ro", uri=True)) as database:
        return int(database.execute(query).fetchone()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=300.0)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="warroom-bench-") as folder:
        home = Path(folder)
        with started_twin("empty", 1.0, home, "--alerts", str(options.alerts)) as twin:
            burst = asyncio.run(run(twin, options.alerts, options.seconds, home))
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{versions}, {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    print(f"{'a typed command in a burst':<44} {'measured':>10} {'goal':>8}")
    for what, seconds, goal in (
        (f"median of {len(burst.waited)} commands", median(burst.waited), MEDIAN_GOAL),
        ("worst", max(burst.waited), WORST_GOAL),
    ):
        print(f"{what:<44} {seconds:>8.2f} s {f'< {goal:.0f} s':>8}")
    print(f"{'alerts fetched while it lasted':<44} {burst.fetched:>10,}")
    print(f"{'all of them after' if burst.fetched >= options.alerts else 'until':<44} {burst.fetched_after:>8.0f} s")
    done = burst.fetched - burst.under_way
    print(f"{'playbooks ended in ' + format(burst.seconds, '.0f') + ' s':<44} {done:>10,}")


if __name__ == "__main__":
    main()
