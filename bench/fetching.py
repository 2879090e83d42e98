"""How many alerts a second become incidents: fetched over HTTP from a twin, mapped, stored with their plans.

    python -m bench.fetching [--alerts 10000] [--page 200] [--max-fetch 500]

The twin is a process of its own. The work plans are stored, not driven: this measures the intake, and for how long
nobody else had a turn meanwhile.
"""

import argparse
import asyncio
import os
import platform
import resource
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.demo_twin import started_twin
from warroom.model.user import SYSTEM
from warroom.services.ports.store import IncidentQuery

GOAL = 1000


@asynccontextmanager
async def pauses() -> AsyncIterator[list[float]]:
    """Collect for how many seconds the event loop let nobody have a turn."""
    found: list[float] = []

    async def beat() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            found.append(time.perf_counter() - before - 0.001)

    task = asyncio.ensure_future(beat())
    yield found
    task.cancel()


async def run(
    url: str, api_key: str, alerts: int, max_fetch: int, home: Path
) -> tuple[float, list[float], list[float]]:
    """Fetch until nothing new comes; gives wall seconds, the memory after each fifth of the alerts, and the pauses."""
    memory: list[float] = []
    async with open_app(Settings(home=home)) as app, pauses() as found:
        params = {
            "url": url,
            "isFetch": "true",
            "max_fetch": str(max_fetch),
            "first_fetch": "30 days",
            "respond": "propose",
        }
        instance = await app.instances.add("v1", "VisionOneResponse", params, {"apikey": api_key}, SYSTEM)
        start, done = time.perf_counter(), 0
        while True:
            fetched = await app.fetching.fetch(instance.id)
            if fetched.error:
                raise SystemExit(fetched.error)
            if not fetched.incidents:
                break
            done += len(fetched.incidents)
            if done * 5 // alerts > len(memory):
                memory.append(resident())
        wall = time.perf_counter() - start
        stored = await app.store.count_incidents(IncidentQuery(type="Vision One Workbench Alert"))
        assert stored == alerts, f"{stored} incidents of {alerts} alerts"
        return wall, memory, sorted(found)


def resident() -> float:
    """Megabytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--page", type=int, default=200)
    parser.add_argument("--max-fetch", type=int, default=500)
    options = parser.parse_args()
    more = ("--alerts", str(options.alerts), "--setting", f"alert_page_size={options.page}")
    with TemporaryDirectory(prefix="warroom-bench-") as folder:
        home = Path(folder)
        with started_twin("empty", 1.0, home, *more) as twin:
            wall, memory, waits = asyncio.run(run(twin.url, twin.api_key, options.alerts, options.max_fetch, home))
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{versions}, {os.cpu_count()} cores, {platform.machine()}")
    print(f"{'alerts become incidents':<34} {'measured':>12} {'goal':>8}")
    print(f"{'incidents per second':<34} {options.alerts / wall:>12,.0f} {GOAL:>8,}")
    print(f"{'longest pause for others (ms)':<34} {waits[-1] * 1000:>12,.0f}")
    print(f"{'pause, 999 of 1,000 shorter (ms)':<34} {waits[len(waits) * 999 // 1000] * 1000:>12,.0f}")
    print(f"{'memory after each fifth (MB)':<34} {' '.join(f'{item:.0f}' for item in memory):>12} {'flat':>8}")


if __name__ == "__main__":
    main()
