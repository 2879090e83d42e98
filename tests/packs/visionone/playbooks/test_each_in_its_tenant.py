"""Every playbook of the pack with two tenants behind one runtime: it asks the one that its incident came from alone.

Both tenants have hosts of the same names with GUIDs of their own; the request log of each twin is the judge.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeAlias

import pytest
import pytest_asyncio

from tests.packs.visionone.live_pack import DUMP
from tests.packs.visionone.playbooks.playbook_readme import OURS
from tests.packs.visionone.playbooks.stage import Inputs
from tests.packs.visionone.playbooks.test_shells import ALONE, SHELLS, STEPS
from tests.packs.visionone.theatre import INSTANCE, Theatre, set_stage
from visionone_sim.tenant.contents import dump_content
from visionone_sim.tenant.endpoints import EndpointFile
from visionone_sim.tenant.mail import Message
from visionone_sim.testing import RunningTwin, start_twins
from warroom.host.runner import WarmRunner
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.model.user import SYSTEM
from warroom.testing.samples import an_actor

pytestmark = pytest.mark.asyncio(loop_scope="module")

OTHER = "other"
ASK = "Vision One - Ask for Approval"
HOST = "HR-1"
SHA1 = "c0ffee" * 6 + "beef"
MODEL = "credential-dumping"
ACT: Inputs = {"Respond": "act"}

Wanted: TypeAlias = Callable[[RunningTwin], Inputs]


def on_host(_twin: RunningTwin) -> Inputs:
    return {"Endpoint": HOST, **ACT}


def program(twin: RunningTwin) -> Inputs:
    twin.seed.process(HOST, 4711, sha1=SHA1)  # again, where another playbook has ended it
    return {"Endpoint": HOST, "FileSHA1": SHA1, **ACT}


def one_delivered(twin: RunningTwin) -> Message:
    """Return a message that no other playbook has taken away."""
    return next(message for message in twin.tenant.mail.values() if message.state == "delivered")


def a_message(twin: RunningTwin) -> Inputs:
    return {"MessageID": one_delivered(twin).message_id, "AfterQuarantine": "delete", **ACT}


def copies(twin: RunningTwin) -> Inputs:
    return {"UniqueID": one_delivered(twin).unique_id, "Decision": "delete"}


def a_dump(twin: RunningTwin) -> Inputs:
    host = twin.tenant.inventory.target(agent_guid=None, name=HOST)
    content = dump_content(size=60_000, seed=1, taken_at=0, account="anna")
    twin.tenant.place_file(host.agent_guid, EndpointFile(path=DUMP, content=content))
    file: Json = {"endpoint": HOST, "agent_guid": host.agent_guid, "file_path": DUMP, "collectable": "yes"}
    return {"Files": [file], **ACT}


INPUTS: dict[str, Wanted] = {
    "Vision One - Alert Router": lambda _: ACT,
    "Vision One - Block Indicators": lambda _: {"Objects": "stranger.example", **ACT},
    "Vision One - Compromised Account": lambda _: {"Account": "anna", **ACT},
    "Vision One - Contain Endpoint": lambda twin: {**on_host(twin), "RestoreAfterMinutes": "1"},
    "Vision One - Credential Dumping - Collect Evidence": lambda _: ACT,
    "Vision One - Credential Exposure": lambda twin: {**on_host(twin), "Account": "anna"},
    "Vision One - Keep Asking for Evidence": a_dump,
    "Vision One - Delete or Restore Email": copies,
    "Vision One - Phishing Email": lambda twin: {**a_message(twin), "Objects": "https://stranger.example/login"},
    "Vision One - Quarantine Email": a_message,
    "Vision One - Restore Endpoint": on_host,
    "Vision One - Sandbox Triage": lambda _: {"URL": "https://stranger.example/", **ACT},
    "Vision One - Terminate Process": program,
    "Vision One - Terminate Process and Hunt": program,
    ALONE: lambda _: {"TaskID": "00000001"},
}


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[RunningTwin, ...]]:
    with start_twins(2, "credential-dumping") as twins:
        for number, twin in enumerate(twins):
            guid = f"0a1b2c3d-0000-4000-8000-00000000000{number}"  # the pack takes nothing else for one
            twin.seed.endpoint(id=guid, name=HOST)
            twin.seed.account("anna")
            twin.seed.account(rf"OPAD:LAB\user-{guid}")
        yield twins


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(both: tuple[RunningTwin, ...], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    runner = WarmRunner(tmp_path_factory.mktemp("scratch"))
    theatre = await set_stage(tmp_path_factory.mktemp("home"), both[0], runner, **{OTHER: both[1]})
    yield theatre
    await theatre.app.conductor.close()
    await runner.close()


async def incident_of(theatre: Theatre, instance: str, twin: RunningTwin) -> Incident:
    """Return the incident of an alert that happens now; whatever else is fetched with it is left alone."""
    alert = twin.raise_alert(MODEL)
    await theatre.app.fetching.fetch(InstanceId(instance))
    (source,) = [one for one in await theatre.app.store.instances() if one.name == instance]
    known = await theatre.app.store.known_mirrors(source, [alert.id])
    return await theatre.app.incidents.get(IncidentId(known[alert.id]), SYSTEM)


async def test_all_playbooks_are_tried() -> None:
    all_but_steps = {book.name for book in OURS.playbooks.values() if not book.name.endswith(STEPS)}

    assert set(INPUTS) == all_but_steps - {ASK}
    assert all_but_steps == {book.name for book in SHELLS} | {ALONE}


@pytest.mark.parametrize("side", [0, 1], ids=["at home", "abroad"])
@pytest.mark.parametrize("name", INPUTS)
async def test_it_asks_the_tenant_of_its_incident_alone(
    theatre: Theatre, both: tuple[RunningTwin, ...], name: str, side: int
) -> None:
    own, spared = both[side], both[1 - side]
    incident = await incident_of(theatre, (INSTANCE, OTHER)[side], own)
    before = [len(twin.asked()) for twin in (own, spared)]

    plan = await theatre.app.plans.start(incident, OURS.playbooks[name], INPUTS[name](own), an_actor())
    played = await Theatre(app=theatre.app, twin=own, clock=theatre.clock).play(incident, plan.id)

    assert played.plan.state is PlanState.COMPLETED, played.said
    assert len(own.asked()) > before[0]
    assert len(spared.asked()) == before[1]


async def test_a_button_asks_the_tenant_of_its_incident_alone(theatre: Theatre, both: tuple[RunningTwin, ...]) -> None:
    own, spared = both[1], both[0]
    incident = await incident_of(theatre, OTHER, own)
    before = [len(twin.asked("isolate")) for twin in (own, spared)]

    for typed in ("!VisionOneRespond action=isolate", "!VisionOneRespond action=in_progress"):
        plan = await theatre.app.war_room.run(typed, incident, an_actor())
        played = await Theatre(app=theatre.app, twin=own, clock=theatre.clock).play(incident, plan.id)
        assert played.plan.state is PlanState.COMPLETED

    assert [len(twin.asked("isolate")) for twin in (own, spared)] == [before[0] + 1, before[1]]
    plan = await theatre.app.war_room.run(
        f"!VisionOneRespond action=endpoint_info using={INSTANCE}", incident, an_actor()
    )
    asked = len(spared.asked())
    await theatre.play(incident, plan.id)
    assert len(spared.asked()) == asked + 1
