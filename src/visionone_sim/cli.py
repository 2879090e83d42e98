"""The command line of the twin: `visionone-sim`, and what `warroom simulator` offers under its own name."""

import atexit
import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from visionone_sim.options import OptionError, SimulatorOptions, Started
from visionone_sim.shipped import fault_table_names, scenario_names

FAULTS_HELP = f"A table of faults: a file, or {', '.join(fault_table_names())}; repeatable."


def simulate(  # noqa: PLR0913, PLR0917  # one parameter per option of the command
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 0,
    scenario: Annotated[str, typer.Option(help=f"A file, or {', '.join(scenario_names())}.")] = "credential-dumping",
    speed: Annotated[float, typer.Option(min=0.001, help="Tenant seconds for each real second.")] = 1,
    api_key: Annotated[str | None, typer.Option(envvar="VISIONONE_SIM_API_KEY", help="Default: drawn.")] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve TLS, with a certificate authority made for this run.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Draws the same names, ids and contents again.")] = None,
    alerts: Annotated[int, typer.Option(min=0, max=200_000, help="This many generated alerts on top.")] = 0,
    dump_size: Annotated[int | None, typer.Option(min=1000, help="Bytes of the memory dump.")] = None,
    dump_after: Annotated[float, typer.Option(min=0, help="Tenant seconds until the dump's alert appears.")] = 0,
    setting: Annotated[list[str] | None, typer.Option(help="A rule of the tenant as name=value; repeatable.")] = None,
    faults: Annotated[list[str] | None, typer.Option(help=FAULTS_HELP)] = None,
    state: Annotated[Path | None, typer.Option(help="A file that keeps the tenant's state over restarts.")] = None,
    tenant: Annotated[list[str] | None, typer.Option(help="A further tenant as key=scenario; repeatable.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON at the start.")] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Start a simulated Vision One tenant; Ctrl-C ends it.

    Example: visionone-sim --port 8080 --scenario credential-dumping --speed 20 --api-key secret
    """
    try:
        options = SimulatorOptions(
            host=host,
            port=port,
            scenario=scenario,
            speed=speed,
            api_key=api_key,
            tls=tls,
            seed=seed,
            more_alerts=alerts,
            dump_size=dump_size,
            dump_after=dump_after,
            settings=_assignments("setting", "name=value", setting or []),
            faults=tuple(faults or ()),
            state=state,
            with_parent=with_parent,
            tenants=_assignments("tenant", "key=scenario", tenant or []),
        )
        _late("visionone_sim.run").run_simulator(options, on_start=lambda started: _announce(started, as_json=as_json))
    except OptionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Run `visionone-sim`, or one of its commands about scenarios."""
    atexit.register(gc.freeze)  # otherwise Python would run the garbage collector once more at exit
    if sys.argv[1:2] == ["scenario"]:
        _late("visionone_sim.scenarios.commands").scenario_commands(
            args=sys.argv[2:], prog_name="visionone-sim scenario"
        )
    elif sys.argv[1:] == ["--version"]:
        typer.echo(f"visionone-sim {_late('importlib.metadata').version('warroom')}")
    else:
        typer.run(simulate)


def _late(module: str) -> Any:
    """Import what only some commands need: the tenant, its HTTP server and its stories take a second."""
    gc.disable()  # what is imported stays: looking through it again and again is a sixth of what it costs
    try:
        return import_module(module)
    finally:
        gc.enable()


def _announce(started: Started, *, as_json: bool) -> None:
    # A parent process reads this line through a pipe and waits for it.
    print(started.document() if as_json else started.sentence(), flush=True)  # noqa: T201


def _assignments(what: str, form: str, texts: list[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise OptionError(f"The {what} {text!r} has no value; write it as {form}.")
    return dict(text.split("=", 1) for text in texts)
