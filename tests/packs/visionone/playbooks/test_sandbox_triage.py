"""Sandbox Triage: files and URLs, verdicts, the report as an entry, and what is blocked."""

from dataclasses import replace

import pytest

from tests.packs.visionone.playbooks.stage import Stage, actions, decision, notes, waits_for_a_person
from visionone_sim.faults import Fault
from visionone_sim.tenant.contents import text_content
from visionone_sim.tenant.endpoints import EndpointFile
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRIAGE = "Vision One - Sandbox Triage"
URL, LAPTOP, PATH = "https://stranger.example/login", "HR-LT-171", r"C:\Users\dnovak\Downloads\invoice.ps1"


def listed(twin: RunningTwin) -> set[str]:
    return {entry.item.value for entry in twin.tenant.objects.suspicious(twin.clock.now())}


def submitted(twin: RunningTwin) -> int:
    return len(twin.requests.to("/analyze", method="POST"))


def place(twin: RunningTwin, risk: str) -> None:
    """Put a file on the laptop that the sandbox finds to be of this risk."""
    guid = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP).agent_guid
    content = text_content(f"visionone-sim-verdict:{risk}\n")
    twin.tenant.place_file(guid, EndpointFile(path=PATH, content=content))


@pytest.mark.promise(27)
async def test_a_malicious_url_is_reported_blocked_and_noted(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.sandbox.know(URL, "high")
    incident = await stage.incident()
    await stage.play(incident, TRIAGE, {"URL": URL})
    assert submitted(twin) == 0

    await stage.answer(incident, "Approve", "Have a look.")
    assert submitted(twin) == 1
    assert (await stage.asked()).name == "Approve or reject"
    played = await stage.answer(incident, "Approve", "It is bad.")

    assert played.plan.state is PlanState.COMPLETED
    assert URL in listed(twin)
    [report] = [entry for entry in played.entries if entry.file]
    assert report.file is not None
    assert report.file.name.endswith(".pdf")
    assert "high" in notes(twin, incident)
    assert submitted(twin) == 1


async def test_a_file_on_an_endpoint_is_collected_analyzed_and_blocked(stage: Stage, twin: RunningTwin) -> None:
    place(twin, "high")

    played = await stage.play(await stage.incident(), TRIAGE, {"Endpoint": LAPTOP, "FilePath": PATH, "Respond": "act"})

    assert played.plan.state is PlanState.COMPLETED
    assert actions(twin) == ["collectFile"]
    assert submitted(twin) == 1
    assert len([entry for entry in played.entries if entry.file]) == 2
    assert "Block what is malicious" in played.ran
    assert listed(twin)


async def test_a_file_of_the_war_room_is_analyzed(stage: Stage, twin: RunningTwin) -> None:
    place(twin, "noRisk")
    incident = await stage.incident()
    first = await stage.play(incident, TRIAGE, {"Endpoint": LAPTOP, "FilePath": PATH, "Respond": "act"})
    [archive] = [entry for entry in first.entries if entry.file and entry.file.name.endswith(".zip")]
    [file] = first.context["VisionOne"]["Collected_File"]
    password = file["password"]

    inputs = {"EntryID": archive.id, "ArchivePassword": password, "Respond": "act"}
    played = await stage.play(incident, TRIAGE, inputs)

    assert played.plan.state is PlanState.COMPLETED
    assert "Submit the file" in played.ran
    assert "Say that no risk was found" in played.ran
    assert password not in played.said
    assert listed(twin) == set()


@pytest.mark.parametrize(
    ("risk", "told"), [("medium", "Say that it is suspicious"), ("noRisk", "Say that no risk was found")]
)
async def test_what_is_not_malicious_is_not_blocked(stage: Stage, twin: RunningTwin, risk: str, told: str) -> None:
    twin.tenant.sandbox.know(URL, risk)  # type: ignore[arg-type]  # one of the words of the table above

    played = await stage.play(await stage.incident(), TRIAGE, {"URL": URL, "Respond": "act"})

    assert told in played.ran
    assert listed(twin) == set()


async def test_blocking_can_be_left_out(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.sandbox.know(URL, "high")

    played = await stage.play(
        await stage.incident(), TRIAGE, {"URL": URL, "Respond": "act", "BlockWhenMalicious": "no"}
    )

    assert "Block what is malicious" not in played.ran
    assert listed(twin) == set()


async def test_a_rejection_submits_nothing(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, TRIAGE, {"URL": URL})

    played = await stage.answer(incident, "Reject", "It holds our names.")

    assert decision(played) == "rejected"
    assert "It holds our names." in played.said
    assert submitted(twin) == 0


async def test_a_verdict_is_waited_for_over_a_restart(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.sandbox.know(URL, "high")
    incident = await stage.incident()
    plan = await stage.begin(incident, TRIAGE, {"URL": URL, "Respond": "act"})
    await stage.job()

    await stage.restart()
    played = await stage.theatre.play(incident, plan)

    assert played.plan.state is PlanState.COMPLETED
    assert submitted(twin) == 1
    assert URL in listed(twin)


async def test_a_refusal_is_said(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/analyze", status=403, code="AccessDenied", message="Not you.", count=None))

    played = await stage.play(await stage.incident(), TRIAGE, {"URL": URL, "Respond": "act"})

    assert waits_for_a_person(played)
    assert f"{URL} is not submitted." in str((await stage.asked()).wait)
    assert "Not you." in played.said
    assert "Say that it was not submitted" in played.ran
    assert "Say which were not submitted" in played.ran


async def test_an_analysis_that_cannot_be_followed_is_said(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/sandbox/tasks/.*", status=403, code="AccessDenied", message="Not you.", count=None))

    played = await stage.play(await stage.incident(), TRIAGE, {"URL": URL, "Respond": "act"})

    assert played.plan.state is PlanState.COMPLETED
    assert "Say that there is no verdict" in played.ran


async def test_without_a_sample_there_is_nothing_to_analyze(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), TRIAGE, {"Respond": "act"})

    assert "Say that no sample is named" in played.ran
    assert submitted(twin) == 0


@pytest.mark.parametrize("respond", ["act", "ask"])
async def test_a_name_that_two_endpoints_have_collects_from_neither(
    stage: Stage, twin: RunningTwin, respond: str
) -> None:
    inventory = twin.tenant.inventory
    name = inventory.target(agent_guid=None, name="FIN-LT-528").name
    twin.tenant.endpoints.put(replace(inventory.target(agent_guid=None, name="ENG-WS-346"), name=name))

    played = await stage.play(
        await stage.incident(), TRIAGE, {"Endpoint": name, "FilePath": "C:\\x.dmp", "Respond": respond}
    )

    assert played.plan.state is PlanState.COMPLETED
    assert f"Nothing was collected. More than one endpoint has {name}." in played.said
    assert actions(twin) == []
    assert submitted(twin) == 0
