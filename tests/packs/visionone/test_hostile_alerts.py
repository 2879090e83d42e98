"""Alerts whose texts are meant to break something: fetched, listed and shown at the door of the command line."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.hostile import TEXTS
from tests.packs.visionone.theatre import Theatre, set_stage
from visionone_sim.testing import RunningTwin
from warroom.host.runner import WarmRunner
from warroom.model.border import text
from warroom.web.local import RunningOperations, local_app

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def theatre(twin: RunningTwin, tmp_path: Path) -> AsyncIterator[Theatre]:
    runner = WarmRunner(tmp_path / "scratch")
    theatre = await set_stage(tmp_path, twin, runner)
    yield theatre
    await theatre.app.conductor.close()
    await runner.close()


async def test_they_become_incidents_that_everybody_can_list_and_read(theatre: Theatre) -> None:
    alerts = list(theatre.twin.tenant.alerts.values())
    sent = dict(zip((alert.id for alert in alerts), TEXTS.values(), strict=False))
    for alert in alerts:
        if alert.id in sent:
            assert isinstance(alert.document, dict)
            alert.document.update(model=f"Dump {sent[alert.id]}", description=sent[alert.id])
    fetched = await theatre.fetch()
    transport = httpx.ASGITransport(local_app(theatre.app, RunningOperations()))
    async with httpx.AsyncClient(transport=transport, base_url="http://warroom") as client:
        listed = (await client.post("/operations/incident.list", json={})).json()["result"]
        names = {item["mirror_id"]: item["name"] for item in listed}
        for remote, value in sent.items():
            assert text(f"Dump {value}")[:200] in names[remote]
            shown = await client.post("/operations/incident.show", json={"id": fetched[remote][0].id})
            assert shown.status_code == 200
            assert shown.json()["result"]["name"] == names[remote]
