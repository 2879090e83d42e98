"""`visionone-sim scenario`: which there are, and whether one's own can be played."""

from typing import Annotated

import typer

from visionone_sim.scenarios.catalog import lint
from visionone_sim.scenarios.script import read_script
from visionone_sim.shipped import scenario_names

scenario_commands = typer.Typer(
    help="Scenarios that a twin can start with.", no_args_is_help=True, add_completion=False
)


@scenario_commands.command("list")
def list_scenarios() -> None:
    """Name the scenarios that come along, and what happens in each.

    Example: visionone-sim scenario list
    """
    for name in scenario_names():
        typer.echo(f"{name}: {read_script(name).summary}")


@scenario_commands.command("lint")
def lint_scenarios(files: Annotated[list[str], typer.Argument(help="Files, or names of scenarios.")]) -> None:
    """Play scenarios in small, and say what is wrong with them.

    Example: visionone-sim scenario lint my-attack.yaml
    """
    found = [problem for file in files for problem in lint(file)]
    for problem in found:
        typer.echo(problem, err=True)
    if found:
        raise typer.Exit(1)
    typer.echo(f"{len(files)} of {len(files)} can be played.")
