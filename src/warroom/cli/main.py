"""`warroom`: all commands, and how an error is printed."""

import atexit
import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from warroom.cli.home import Globals
from warroom.cli.lazy_group import LazyGroup, Listed
from warroom.cli.lazy_import import LazyImport
from warroom.cli.printable import printable
from warroom.model.errors import WarroomError
from warroom.services.ports.outage import OutageError

HELP_HOME = "The data folder; default WARROOM_HOME or ~/.local/share/warroom."
VERSION: LazyImport[Callable[[str], str]] = LazyImport("importlib.metadata:version")


class Commands(LazyGroup):
    """All commands."""

    table: ClassVar[Mapping[str, Listed]] = {
        "demo": Listed(
            LazyImport("warroom.cli.demo:demo"),
            "Show one attack from start to end: from Vision One alerts to evidence in the War Room.",
        ),
        "serve": Listed(
            LazyImport("warroom.cli.serve:serve"),
            "Run fetches and work plans on the data folder, the console, and the socket that the other commands use.",
        ),
        "shell": Listed(
            LazyImport("warroom.cli.shell:shell"),
            "Open the War Room in the terminal: live entries, !commands with completion.",
        ),
        "simulator": Listed(
            LazyImport("visionone_sim.cli:simulate"), "Start a simulated Vision One tenant; Ctrl-C ends it."
        ),
        "run": Listed(
            LazyImport("warroom.cli.run:run"),
            "Run one command to its end and print its entries. Exit code 1 on an error, or when it needs approval.",
        ),
        "doctor": Listed(
            LazyImport("warroom.cli.doctor:doctor"),
            "Check the data folder, the key file, the database, the packs, every instance and the clock.",
        ),
        "pause": Listed(
            LazyImport("warroom.cli.stop:pause"),
            "Emergency stop: no command that changes something is sent until `warroom resume`.",
        ),
        "resume": Listed(LazyImport("warroom.cli.stop:resume"), "End a pause: each action that waits is done once."),
        "instance": Listed(LazyImport("warroom.cli.instance:group"), "Integration instances: add, list, test, remove."),
        "fetch": Listed(
            LazyImport("warroom.cli.fetch:group"),
            "Records that were set aside, or dropped by a rule: list, dropped, rules, show, replay, drop."
            " Reset makes an instance fetch as for the first time.",
        ),
        "incident": Listed(LazyImport("warroom.cli.incident:group"), "Incidents: list, show, create, close."),
        "indicator": Listed(
            LazyImport("warroom.cli.indicator:group"), "Indicators: search, show, create, verdict, expire, delete."
        ),
        "task": Listed(LazyImport("warroom.cli.task:group"), "Tasks that wait for a person."),
        "user": Listed(LazyImport("warroom.cli.user:group"), "Users: add, list, change, disable."),
        "notify": Listed(LazyImport("warroom.cli.notify:group"), "Messages to people: test an address."),
        "plan": Listed(LazyImport("warroom.cli.stop:group"), "Work plans: cancel one, or many at once."),
        "playbook": Listed(LazyImport("warroom.cli.playbook:group"), "Playbooks: list, lint, run."),
        "pack": Listed(
            LazyImport("warroom.cli.pack:group"),
            "Packs: list, show, validate, build, install, remove, restore, previous, environments.",
        ),
        "audit": Listed(
            LazyImport("warroom.cli.audit:group"),
            "What was done, and the event log: list, check its seals, remove what is old.",
        ),
        "evidence": Listed(LazyImport("warroom.cli.evidence:group"), "Evidence: the files of the War Room."),
    }


app = typer.Typer(
    name="warroom",
    cls=Commands,
    help="Run Cortex XSOAR content without an XSOAR server.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"warroom {VERSION.get()('warroom')}\n")
        raise typer.Exit


@app.callback()
def global_options(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help=HELP_HOME)] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Store the global options for the command."""
    context.obj = Globals(home)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1, wrong usage is 2."""
    atexit.register(gc.freeze)  # otherwise Python would run the garbage collector once more at exit
    try:
        app(args=argv)
    except (WarroomError, OutageError) as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
