"""Runs a twin as its options say."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from visionone_sim.app import Twin
from visionone_sim.clock import Clock, SystemClock
from visionone_sim.fault_tables import FaultTableError, read_table
from visionone_sim.options import OptionError, SimulatorOptions, Started
from visionone_sim.parent import end_with_parent
from visionone_sim.scenarios.catalog import ScriptError, Wish, begin, scenario_settings
from visionone_sim.scenarios.story import Story
from visionone_sim.server import Certificate, PortInUseError, TwinServer, listen
from visionone_sim.settings import changed
from visionone_sim.state_file import load_state, save_state
from visionone_sim.tenant.snapshots import SnapshotError
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.tls import make_certificates


def run_simulator(options: SimulatorOptions, *, on_start: Callable[[Started], None]) -> None:
    """Run a twin until SIGINT or SIGTERM; raises OptionError before it starts."""
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
    except PortInUseError as error:
        raise OptionError(str(error)) from error
    finally:
        for tenant in twin.tenants:
            tenant.close()


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
    """Take up what the file holds, and write it: a path that is not writable is reported now, not when it ends."""
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
