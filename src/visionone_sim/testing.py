"""A twin for tests: a real server on a loopback port, in a thread, with everything to look at and to break."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from visionone_sim.app import Twin
from visionone_sim.clock import Clock, ManualClock, SystemClock
from visionone_sim.control_room import ControlRoom, Seed
from visionone_sim.faults import Fault
from visionone_sim.recorder import Recorder, SeenRequest
from visionone_sim.scenarios.catalog import Wish, begin
from visionone_sim.scenarios.models import MODELS
from visionone_sim.scenarios.story import Story
from visionone_sim.server import TwinServer, listen
from visionone_sim.settings import Settings
from visionone_sim.tenant.alerts import Alert
from visionone_sim.tenant.snapshots import restore_snapshot, take_snapshot
from visionone_sim.tenant.tenant import Tenant

SEED = 7
BETWEEN_TWINS = 100_000
TEST_START = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTwin:
    """A twin that answers at `url`; what is changed here is changed there."""

    url: str
    api_key: str
    twin: Twin

    @property
    def tenant(self) -> Tenant:
        return self.twin.tenant

    @property
    def clock(self) -> Clock:
        return self.twin.tenant.clock

    @property
    def requests(self) -> Recorder:
        return self.twin.requests

    @property
    def control(self) -> ControlRoom:
        return ControlRoom(url=self.url)

    @property
    def seed(self) -> Seed:
        """What puts endpoints, accounts, messages … into the tenant."""
        return self.control.seed

    def asked(self, operation: str | None = None, *, contains: str | None = None) -> list[SeenRequest]:
        """Return what was asked of the twin, in order; see `ControlRoom.asked` for more ways to choose."""
        return self.control.asked(operation, contains=contains)

    @property
    def story(self) -> Story:
        return self.twin.story

    def restart_story(self) -> None:
        """Forget what happened and tell the story again, as `/_twin/reset` does."""
        assert self.twin.again is not None
        fresh = self.twin.again(self.clock)
        restore_snapshot(self.tenant, take_snapshot(fresh.tenant))
        fresh.tenant.close()

    def fail(self, fault: Fault) -> None:
        """Add a fault to the table."""
        self.twin.faults.add(fault)

    def raise_alert(self, model: str = "credential-dumping", *, endpoints: tuple[str, ...] = ()) -> Alert:
        """Raise a detection on the endpoints of these names, or on a suitable one."""
        chosen = [self.tenant.inventory.target(agent_guid=None, name=name) for name in endpoints]
        return self.story.raise_alert(MODELS[model], endpoints=chosen)


@contextmanager
def start_twin(  # noqa: PLR0913  # each is one thing that a test may want to choose
    scenario: str = "credential-dumping",
    *,
    seed: int = SEED,
    speed: float | None = None,
    start: datetime = TEST_START,
    settings: Settings | None = None,
    api_key: str = "test-key",
    more_alerts: int = 0,
    dump_size: int | None = None,
    first_number: int = 1,
) -> Iterator[RunningTwin]:
    """Start a twin and stop it at the end of the block.

    Without a speed its clock stands still until `twin.clock.advance(seconds)`; with one it runs from the present,
    that many tenant seconds for each real one. Settings replace all that the scenario sets; begin from
    `scenario_settings(name)` to change a few. `first_number` is that of its first response task and its first note.
    """
    clock: Clock = ManualClock(start) if speed is None else SystemClock(speed)
    wish = Wish(seed=seed, more_alerts=more_alerts, dump_size=dump_size)

    def tell(moment: Clock) -> Story:
        story = begin(scenario, wish, clock=moment, api_key=api_key, settings=settings)
        story.tenant.response.tasks.count_from(first_number)
        story.tenant.notes.count_from(first_number)
        return story

    story = tell(clock)
    twin = Twin(tenant=story.tenant, story=story, again=tell)
    with _served(twin) as url:
        yield RunningTwin(url=url, api_key=api_key, twin=twin)


@contextmanager
def start_twins(count: int, scenario: str = "empty", **options: Any) -> Iterator[tuple[RunningTwin, ...]]:
    """Start several twins, each with an address, a key, a clock and a company of its own.

    No id of one is drawn or counted in another. What a test puts there by an id of its choice may be equal on purpose.
    """
    with ExitStack() as stack:
        yield tuple(
            stack.enter_context(
                start_twin(
                    scenario,
                    seed=SEED + number,
                    api_key=f"test-key-{number}",
                    first_number=1 + number * BETWEEN_TWINS,
                    **options,
                )
            )
            for number in range(count)
        )


@contextmanager
def _served(twin: Twin) -> Iterator[str]:
    listener = listen("127.0.0.1", 0)
    ready = threading.Event()
    server = TwinServer(twin, certificate=None, on_ready=ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="twin", daemon=True)
    thread.start()
    try:
        if not ready.wait(timeout=20):
            raise TimeoutError("The twin did not start within 20 seconds; its log says why.")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.stop()
        thread.join(timeout=20)
        listener.close()


def __getattr__(name: str) -> Any:
    """Make `twin` and `twins` pytest fixtures for who imports them; without pytest all the rest still works."""
    if name not in _FIXTURES:
        raise AttributeError(f"visionone_sim.testing has no {name}.")
    import pytest  # noqa: PLC0415  # only tests have it

    return pytest.fixture(_FIXTURES[name], name=name)


def _twin() -> Iterator[RunningTwin]:
    """A twin with the scenario credential-dumping, whose clock stands still."""
    with start_twin() as running:
        yield running


def _twins() -> Iterator[tuple[RunningTwin, ...]]:
    """Two twins without alerts, whose clocks stand still."""
    with start_twins(2) as running:
        yield running


_FIXTURES = {"twin": _twin, "twins": _twins}
