"""`warroom`: all commands, and how a refusal looks."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from visionone_sim.cli import simulate
from warroom.cli import (
    demo,
    doctor,
    evidence,
    incident,
    instance,
    logs,
    pack,
    playbook,
    run,
    serve,
    shell,
    task,
)
from warroom.cli.opened import Globals
from warroom.cli.output import printable
from warroom.model.errors import WarroomError

HELP_HOME = "The data folder; default WARROOM_HOME or ~/.local/share/warroom."

app = typer.Typer(
    name="warroom",
    help="Run Cortex XSOAR content without an XSOAR server.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("shell")(shell.shell)
app.command("simulator")(simulate)
app.command("run")(run.run)
app.command("doctor")(doctor.doctor)
for name, group in (
    ("instance", instance.group),
    ("incident", incident.group),
    ("task", task.group),
    ("playbook", playbook.group),
    ("pack", pack.group),
    ("evidence", evidence.group),
):
    app.add_typer(group, name=name)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"warroom {version('warroom')}\n")
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
    logs.quiet()
    try:
        app(args=argv)
    except WarroomError as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        sys.exit(1)
    except OperationalError as error:
        sys.stderr.write(f"The database does not work: {_first_line(error)}. See WARROOM_DATABASE_URL and the disk.\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _first_line(error: OperationalError) -> str:
    return printable(str(error.orig)).strip().partition("\n")[0].rstrip(".")
