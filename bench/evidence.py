"""How long it takes in real time from an alert that can be seen to evidence that is saved.

    python -m bench.evidence [--runs 3]

A twin and a server at speed 1; the alert is fetched as soon as it can be seen, so that no wait for a fetch counts.
What Vision One takes by itself, which it tells by the times of its response task, is taken off.
"""

import argparse
import asyncio
import os
import platform
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.demo_twin import TwinProcess, started_twin
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.user import SYSTEM
from warroom.services.app import App

GOAL = timedelta(seconds=3)
TIMEOUT = timedelta(minutes=2)


async def evidence(app: App, instance: InstanceId, twin: TwinProcess) -> tuple[timedelta, timedelta]:
    """Raise an alert and wait for its evidence; gives the whole time, and Vision One's own."""
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.post(f"{twin.url}/_twin/alerts", json={"model": "credential-dumping"})
    answer.raise_for_status()
    seen = datetime.now(UTC)
    fetched = await app.fetching.fetch(instance)
    (number,) = fetched.incidents
    incident = IncidentId(number)
    for plan in await app.store.plans(incident):
        app.conductor.start_soon(plan.id)
    while datetime.now(UTC) < seen + TIMEOUT:
        saved = [entry for entry in await app.store.entries(incident) if entry.file]
        if saved:
            task = twin.state()["tasks"][-1]
            own = moment(task["lastActionDateTime"]) - moment(task["createdDateTime"])
            return saved[0].created - seen, own
        await asyncio.sleep(0.05)
    raise SystemExit(f"No evidence within {TIMEOUT.total_seconds():g} s; look at the twin's log and the War Room.")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def run(twin: TwinProcess, home: Path, runs: int) -> list[tuple[timedelta, timedelta]]:
    """Measure some times, after one that is not counted: the workers start with it."""
    settings = Settings(home=home, allowed_origins=(twin.url,), fetch_seconds=3600)
    async with open_app(settings, serve=True) as app:
        params = {"url": twin.url, "isFetch": "true", "first_fetch": "1 day", "respond": "propose"}
        instance = await app.instances.add("v1", "VisionOneResponse", params, {"apikey": twin.api_key}, SYSTEM)
        return [await evidence(app, instance.id, twin) for _ in range(runs + 1)][1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="warroom-bench-") as folder:
        home = Path(folder)
        with started_twin("empty", 1.0, home) as twin:
            measured = asyncio.run(run(twin, home / "data", options.runs))
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{versions}, {os.cpu_count()} cores, {platform.machine()}")
    print(f"{'from alert to evidence (s)':<34} {'measured':>12} {'goal':>8}")
    for whole, own in measured:
        ours = (whole - own).total_seconds()
        print(
            f"{f'{whole.total_seconds():.1f}, of which Vision One took {own.total_seconds():.1f}':<34} {ours:>12.1f}",
            end="",
        )
        print(f" {f'< {GOAL.total_seconds():g}':>8}")


if __name__ == "__main__":
    main()
