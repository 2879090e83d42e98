"""`warroom`: all commands, and how a refusal looks."""

import atexit
import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from warroom.cli.group import LateGroup, Listed
from warroom.cli.home import Globals
from warroom.cli.late import Late
from warroom.cli.printable import printable
from warroom.model.errors import WarroomError
from warroom.services.ports.outage import OutageError

HELP_HOME = "The data folder; default WARROOM_HOME or ~/.local/share/warroom."
VERSION: Late[Callable[[str], str]] = Late("importlib.metadata:version")


class Commands(LateGroup):
    """All commands."""

    table: ClassVar[Mapping[str, Listed]] = {
        "demo": Listed(
            Late("warroom.cli.demo:demo"),
            "Show the whole way of one attack: from Vision One alerts to evidence in the War Room.",
        ),
        "serve": Listed(
            Late("warroom.cli.serve:serve"),
            "Run fetches and work plans on the data folder, the console, and the socket that the other commands use.",
        ),
        "shell": Listed(
            Late("warroom.cli.shell:shell"),
            "Open the War Room in the terminal: entries as they come, !commands with completion.",
        ),
        "simulator": Listed(Late("visionone_sim.cli:simulate"), "Start a simulated Vision One tenant; Ctrl-C ends it."),
        "run": Listed(
            Late("warroom.cli.run:run"),
            "Run one command to its end and print its entries. Exit code 1 on an error, or when it needs approval.",
        ),
        "doctor": Listed(
            Late("warroom.cli.doctor:doctor"),
            "Check the data folder, the key file, the database, the packs, every instance and the clock.",
        ),
        "pause": Listed(
            Late("warroom.cli.stop:pause"),
            "Emergency stop: let no command out that changes something, until `warroom resume`.",
        ),
        "resume": Listed(
            Late("warroom.cli.stop:resume"), "Let go on what `warroom pause` holds: each waiting action is done once."
        ),
        "instance": Listed(Late("warroom.cli.instance:group"), "Integration instances: add, list, test, remove."),
        "fetch": Listed(Late("warroom.cli.fetch:group"), "Records that a fetch set aside: list, show, replay, drop."),
        "incident": Listed(Late("warroom.cli.incident:group"), "Incidents: list, show, create, close."),
        "task": Listed(Late("warroom.cli.task:group"), "Tasks that wait for a person."),
        "user": Listed(Late("warroom.cli.user:group"), "Users: list, set a mail address."),
        "notify": Listed(Late("warroom.cli.notify:group"), "Messages to people: test an address."),
        "plan": Listed(Late("warroom.cli.stop:group"), "Work plans: cancel one, or many at once."),
        "playbook": Listed(Late("warroom.cli.playbook:group"), "Playbooks: list, lint, run."),
        "pack": Listed(Late("warroom.cli.pack:group"), "Packs: list, validate, build, install."),
        "audit": Listed(
            Late("warroom.cli.audit:group"),
            "What was done, and the event log: list, check its seals, remove what is old.",
        ),
        "evidence": Listed(Late("warroom.cli.evidence:group"), "Evidence: the files of the War Room."),
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
    """Keep the global options for the command."""
    context.obj = Globals(home)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1, wrong usage is 2."""
    atexit.register(gc.freeze)  # else Python looks through all that was imported once more before it ends
    try:
        app(args=argv)
    except (WarroomError, OutageError) as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
