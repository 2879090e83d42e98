"""Alerts of any type, size, time and encoding, with faults of pages and clocks: each is an incident, or set aside.

Some two thousand of them; WARROOM_FUZZED_ALERTS=100000 tries more.
"""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.packs.visionone.theatre import INSTANCE, Theatre, set_stage
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin, start_twin
from visionone_sim.wire import wire_time
from warroom.host.runner import WarmRunner
from warroom.model.errors import ConflictError
from warroom.model.ids import InstanceId
from warroom.model.user import SYSTEM
from warroom.services.ports.store import IncidentQuery

PER_EXAMPLE = 33
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # an example takes a second: shrinking it would take minutes
EXAMPLES = max(1, int(os.environ.get("WARROOM_FUZZED_ALERTS", "2000")) // PER_EXAMPLE)
ALERTS = ".*/workbench/alerts"
SIZES = (*(0,) * 30, 5_000, 70_000, 700_000, 3_000_000)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
times = st.one_of(
    st.sampled_from(["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "soon", "", "24:00"]),
    st.datetimes().map(lambda at: at.isoformat()),
    values,
)
FIELDS = (
    "model",
    "severity",
    "description",
    "impactScope",
    "indicators",
    "status",
    "score",
    "matchedRules",
    "ownerIds",
)
odd_alerts = st.fixed_dictionaries(
    {"createdDateTime": times, "size": st.sampled_from(SIZES)}, optional=dict.fromkeys(FIELDS, values)
)
# Texts that are no alerts, or no JSON; each with a number of its own.
RAW = (
    '{"odd": %d, nonsense}',
    '{"odd": %d, "deep": ' + "[" * 30_000 + "]" * 30_000 + "}",
    '{"odd": %d, "digits": ' + "9" * 6_000 + "}",
    '"odd %d \ud800 bytes that are no text"',
    '["odd", %d, {"items": [1, "]"]}]',
    '{"id": {"odd": %d}, "createdDateTime": null}',
    "%d",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong with pages and clocks; `lost` requests are answered in some other way."""

    link: str | None
    skew: float
    lost: int
    answer: dict[str, Any]

    def faults(self, raw: tuple[str, ...]) -> list[Fault]:
        lost = [Fault(path=ALERTS, skip=self.lost, **self.answer)] if self.answer else []
        lasting = Fault(
            path=".*", raw_items=raw, next_link=self.link, clock_skew_seconds=self.skew, count=None, method="GET"
        )
        return [*lost, lasting]


troubles = st.builds(
    Trouble,
    link=st.sampled_from([None, None, "self", "fresh"]),
    skew=st.sampled_from([0, 0, 3600, -3600, 40_000_000]),
    lost=st.integers(0, 3),
    answer=st.sampled_from([{}, {"malformed": True}, {"cut_after_bytes": 700}, {"status": 400}, {"drop": True}]),
)


class Stage:
    """One twin and one runner for all examples; each gets an app of its own, that knows nothing."""

    def __init__(self, home: Path, twin: RunningTwin) -> None:
        self.home, self.twin = home, twin
        self.loop = asyncio.new_event_loop()
        self.runner = WarmRunner(home / "scratch")

    def play(self, honest: int, odd: list[dict[str, Any]], raw: list[str], trouble: Trouble) -> None:
        self.loop.run_until_complete(self._play(honest, odd, raw, trouble))

    async def _play(self, honest: int, odd: list[dict[str, Any]], raw: list[str], trouble: Trouble) -> None:
        theatre = await set_stage(self.home, self.twin, self.runner)
        expected = self._fill(honest)
        self.twin.twin.faults.clear()
        for fault in trouble.faults((*(_alert(number, one) for number, one in enumerate(odd)), *raw)):
            self.twin.fail(fault)
        expected |= {f"WB-odd-{number}" for number in range(len(odd))}
        fetches = [await theatre.app.fetching.fetch(InstanceId(INSTANCE)) for _ in range(2)]
        assert all(not fetch.error for fetch in fetches[1:]) or not trouble.answer or trouble.lost, fetches
        if any(fetch.error for fetch in fetches):  # the lost request fell into one of them
            await theatre.app.fetching.fetch(InstanceId(INSTANCE))
        await self._check(theatre, expected, len(raw))
        await theatre.app.conductor.close()

    def _fill(self, honest: int) -> set[str]:
        alerts, now = self.twin.tenant.alerts, self.twin.clock.now()
        some = next(iter(alerts.values())).document
        for known in list(alerts):
            alerts.remove(known)
        for number in range(honest):
            created = wire_time(now - timedelta(seconds=7 * number))
            self.twin.tenant.show_alert({**some, "id": f"WB-honest-{number}", "createdDateTime": created})
        return set(alerts)

    async def _check(self, theatre: Theatre, expected: set[str], raw: int) -> None:
        store = theatre.app.store
        incidents = await store.incidents(IncidentQuery(limit=1000))
        asides = await store.set_aside()
        found = [incident.mirror.id for incident in incidents if incident.mirror]
        told = [remote for remote in found if not remote.startswith("incomplete")]
        assert len(told) == len(set(told))
        assert {one for one in expected if one.startswith("WB-honest")} <= set(told)
        missing = expected - set(told)
        assert all(any(one in aside.what for aside in asides) for one in missing), missing
        assert len(told) + len(asides) == len(expected) + raw
        for aside in asides:  # what can be taken when it is alone is never set aside
            with pytest.raises(ConflictError, match="still cannot be taken"):
                await theatre.app.set_asides.replay(aside.id, SYSTEM)
        cursor = (await store.last_run(InstanceId(INSTANCE)))["cursor"]
        assert cursor <= wire_time(self.twin.clock.now() + timedelta(seconds=40_000_000))


def _alert(number: int, odd: dict[str, Any]) -> str:
    filling = {"filling": "f" * odd["size"]} if odd["size"] else {}
    known = {key: value for key, value in odd.items() if key != "size"}
    return json.dumps({**known, **filling, "id": f"WB-odd-{number}"})


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with start_twin() as twin, TemporaryDirectory() as home:
        stage = Stage(Path(home), twin)
        yield stage
        stage.loop.run_until_complete(stage.runner.close())
        stage.loop.close()


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(
    honest=st.integers(14, 30),
    odd=st.lists(odd_alerts, max_size=15),
    raw=st.lists(st.sampled_from(RAW), max_size=5),
    trouble=troubles,
)
def test_every_alert_is_an_incident_or_set_aside_and_honest_ones_are_never_late(
    stage: Stage, honest: int, odd: list[dict[str, Any]], raw: list[str], trouble: Trouble
) -> None:
    stage.play(honest, odd, [form % number for number, form in enumerate(raw)], trouble)
