"""How fast the console is when the queue is long and many look at it.

    python -m bench.console [--incidents 100000] [--entries 10000]

The server is a process of its own (`warroom serve`); what is measured is what a browser waits for, and the time of
processors that the server takes for it, which other work on the machine does not lengthen.
Events are timed from before the request that writes a note until a socket has the event, commit and answer included.
"""

import argparse
import asyncio
import json
import platform
import random
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx
import psutil  # type: ignore[import-untyped]
from websockets.asyncio.client import ClientConnection, connect

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.model.incident import Severity, Status
from warroom.testing.samples import an_entry, an_incident, some_changes

BATCH = 500
CLIENTS, SOCKETS, EVENTS, TIMES = 20, 200, 100, 15
WORDS = [f"{word}{number}" for word in ("host", "user", "mail", "hash", "file", "proc") for number in range(2000)]
WRITE = {"X-Warroom-Request": "1"}
PASSWORD = "correct horse battery"


async def fill(home: Path, incidents: int, entries: int) -> None:
    """Make a folder with so many incidents, the first of which has so many entries."""
    chance = random.Random(7)
    async with open_app(Settings(home=home)) as app:
        await app.store.reserve_incidents(incidents)
        for start in range(1, incidents + 1, BATCH):
            made = [
                an_incident(
                    number,
                    name=f"Credential dumping on {chance.choice(WORDS)}",
                    type=chance.choice(["Vision One Workbench Alert", "Phishing", "Malware"]),
                    severity=chance.choice(list(Severity)),
                    status=chance.choice([Status.PENDING, Status.ACTIVE, Status.DONE]),
                    owner=chance.choice(["", "ana", "ben"]),
                    details=" ".join(chance.choices(WORDS, k=60)),
                    custom_fields={"visiononeendpoints": [chance.choice(WORDS)], "visiononescore": 70},
                )
                for number in range(start, min(start + BATCH, incidents + 1))
            ]
            await app.store.commit(some_changes(incidents=made))
        for start in range(1, entries + 1, BATCH):
            rows = [an_entry(number, 1, contents=f"note **{number}**") for number in range(start, start + BATCH)]
            await app.store.commit(some_changes(entries=rows))


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[tuple[psutil.Process, httpx.AsyncClient]]:
    """Run the server, with its first admin signed in."""
    program = "from warroom.cli.main import main; main()"
    command = [sys.executable, "-c", program, "--home", str(home), "serve", "--port", "0"]
    server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    try:
        while not (found := re.search(rb"(http://\S+)/setup/(\S+)", await server.stdout.readline())):
            pass
        address, token = found[1].decode(), found[2].decode()
        async with httpx.AsyncClient(base_url=address, headers=WRITE, timeout=60) as client:
            made = await client.post(f"/api/v1/setup/{token}", json={"name": "ana", "password": PASSWORD})
            made.raise_for_status()
            yield psutil.Process(server.pid), client
    finally:
        server.terminate()
        await server.wait()


PAGES = (
    ("queue page", "/", "150 ms, 30 kB"),
    ("queue page, open and high", "/?status=active&severity=high", "150 ms, 30 kB"),
    ("queue, a word of every incident", "/?text=credential", "100 ms"),
    ("its rows, while one types", "/fragments/queue?text=credential&limit=100", "100 ms"),
    ("queue, a word of 500", "/?text=host1777", "100 ms"),
    ("queue, a word of none", "/?text=nonsense", "100 ms"),
    ("queue, one letter", "/?text=h", "100 ms"),
    ("queue, two words", "/?text=host17+mail3", "100 ms"),
    ("queue, two common words", "/?text=credential+dumping", "100 ms"),
    ("queue, neighbours", "/?text=credential-dump", "100 ms"),
    (
        "queue, a common word, filtered, worst first",
        "/?text=credential&severity=high&owner=ana&sort=severity",
        "100 ms",
    ),
    ("rows 50,000 to 50,100", "/fragments/queue?status=any&offset=50000&limit=100", "150 ms"),
    ("the same, worst first", "/fragments/queue?status=any&offset=50000&limit=100&sort=severity", "150 ms"),
    ("the same, of a common word", "/fragments/queue?status=any&offset=50000&limit=100&text=credential", "150 ms"),
    ("API: 100 incidents, worst first", "/api/v1/incidents?sort=severity", "-"),
    ("API: counts", "/api/v1/incidents/facets", "-"),
    ("incident with a long War Room", "/incidents/1", "300 ms"),
    ("its entries, one page", "/fragments/incidents/1/entries", "300 ms"),
)


