"""What a command costs over what it does: a warm worker against the same work done directly.

    python bench/command_overhead.py [--runs N]

Prints a table in Markdown. The goals: the overhead over the bare HTTP call under 5 ms (median), a no-op under 1 ms.
"""

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import requests

from warroom.host.runner import WarmRunner
from warroom.host.settings import HostSettings
from warroom.services.ports.runner import Run
from warroom.testing.code import python_code
from warroom.testing.server import FakeServer

NO_OP = python_code("""
    def main():
        demisto.results({'Type': 1, 'ContentsFormat': 'json', 'Contents': demisto.args()})
    if __name__ in ('__main__', '__builtin__', 'builtins'):
        main()
    """)
HTTP = python_code("""
    import requests
    demisto.results(requests.get(demisto.params()['url'], timeout=10).json())
    """)
ASKING = python_code("demisto.results(demisto.executeCommand('Print', {'value': 'x'}))")
BASE = Path(__file__).resolve().parents[1] / "Packs" / "WarroomBase" / "Scripts"


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"items": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def common_modules() -> dict[str, Any]:
    file = BASE / "CommonServerPython" / "CommonServerPython.py"
    return {"CommonServerPython": python_code(file.read_text())} if file.exists() else {}


async def timed(runs: int, once: Callable[[], Awaitable[None]]) -> list[float]:
    """Milliseconds of each; the first ones, which warm things up, do not count."""
    for _ in range(20):
        await once()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        await once()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def row(name: str, taken: list[float]) -> str:
    return f"| {name} | {statistics.median(taken):.2f} ms | {statistics.quantiles(taken, n=20)[-1]:.2f} ms |"


def command(runner: WarmRunner, run: Run) -> Callable[[], Awaitable[None]]:
    server = FakeServer({"executeCommand": lambda *_: [{"Type": 1, "Contents": "x"}]})

    async def once() -> None:
        server.calls.clear()
        async with runner.run(run, server) as ran:
            assert not ran.error, ran.traceback

    return once


async def per_second(runs: int, side_by_side: int, once: Callable[[], Awaitable[None]]) -> float:
    async def some() -> None:
        for _ in range(runs // side_by_side):
            await once()

    await asyncio.gather(*(once() for _ in range(side_by_side)))
    began = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(side_by_side)))
    return runs / (time.perf_counter() - began)


@asynccontextmanager
async def warm_runner(settings: HostSettings) -> AsyncIterator[WarmRunner]:
    with tempfile.TemporaryDirectory() as folder:
        runner = WarmRunner(Path(folder), settings)
        try:
            yield runner
        finally:
            await runner.close()


async def measure(runs: int, url: str) -> None:
    modules = common_modules()
    async with warm_runner(HostSettings(script_workers=2)) as runner:
        began = time.perf_counter()
        no_op = command(runner, Run(worker="one", code=NO_OP, name="no-op", args={"a": "1"}, modules=modules))
        await no_op()
        first = (time.perf_counter() - began) * 1000
        by_http = command(runner, Run(worker="one", code=HTTP, name="http", params={"url": url}, modules=modules))
        asking = command(runner, Run(worker="one", code=ASKING, name="asking", modules=modules))
        script = command(runner, Run(worker="scripts", code=NO_OP, name="no-op", modules=modules))

        async def directly() -> None:
            requests.get(url, timeout=10).json()  # noqa: ASYNC210  # what the command does, without the command

        plain, asked = await timed(runs, no_op), await timed(runs, asking)
        bare, over = await timed(runs, directly), await timed(runs, by_http)
        rate = await per_second(runs * 2, 8, script)
    print("| what | median | 95 of 100 |\n|---|---|---|")
    print(row("no-op command", plain))
    print(row("command that asks the server once", asked))
    print(row("HTTP call, directly", bare))
    print(row("HTTP call, in a command", over))
    print(f"| overhead over the HTTP call | {statistics.median(over) - statistics.median(bare):.2f} ms | |")
    print(f"| first run of a worker (start, import of the common module) | {first:.0f} ms | |")
    print(f"\nNo-op commands through two workers, eight at once: {rate:.0f} per second.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, {runs} runs each\n")
    asyncio.run(measure(runs, f"http://127.0.0.1:{server.server_port}/"))
    server.shutdown()


if __name__ == "__main__":
    main()
