"""A storm of Vision One's alerts with the rule as it stands: the same model on the same endpoint is one incident."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.packs.visionone.theatre import INSTANCE, Theatre, set_stage
from visionone_sim.testing import RunningTwin
from visionone_sim.wire import wire_time
from warroom.host.runner import WarmRunner
from warroom.mapping.storm import StormRule
from warroom.model.ids import InstanceId
from warroom.services.intake.fetching import Fetching
from warroom.services.ports.store import IncidentQuery

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def theatre(twin: RunningTwin, tmp_path: Path) -> AsyncIterator[Theatre]:
    runner = WarmRunner(tmp_path / "scratch")
    theatre = await set_stage(tmp_path, twin, runner)
    yield theatre
    await theatre.app.conductor.close()
    await runner.close()


async def test_a_storm_on_one_endpoint_is_linked_to_its_first_incident_and_others_are_not(theatre: Theatre) -> None:
    app, twin = theatre.app, theatre.twin
    pages = replace(app.fetching.pages, rule=StormRule(minutes=60))
    fetching = Fetching(pages=pages, executor=app.fetching.executor, deaths=app.fetching.deaths)
    before = len((await fetching.fetch(InstanceId(INSTANCE))).incidents)
    some = next(alert.document for alert in twin.tenant.alerts.values() if alert.document["severity"] == "high")
    now = wire_time(twin.clock.now())
    for number in range(20):
        twin.tenant.show_alert({**some, "id": f"WB-storm-{number}", "createdDateTime": now})
    twin.tenant.show_alert({**some, "id": "WB-other", "createdDateTime": now, "model": "Another model"})
    fetched = await fetching.fetch(InstanceId(INSTANCE))
    assert (len(fetched.incidents), fetched.linked, fetched.error) == (1, 20, "")
    assert len(await app.store.incidents(IncidentQuery(limit=100))) == before + 1
    linked = await app.store.linked_records(InstanceId(INSTANCE), [f"WB-storm-{number}" for number in range(20)])
    (leader,) = set(linked.values())
    (entry,) = [entry for entry in await app.store.entries(leader) if "storm" in entry.tags]
    assert [alert["id"] for alert in entry.contents] == [f"WB-storm-{number}" for number in range(20)]
