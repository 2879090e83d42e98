"""`warroom demo`: a twin, a runtime and one attack, until the evidence is in the War Room."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from warroom.cli.lazy_import import LazyImport

PLAY: LazyImport[Callable[[Path, str, bool], bool]] = LazyImport("warroom.cli.demo_play:play_demo")


def demo(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Stop at the end and print one JSON document.")] = False,
    scenario: Annotated[str, typer.Option(help="What happens in the tenant.")] = "credential-dumping",
) -> None:
    """Show one attack from start to end: from Vision One alerts to evidence in the War Room.

    Starts a simulated tenant and a runtime in ./.demo (or --home). On a terminal it stays as a War Room prompt.
    Exit code 0 only when the evidence is there and right.

    Example: warroom demo --json
    """
    home = (context.obj.home or Path(".demo")).resolve()
    raise typer.Exit(0 if PLAY.get()(home, scenario, as_json) else 1)
