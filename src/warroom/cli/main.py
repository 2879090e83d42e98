"""`warroom`: all commands, and how a refusal looks."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import OperationalError
from typer.core import TyperGroup

from warroom.cli import logs
from warroom.cli.opened import Globals
from warroom.cli.output import printable
from warroom.model.errors import WarroomError
from warroom.services.ports.outage import OutageError

HELP_HOME = "The data folder; default WARROOM_HOME or ~/.local/share/warroom."

# By module and name: a command is imported when it is asked for. All of them cost half a second and 15 MB, which
# a server would carry about.
COMMANDS: Mapping[str, str] = {
    "demo": "warroom.cli.demo:demo",
    "serve": "warroom.cli.serve:serve",
    "shell": "warroom.cli.shell:shell",
    "simulator": "visionone_sim.cli:simulate",
    "run": "warroom.cli.run:run",
    "doctor": "warroom.cli.doctor:doctor",
    "instance": "warroom.cli.instance:group",
    "incident": "warroom.cli.incident:group",
    "task": "warroom.cli.task:group",
    "playbook": "warroom.cli.playbook:group",
    "pack": "warroom.cli.pack:group",
    "evidence": "warroom.cli.evidence:group",
}


class Commands(TyperGroup):
    """The commands of the table."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        names: Any = dict.fromkeys(COMMANDS)
        self.commands = names  # what a mistyped word is compared with; nobody reads the values

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        return _imported(cmd_name) if cmd_name in COMMANDS else None


def _imported(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
    else:
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        alone.command()(found)
        command = typer.main.get_command(alone)
    command.name = name
    return command


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
    except (WarroomError, OutageError) as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        sys.exit(1)
    except OperationalError as error:
        sys.stderr.write(f"The database does not work: {_first_line(error)}. See WARROOM_DATABASE_URL and the disk.\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _first_line(error: OperationalError) -> str:
    return printable(str(error.orig)).strip().partition("\n")[0].rstrip(".")
