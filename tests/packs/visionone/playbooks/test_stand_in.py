"""With a stand-in for Palo Alto's Base and CommonScripts installed, which guards nothing, the promises hold."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.packs.stand_in import read_stand_in
from tests.packs.visionone.playbooks.stage import Stage, set_stage
from visionone_sim.testing import RunningTwin
from warroom.host.runner import WarmRunner
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTAIN = "Vision One - Contain Endpoint"
LAPTOP = "HR-LT-171"


@pytest_asyncio.fixture(loop_scope="module")
async def stage(twin: RunningTwin, runner: WarmRunner, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = await set_stage(tmp_path, twin, runner, read_stand_in(tmp_path / "others"))
    yield stage
    await stage.app.conductor.close()


async def test_it_takes_the_place_of_ours(stage: Stage) -> None:
    scripts = stage.app.library.catalogue.scripts
    assert "the stand-in" in scripts["CommonServerPython"].code.text
    assert "setContext" not in scripts["Set"].code.text


async def test_an_endpoint_is_contained(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), CONTAIN, {"Endpoint": LAPTOP, "Respond": "act"})
    assert played.plan.state is PlanState.COMPLETED, played.said
    assert {endpoint.name for endpoint in twin.tenant.inventory.values() if endpoint.isolated} == {LAPTOP}
