"""Two tenants behind one runtime: the request log of each twin says which of them was asked, and which was not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.packs.visionone.theatre import INSTANCE, Played, Theatre, set_stage
from visionone_sim.testing import RunningTwin, twins  # noqa: F401  # pytest finds it here
from warroom.host.runner import WarmRunner
from warroom.model.plan import PlanState
from warroom.testing.samples import an_actor

pytestmark = pytest.mark.asyncio(loop_scope="module")

OTHER = "other"
HOST = "HR-1"  # in both tenants, with a GUID of its own in each


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WarmRunner]:
    runner = WarmRunner(tmp_path_factory.mktemp("scratch"))
    yield runner
    await runner.close()


@pytest.fixture
def home(twins: tuple[RunningTwin, ...]) -> RunningTwin:  # noqa: F811  # the fixture of this name
    return _with_host(twins[0], "guid-at-home")


@pytest.fixture
def abroad(twins: tuple[RunningTwin, ...]) -> RunningTwin:  # noqa: F811  # the fixture of this name
    return _with_host(twins[1], "guid-abroad")


@pytest_asyncio.fixture(loop_scope="module")
async def theatre(home: RunningTwin, abroad: RunningTwin, runner: WarmRunner, tmp_path: Path) -> AsyncIterator[Theatre]:
    theatre = await set_stage(tmp_path, home, runner, **{OTHER: abroad})
    yield theatre
    await theatre.app.conductor.close()


def _with_host(twin: RunningTwin, guid: str) -> RunningTwin:
    twin.seed.endpoint(id=guid, name=HOST)
    return twin


async def typed(theatre: Theatre, text: str) -> Played:
    incident = await theatre.app.war_room.playground(an_actor())
    plan = await theatre.app.war_room.run(text, incident, an_actor())
    return await theatre.play(incident, plan.id)


@pytest.mark.parametrize("instance", [INSTANCE, OTHER])
async def test_an_action_is_asked_of_the_tenant_that_was_chosen_and_of_no_other(
    theatre: Theatre, home: RunningTwin, abroad: RunningTwin, instance: str
) -> None:
    asked, spared = (home, abroad) if instance == INSTANCE else (abroad, home)

    played = await typed(theatre, f"!trendmicro-visionone-isolate-endpoint endpoint={HOST} using={instance}")

    assert played.plan.state is PlanState.COMPLETED
    (seen,) = asked.asked("isolate")
    assert [target["endpointName"] for target in seen.targets] == [HOST]
    assert spared.asked() == []
    task = seen.results[0].task
    assert [output["task_id"] for output in played.context["VisionOne"]["Endpoint_Connection"]] == [task]
    asked.clock.advance(60)
    assert [each.control.state("endpoints")[-1]["isolated"] for each in (asked, spared)] == [True, False]


async def test_without_a_choice_a_read_asks_both_and_each_answers_for_itself(
    theatre: Theatre, home: RunningTwin, abroad: RunningTwin
) -> None:
    played = await typed(theatre, f"!trendmicro-visionone-get-endpoint-info endpoint={HOST}")

    assert [len(twin.asked("GET eiqs/endpoints")) for twin in (home, abroad)] == [1, 1]
    assert all(guid in str(played.context) for guid in ("guid-at-home", "guid-abroad"))
