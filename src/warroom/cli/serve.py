"""`warroom serve`: fetches and plays plans until it is told to stop."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from warroom.bootstrap import Settings, open_app
from warroom.cli import logs
from warroom.cli.simulator import HeldSimulator
from warroom.services.app import App
from warroom.web.local import serve_locally
from warroom.web.serving import serve_console


def serve(  # noqa: PLR0913, PLR0917  # one parameter for each option
    context: typer.Context,
    fetch_seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds between two fetches; default 15.")
    ] = None,
    mirror_seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds between two rounds of mirroring; default 60.")
    ] = None,
    speed: Annotated[
        float | None, typer.Option(min=0.01, help="Shortens the waits that content asks for; for tests.")
    ] = None,
    allow_origin: Annotated[
        list[str] | None, typer.Option(help="A local origin that the http script may fetch from.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address that the console listens on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Its port; default 8765, or a free one when that is taken.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also log what pack code prints where no entry keeps it.")
    ] = False,
    no_console: Annotated[bool, typer.Option("--no-console", help="Serve no console, only fetches and plans.")] = False,
) -> None:
    """Run fetches and work plans on the data folder, the console, and the socket that the other commands use.

    Example: warroom serve
    """
    (logs.verbose if verbose else logs.talkative)()
    given = {
        "fetch_seconds": fetch_seconds,
        "mirror_seconds": mirror_seconds,
        "speed": speed,
        "allowed_origins": allow_origin and tuple(allow_origin),
    }
    settings = context.obj.settings(**{key: value for key, value in given.items() if value is not None})
    asyncio.run(_serve(settings, None if no_console else (host, port)))


async def _serve(settings: Settings, at: tuple[str, int | None] | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    simulator = HeldSimulator(settings.home)
    if at is not None:  # what the simulated tenant collects lies at a local address
        settings = settings.model_copy(update={"allowed_origins": (*settings.allowed_origins, simulator.origin)})
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app(settings, serve=True))
        path = await stack.enter_async_context(serve_locally(app))
        _say(f"warroom serves {settings.home} (socket {path}). Ctrl-C ends it.")
        if at is not None:
            stack.enter_context(simulator)
            await simulator.resume()
            console = await stack.enter_async_context(serve_console(app, *at, simulator))
            _say(await _invitation(app, console.address))
        await stop.wait()


async def _invitation(app: App, address: str) -> str:
    """Name the one address to open: that of the set-up while there is nobody who could sign in."""
    token = await app.users.offer_setup()
    if token:
        return f"Open {address}/setup/{token} to make the first admin (once, within 24 hours)."
    return f"Open {address}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
