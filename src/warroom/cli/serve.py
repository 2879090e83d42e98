"""`warroom serve`: fetches and plays plans until it is told to stop."""

import asyncio
import signal
import sys
from typing import Annotated

import typer

from warroom.bootstrap import Settings, open_app
from warroom.cli import logs
from warroom.web.local import serve_locally


def serve(
    context: typer.Context,
    fetch_seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds between two fetches; default 15.")
    ] = None,
    speed: Annotated[
        float | None, typer.Option(min=0.01, help="Shortens the waits that content asks for; for tests.")
    ] = None,
    allow_origin: Annotated[
        list[str] | None, typer.Option(help="A local origin that the http script may fetch from.")
    ] = None,
) -> None:
    """Run fetches and work plans on the data folder, and the socket that the other commands use meanwhile.

    Example: warroom serve
    """
    logs.talkative()
    given = {"fetch_seconds": fetch_seconds, "speed": speed, "allowed_origins": allow_origin and tuple(allow_origin)}
    settings = context.obj.settings(**{key: value for key, value in given.items() if value is not None})
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_app(settings, serve=True) as app, serve_locally(app) as path:
        sys.stdout.write(f"warroom serves {settings.home} (socket {path}). Ctrl-C ends it.\n")
        sys.stdout.flush()
        await stop.wait()
