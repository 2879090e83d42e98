"""The command line of the twin: `visionone-sim`, and what `warroom simulator` offers under its own name."""

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer

from visionone_sim.app import Twin
from visionone_sim.clock import Clock, SystemClock
from visionone_sim.fault_tables import FaultTableError, read_table, tables
from visionone_sim.parent import end_with_parent
from visionone_sim.scenarios.catalog import SCENARIOS, ScriptError, Wish, begin, scenario_settings
from visionone_sim.scenarios.commands import scenario_commands
from visionone_sim.scenarios.story import Story
from visionone_sim.server import Certificate, PortInUseError, TwinServer, listen
from visionone_sim.settings import changed
from visionone_sim.state_file import load_state, save_state
from visionone_sim.tenant.snapshots import SnapshotError
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.tls import make_certificates

FAULTS_HELP = f"A table of faults: a file, or {', '.join(tables())}; repeatable."


class OptionError(Exception):
    """An option has a value that the twin cannot use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorOptions:
    """What a user may ask of a twin."""

    host: str = "127.0.0.1"
    port: int = 0
    scenario: str = "credential-dumping"
    speed: float = 1
    api_key: str | None = None
    tls: bool = False
    seed: int | None = None
    more_alerts: int = 0
    dump_size: int | None = None
    dump_after: float = 0
    settings: dict[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    state: Path | None = None
    with_parent: bool = False
    """It ends when its standard input does: when whoever started it has ended."""
    tenants: dict[str, str] = field(default_factory=dict)
    """Further tenants: the scenario of each by its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What a client has to know about a twin that has started."""

    url: str
    api_key: str
    pid: int
    seed: int
    scenario: str
    authority: Path | None

    def sentence(self) -> str:
        trust = f", trust {self.authority}" if self.authority else ""
        return f"Twin of Vision One on {self.url} (scenario {self.scenario}, key {self.api_key}{trust})"

    def document(self) -> str:
        authority = {"ca": str(self.authority)} if self.authority else {}
        facts = {"url": self.url, "api_key": self.api_key, "pid": self.pid, "seed": self.seed}
        return json.dumps({**facts, "scenario": self.scenario, **authority})


def run_simulator(options: SimulatorOptions, *, on_start: Callable[[Started], None]) -> None:
    """Run a twin until SIGINT or SIGTERM; raises OptionError or PortInUseError before it starts."""
    seed = secrets.randbits(32) if options.seed is None else options.seed
    api_key = options.api_key or secrets.token_urlsafe(24)
    twin = _make_twin(options, seed, api_key)
    try:
        with listen(options.host, options.port) as listener, _certificate(options) as (authority, certificate):
            scheme = "https" if certificate else "http"
            started = Started(
                url=f"{scheme}://{_url_host(options.host)}:{listener.getsockname()[1]}",
                api_key=api_key,
                pid=os.getpid(),
                seed=seed,
                scenario=options.scenario,
                authority=authority,
            )
            server = TwinServer(twin, certificate=certificate, on_ready=lambda: on_start(started))
            if options.with_parent:
                end_with_parent(server.stop)
            server.run(sockets=[listener])
    finally:
        for tenant in twin.tenants:
            tenant.close()


def simulate(  # noqa: PLR0913, PLR0917  # one parameter per option of the command
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 0,
    scenario: Annotated[str, typer.Option(help=f"A file, or {', '.join(SCENARIOS)}.")] = "credential-dumping",
    speed: Annotated[float, typer.Option(min=0.001, help="Tenant seconds for each real second.")] = 1,
    api_key: Annotated[str | None, typer.Option(envvar="VISIONONE_SIM_API_KEY", help="Default: drawn.")] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Speak TLS, with a certificate authority made for this run.")
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
        run_simulator(options, on_start=lambda started: _announce(started, as_json=as_json))
    except (OptionError, PortInUseError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Run `visionone-sim`, or one of its commands about scenarios."""
    if sys.argv[1:2] == ["scenario"]:
        scenario_commands(args=sys.argv[2:], prog_name="visionone-sim scenario")
    else:
        typer.run(simulate)


def _announce(started: Started, *, as_json: bool) -> None:
    # A parent process reads this line through a pipe and waits for it.
    print(started.document() if as_json else started.sentence(), flush=True)  # noqa: T201


def _assignments(what: str, form: str, texts: list[str]) -> dict[str, str]:
    for text in texts:
        if "=" not in text:
            raise OptionError(f"The {what} {text!r} has no value; write it as {form}.")
    return dict(text.split("=", 1) for text in texts)


def _make_twin(options: SimulatorOptions, seed: int, api_key: str) -> Twin:
    try:
        twin = _begin_twin(options, seed, api_key)
        for name in options.faults:
            for fault in read_table(name):
                twin.faults.add(fault)
    except (ValueError, ScriptError, FaultTableError) as error:
        raise OptionError(str(error)) from error
    if options.state is not None:
        _keep_state(twin.tenant, options.state)
    return twin


def _keep_state(tenant: Tenant, file: Path) -> None:
    """Take up what the file holds, and write it: a place that takes nothing is told now, not when the twin ends."""
    try:
        load_state(tenant, file)
        save_state(tenant, file)
    except SnapshotError as error:
        raise OptionError(f"{file} cannot be taken up: {error} Name another file with --state.") from error
    except OSError as error:
        reason = f"The state cannot be kept in {file} ({error.strerror}); name one where you may write."
        raise OptionError(reason) from error


def _begin_twin(options: SimulatorOptions, seed: int, api_key: str) -> Twin:
    settings = changed(scenario_settings(options.scenario), options.settings)
    wish = Wish(
        seed=seed,
        more_alerts=options.more_alerts,
        dump_size=options.dump_size,
        dump_after_seconds=options.dump_after,
    )

    def tell(clock: Clock) -> Story:
        return begin(options.scenario, wish, clock=clock, api_key=api_key, settings=settings)

    clock = SystemClock(options.speed)
    story = tell(clock)
    neighbours = [
        begin(scenario, replace(wish, seed=seed + number), clock=clock, api_key=key)
        for number, (key, scenario) in enumerate(options.tenants.items(), start=1)
    ]
    return Twin(tenant=story.tenant, story=story, neighbours=neighbours, again=tell, state_file=options.state)


def _url_host(host: str) -> str:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # what a client writes instead
    return f"[{reachable}]" if ":" in reachable else reachable


@contextmanager
def _certificate(options: SimulatorOptions) -> Iterator[tuple[Path | None, Certificate | None]]:
    if not options.tls:
        yield None, None
        return
    with tempfile.TemporaryDirectory(prefix="visionone-sim-") as folder:
        files = make_certificates(Path(folder), options.host)
        yield files.authority, Certificate(chain=files.chain, key=files.key)
