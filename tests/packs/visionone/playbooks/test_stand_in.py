"""With a stand-in for Palo Alto's Base and CommonScripts installed, which guards nothing, the promises hold.

The tests that are imported here run once more, on the stage of this file: their promises are kept by `services` and by
the pack, not by our own library.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.packs.stand_in import read_stand_in
from tests.packs.visionone.playbooks.stage import Stage, set_stage
from tests.packs.visionone.playbooks.test_block_indicators import (  # noqa: F401  # pytest finds it here
    test_names_like_addresses_are_blocked_and_inner_addresses_are_not,
)
from tests.packs.visionone.playbooks.test_hostile_inputs import (  # noqa: F401  # pytest finds it here
    test_all_of_it_at_once_neither,
)
from tests.packs.visionone.playbooks.test_side_by_side import (  # noqa: F401  # pytest finds it here
    test_any_number_of_runs_in_any_order_act_on_their_own_inputs_only,
    test_each_approval_lets_exactly_its_own_target_pass,
)
from visionone_sim.testing import RunningTwin
from warroom.host.runner import WarmRunner
from warroom.model.errors import WarroomError
from warroom.model.plan import PlanState
from warroom.testing.samples import an_actor

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def stage(twin: RunningTwin, runner: WarmRunner, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = await set_stage(tmp_path, twin, runner, read_stand_in(tmp_path / "others"))
    yield stage
    await stage.app.conductor.close()


async def test_it_takes_the_place_of_ours(stage: Stage) -> None:
    scripts = stage.app.library.catalogue.scripts
    assert {scripts[name].pack for name in ("CommonServerPython", "Set")} == {"Base", "CommonScripts"}


@pytest.mark.parametrize(
    "path",
    ["${env:TEMP}\\x.dmp", "${jndi:ldap://x.example/a}", "C:\\Users\\bob\\.aws\\credentials", "\\\\fs01\\a b.dmp"],
)
async def test_a_typed_value_arrives_to_the_letter(stage: Stage, twin: RunningTwin, path: str) -> None:
    line = f"!trendmicro-visionone-collect-forensic-file endpoint=HR-LT-171 file_path=`{path}`"
    plan = await stage.app.war_room.run(line, await stage.incident(), an_actor())
    await stage.app.conductor.drive(plan.id)

    (seen,) = twin.asked("collectFile")
    assert [target["filePath"] for target in seen.targets] == [path]


@pytest.mark.parametrize(
    "line",
    [
        "!trendmicro-visionone-isolate-endpoint endpoint=HR-LT-171 nosuch=1",
        "!trendmicro-visionone-isolate-endpoint endpoint=HR-LT-171 description=${incident.nosuchfield}x",
        "!trendmicro-visionone-delete-custom-script script_id=../../iam/accounts/1",
        "!trendmicro-visionone-isolate-endpoint endpoint=a,b,c,d,e,f",
    ],
)
async def test_what_was_not_meant_is_not_asked(stage: Stage, twin: RunningTwin, line: str) -> None:
    incident = await stage.incident()
    before = [seen for seen in twin.asked() if seen.method != "GET"]
    try:
        plan = await stage.app.war_room.run(line, incident, an_actor())
    except WarroomError:
        return
    await stage.app.conductor.drive(plan.id)

    assert [seen for seen in twin.asked() if seen.method != "GET"] == before
    assert (await stage.app.store.plan(plan.id)).state in {PlanState.FAILED, PlanState.WAITING}