async def page(server: psutil.Process, client: httpx.AsyncClient, what: str, path: str, goal: str) -> None:
    """Time a page: the median, the slowest, its size, and the processor time of one."""
    took, size = [], 0
    before = server.cpu_times()
    for _ in range(TIMES):
        start = time.perf_counter()
        answer = await client.get(path)
        took.append((time.perf_counter() - start) * 1000)
        answer.raise_for_status()
        size = answer.num_bytes_downloaded
    after = server.cpu_times()
    cpu = (after.user + after.system - before.user - before.system) * 1000 / TIMES
    print(
        f"{what:<46} {median(took):>7,.1f} ms  worst {max(took):>7,.1f} ms  processor {cpu:>6,.1f} ms "
        f"{size / 1000:>6,.1f} kB   goal {goal}"
    )


@asynccontextmanager
async def tabs(client: httpx.AsyncClient, count: int) -> AsyncIterator[list[ClientConnection]]:
    """Open so many sockets that listen to the first incident."""
    url = str(client.base_url).replace("http", "ws", 1).rstrip("/") + "/live"
    headers = {"Cookie": f"warroom_session={client.cookies['warroom_session']}"}
    origin = str(client.base_url).rstrip("/")
    async with AsyncExitStack() as stack:
        sockets = []
        for _ in range(count):
            socket = await stack.enter_async_context(
                connect(url, additional_headers={**headers, "Origin": origin}, compression=None)
            )
            await socket.send(json.dumps({"subscribe": ["queue", "incident:1"], "after": None}))
            await socket.recv()
            sockets.append(socket)
        yield sockets


async def next_entry(socket: ClientConnection) -> float:
    while json.loads(await socket.recv()).get("kind") != "entry":
        pass
    return time.perf_counter()


async def events(client: httpx.AsyncClient, count: int) -> None:
    """Time notes until every tab has heard of them."""
    took = []
    async with tabs(client, count) as sockets:
        for number in range(EVENTS):
            start = time.perf_counter()
            hearing = [asyncio.create_task(next_entry(socket)) for socket in sockets]
            await client.post("/api/v1/incidents/1/notes", json={"text": f"event {number}"})
            took += [(heard - start) * 1000 for heard in await asyncio.gather(*hearing)]
    p95 = quantiles(took, n=20)[-1]
    print(f"{f'request to event, {count} tabs':<52} {median(took):>8,.1f} ms    p95 {p95:>8,.1f} ms   goal p95 50 ms")


async def memory(server: psutil.Process, client: httpx.AsyncClient) -> None:
    before = server.memory_info().rss
    async with tabs(client, SOCKETS):
        grown = (server.memory_info().rss - before) / 1e6
        total = server.memory_info().rss / 1e6
    print(f"{f'{SOCKETS} sockets':<52} {grown:>8,.1f} MB more, {total:,.0f} MB in all   goal 100 MB")


async def main(incidents: int, entries: int) -> None:
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {incidents:,} incidents, {entries:,} entries"
    )
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        start = time.perf_counter()
        await fill(home, incidents, entries)
        print(f"filled in {time.perf_counter() - start:,.0f} s")
        async with served(home) as (server, client):
            for what, path, goal in PAGES:
                await page(server, client, what, path, goal)
            await events(client, 1)
            await events(client, CLIENTS)
            await memory(server, client)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=10_000)
    asked = parser.parse_args()
    asyncio.run(main(asked.incidents, asked.entries))
