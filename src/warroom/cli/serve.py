"""`warroom serve`: fetches and plays plans until it is stopped."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from warroom.cli.lazy_import import LazyImport

Address: TypeAlias = tuple[str, int | None]  # of the console; without a port, the usual one or a free one

# structlog and httpx import rich for output that a server has none of: 8 MB.
RUN: LazyImport[Callable[[Path, Mapping[str, object], Address | None, bool], None]] = LazyImport(
    "warroom.cli.server:run_server", without=("rich", "pygments")
)


def serve(  # noqa: PLR0913, PLR0917  # one parameter for each option
    context: typer.Context,
    fetch_seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds between two fetches; default 15.")
    ] = None,
    mirror_seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds between two rounds of mirroring; default 60.")
    ] = None,
    speed: Annotated[float | None, typer.Option(min=0.01, help="Shortens the waits in content; for tests.")] = None,
    allow_origin: Annotated[
        list[str] | None, typer.Option(help="A local origin that the http script may fetch from.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address that the console listens on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Its port; default 8765, or a free one when that is taken.")
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A host name under which browsers reach the console, such as console.example."),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(help="The address at which a proxy serves the console, such as https://console.example."),
    ] = None,
    trust_proxy: Annotated[
        list[str] | None, typer.Option(help="A proxy's address or network: its headers name the client.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also log what pack code prints outside of entries.")
    ] = False,
    no_console: Annotated[
        bool, typer.Option("--no-console", help="Run only fetches and plans, without the console.")
    ] = False,
) -> None:
    """Run fetches and work plans on the data folder, the console, and the socket that the other commands use.

    Example: warroom serve
    """
    given = {
        "fetch_seconds": fetch_seconds,
        "mirror_seconds": mirror_seconds,
        "speed": speed,
        "allowed_origins": allow_origin and tuple(allow_origin),
        "allowed_hosts": allow_host and tuple(allow_host),
        "public_url": public_url,
        "trusted_proxies": trust_proxy and tuple(trust_proxy),
    }
    chosen = {key: value for key, value in given.items() if value is not None}
    RUN.get()(context.obj.folder, chosen, None if no_console else (host, port), verbose)
