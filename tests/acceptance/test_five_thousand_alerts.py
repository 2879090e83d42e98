"""Five thousand alerts, shown in any order by a tenant in trouble to a runtime that is killed: as many incidents."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.acceptance.folder import INSTANCE, Folder, options_for
from visionone_sim.faults import Fault
from visionone_sim.scenarios.catalog import scenario_settings
from visionone_sim.settings import Settings
from visionone_sim.testing import RunningTwin, start_twin
from visionone_sim.wire import wire_time
from warroom.model.json import JsonObject

# When a Unix socket refuses, as that of a dead server does, httpcore leaves its own socket to the garbage collector.
REFUSED = "ignore:Exception ignored in. <socket.socket fd=:pytest.PytestUnraisableExceptionWarning"
pytestmark = [pytest.mark.acceptance, pytest.mark.promise(2), pytest.mark.filterwarnings(REFUSED)]

ALERTS = 5000
SPAN = 4 * 3600  # seconds in which they are created
LATEST = 13 * 60  # seconds after which the last of them shows, within the look-back
FETCHES = 45
KILLS = 4
LIST = "/v3.0/workbench/alerts"
ODD: tuple[JsonObject, ...] = (
    {"severity": "catastrophic"},
    {"status": "Pondered", "investigationResult": "Unheard Of"},
    {"alertProvider": "Oracle", "modelType": None},
    {"impactScope": {"entities": [{"entityType": "satellite", "entityValue": {"orbit": 7}, "entityId": "s"}]}},
    {"impactScope": None, "indicators": None},
    {"indicators": [{"type": "smell", "field": "x", "value": ["bad"]}], "matchedRules": "none"},
    {"model": None, "description": None, "score": "very high"},
)
TROUBLE: tuple[JsonObject, ...] = (
    {"status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "0"}},
    {"status": 500},
    {"delay_seconds": 1},  # the gateway answers 504 before that
    {"drop": True},
    {"status": 503, "when": "after"},
    {"malformed": True},
)


def test_five_thousand_alerts_become_five_thousand_incidents(folder: Folder) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    chance, began = random.Random(seed), time.monotonic()
    with start_twin("credential-dumping", seed=seed, start=datetime.now(UTC), settings=_settings()) as twin:
        _fill(twin, chance)
        _trouble(twin, seed)
        _set_up(folder, twin)
        kills = sorted(chance.sample(range(1, FETCHES), KILLS))
        for first, last in zip([0, *kills], [*kills, FETCHES], strict=True):
            with folder.served(*options_for(twin.url, fetch_seconds=60, speed=50), "--no-console") as server:
                server.ready()
                for _ in range(first, last):
                    _fetch(folder, twin)
                if last < FETCHES:
                    _fetch_and_die(folder, twin, chance, server.kill)
                else:
                    _drain(folder, twin)
                    _each_is_one_incident(folder, twin)
        answers = Counter(seen.status for seen in twin.requests.to("/workbench/alerts"))
    print(f"seed {seed}: {time.monotonic() - began:.1f} s, {KILLS} kills, answers {dict(answers)}")  # noqa: T201  # a figure


def _settings() -> Settings:
    return replace(scenario_settings("credential-dumping"), alert_page_size=100, gateway_timeout_seconds=0.3)


def _fill(twin: RunningTwin, chance: random.Random) -> None:
    """Let alerts come, many of them in the same second, each shown some time after it was created."""
    model = next(iter(twin.tenant.alerts.values())).document
    start = twin.clock.now().replace(microsecond=0)
    for number in range(ALERTS - len(twin.tenant.alerts)):
        age = chance.randrange(SPAN) // 5 * 5
        odd = chance.choice(ODD) if chance.random() < 0.05 else {}
        moment = {"createdDateTime": wire_time(start + timedelta(seconds=age))}
        shown = age + (chance.random() * LATEST if chance.random() < 0.5 else 0)
        twin.tenant.show_alert({**model, "id": f"WB-{number:05d}", **moment, **odd}, after_seconds=shown)


def _trouble(twin: RunningTwin, seed: int) -> None:
    for number, row in enumerate(TROUBLE):
        twin.fail(Fault(path=LIST, count=None, probability=0.025, seed=seed + number, **row))


def _set_up(folder: Folder, twin: RunningTwin) -> None:
    """Add the instance, and take the playbook off its incidents: this is about fetching."""
    key = folder.home.parent / "twin.key"
    key.write_text(twin.api_key, encoding="utf-8")
    params = (f"url={twin.url}", "isFetch=true", "max_fetch=200", "first_fetch=3 days")
    given = [word for param in params for word in ("--param", param)]
    options = ("--integration", "VisionOneResponse", *given, "--secret", f"apikey=@{key}")
    folder.command("instance", "add", INSTANCE, *options)
    source = Path(__file__).parents[2] / "Packs/VisionOneResponse/IncidentTypes"
    types = folder.home / "packs" / "Quiet" / "IncidentTypes"
    types.mkdir(parents=True)
    about = {"name": "Quiet", "currentVersion": "1.0.0", "support": "community", "author": "warroom"}
    (types.parent / "pack_metadata.json").write_text(json.dumps(about), encoding="utf-8")
    for path in source.glob("*.json"):
        quiet = json.loads(path.read_text(encoding="utf-8")) | {"playbookId": "", "autorun": False}
        (types / path.name).write_text(json.dumps(quiet), encoding="utf-8")


def _fetch(folder: Folder, twin: RunningTwin) -> None:
    """Let time pass and fetch; what the tenant answers may spoil it."""
    twin.clock.advance((SPAN + LATEST) / FETCHES)
    folder.call("instance.fetch", name=INSTANCE)


def _fetch_and_die(folder: Folder, twin: RunningTwin, chance: random.Random, kill: Callable[[], None]) -> None:
    """Have the server killed at some moment of a fetch."""
    before = len(twin.requests)
    with ThreadPoolExecutor(1) as thread:
        fetch = thread.submit(folder.ask, "instance.fetch", name=INSTANCE)
        with suppress(TimeoutError):
            fetch.exception(chance.uniform(0, 0.6))
        kill()
        with suppress(httpx.TransportError):
            fetch.result()
    assert len(twin.requests) >= before


def _drain(folder: Folder, twin: RunningTwin) -> None:
    """Fetch until nothing comes any more."""
    twin.clock.advance(LATEST)
    quiet = 0
    while quiet < 3:
        fetched = folder.call("instance.fetch", name=INSTANCE)
        quiet = quiet + 1 if not fetched["incidents"] and not fetched["error"] else 0


def _each_is_one_incident(folder: Folder, twin: RunningTwin) -> None:
    mirrors = Counter(_mirrors(folder))
    assert set(mirrors) == set(twin.tenant.alerts)
    assert mirrors.total() == ALERTS


def _mirrors(folder: Folder) -> Iterator[str]:
    for incident in folder.call("incident.list", limit=2 * ALERTS):
        yield incident["mirror_id"]
