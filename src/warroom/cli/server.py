"""What `warroom serve` runs."""

import asyncio
import ctypes
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli import logs
from warroom.cli.ending import SERVER_SECONDS, bounded_end, end_within
from warroom.cli.serve import Address
from warroom.cli.settings import read_settings
from warroom.cli.simulator import HeldSimulator
from warroom.services.app import App
from warroom.web.connections import allow_open_files
from warroom.web.entrance import read_entrance
from warroom.web.local import serve_locally
from warroom.web.serving import serve_console

# Names and numbers of glibc.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
RETURNED = 1 << 16  # bytes from which on what is freed is the system's again; glibc would raise it up to 32 MB


def run_server(home: Path, chosen: Mapping[str, object], at: Address | None, verbose: bool) -> None:
    """Serve a data folder, with a console at the address if there is one, until a signal ends it.

    `verbose` also logs what pack code prints where no entry keeps it.
    """
    _share_one_heap()
    allow_open_files()
    (logs.verbose if verbose else logs.talkative)()
    settings = read_settings(home, **chosen)
    with bounded_end(SERVER_SECONDS) as end:
        asyncio.run(_serve(settings, at, end))


async def _serve(settings: Settings, at: Address | None, end: Callable[[], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, stop, number)
    async with AsyncExitStack() as stack:
        try:
            await _open(stack, settings, at)
            await stop.wait()
        finally:
            end()  # also after an error; a signal has a deadline of its own


async def _open(stack: AsyncExitStack, settings: Settings, at: Address | None) -> None:
    entrance = read_entrance(
        settings.allowed_hosts,
        settings.public_url,
        settings.trusted_proxies,
        settings.connections_per_address,
        settings.body_bytes_per_second,
    )
    simulator = HeldSimulator(settings.home)
    if at is not None:  # files that the simulated tenant collects have a local address
        settings = settings.model_copy(update={"allowed_origins": (*settings.allowed_origins, simulator.origin)})
    app = await stack.enter_async_context(open_app(settings, serve=True))
    path = await stack.enter_async_context(serve_locally(app))
    _say(f"warroom serves {settings.home} (socket {path}). Ctrl-C ends it.")
    if at is not None:
        stack.enter_context(simulator)
        await simulator.resume()
        console = await stack.enter_async_context(serve_console(app, *at, simulator, entrance))
        _say(await _invitation(app, entrance.public_url or console.address))


def _stop(stop: asyncio.Event, number: int) -> None:
    stop.set()
    end_within(SERVER_SECONDS, 128 + number)


async def _invitation(app: App, address: str) -> str:
    """Return the address to open: that of the set-up while there is no user."""
    token = await app.users.offer_setup()
    if token:
        return f"Open {address}/setup/{token} to make the first admin (once, within 24 hours)."
    return f"Open {address}"


def _share_one_heap() -> None:
    """Let all threads take memory from one heap, and give back what is freed: 8 MB less while a dump goes through."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):  # where the C library is glibc
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, RETURNED)
        mallopt(M_TRIM_THRESHOLD, RETURNED)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
