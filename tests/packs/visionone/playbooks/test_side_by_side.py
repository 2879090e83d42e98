"""Two runs of a response on one incident, both waiting for a person: each acts on what it was started for."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest

from tests.packs.visionone.playbooks.playbook_readme import OURS
from tests.packs.visionone.playbooks.stage import Inputs, Stage, waits_for_a_person
from tests.packs.visionone.playbooks.test_shells import ALONE, SHELLS
from visionone_sim.recorder import SeenRequest
from visionone_sim.testing import RunningTwin
from warroom.model.ids import PlanId
from warroom.model.incident import Incident
from warroom.model.plan import PlanState
from warroom.testing.samples import an_actor

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASK, ROUTER = "Vision One - Ask for Approval", "Vision One - Alert Router"
CONTAIN = "Vision One - Contain Endpoint"
# They collect without a question, and leave theirs to the last of TARGETS.
COLLECTING = {"Vision One - Credential Dumping - Collect Evidence", "Vision One - Keep Asking for Evidence"}
HOSTS = "HR-LT-171", "FIN-LT-528"
SHA1S = "a" * 40, "b" * 40
KEEP = {"AfterQuarantine": "keep"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a run is started with, and the words by which the twin's log tells that it was acted on."""

    inputs: Inputs
    marks: frozenset[str]


Side = Callable[[RunningTwin, int], Meant]


def meant(inputs: Inputs, *marks: str) -> Meant:
    return Meant(inputs=inputs, marks=frozenset(marks))


def host(twin: RunningTwin, side: int) -> Meant:
    guid = twin.tenant.inventory.target(agent_guid=None, name=HOSTS[side]).agent_guid
    return meant({"Endpoint": guid}, guid)


def isolated_host(twin: RunningTwin, side: int) -> Meant:
    chosen = host(twin, side)
    twin.tenant.inventory.isolate(str(chosen.inputs["Endpoint"]), isolated=True)
    return chosen


def program(twin: RunningTwin, side: int) -> Meant:
    return meant({**host(twin, side).inputs, "FileSHA1": SHA1S[side]}, SHA1S[side])


def domain(_twin: RunningTwin, side: int) -> Meant:
    name = f"stranger-{side}.example"
    return meant({"Objects": name}, name)


def url(_twin: RunningTwin, side: int) -> Meant:
    name = f"https://stranger-{side}.example/login"
    return meant({"URL": name}, name)


def account(twin: RunningTwin, side: int) -> Meant:
    twin.tenant.settle()
    chosen = [account for account in twin.tenant.directory if account.iam == "AAD"][side]
    return meant({"Account": chosen.name}, chosen.name.rpartition("\\")[2])


def message(twin: RunningTwin, side: int) -> Meant:
    ids = sorted({copy.message_id for copy in twin.tenant.mail.values()})
    copies = [copy.unique_id for copy in twin.tenant.mail.values() if copy.message_id == ids[side]]
    return meant({"MessageID": ids[side], **KEEP}, *copies)


def phish(twin: RunningTwin, side: int) -> Meant:
    name, mail = f"https://phish-{side}.example/login", message(twin, side)
    return meant({**mail.inputs, "Objects": name}, name, *mail.marks)


def copies(twin: RunningTwin, side: int) -> Meant:
    found = message(twin, side).marks
    return meant({"UniqueID": sorted(found), "Message": f"message {side}"}, *found)


def exposed(twin: RunningTwin, side: int) -> Meant:
    both = host(twin, side), account(twin, side)
    return Meant(inputs=dict(both[0].inputs) | dict(both[1].inputs), marks=both[0].marks | both[1].marks)


TARGETS: dict[str, Side] = {
    "Vision One - Contain Endpoint": host,
    "Vision One - Restore Endpoint": isolated_host,
    "Vision One - Terminate Process": program,
    "Vision One - Terminate Process and Hunt": program,
    "Vision One - Block Indicators": domain,
    "Vision One - Sandbox Triage": url,
    "Vision One - Compromised Account": account,
    "Vision One - Phishing Email": phish,
    "Vision One - Quarantine Email": message,
    "Vision One - Delete or Restore Email": copies,
    "Vision One - Credential Exposure": exposed,
}
ANSWERS = {"Vision One - Delete or Restore Email": ("Delete", "Nobody needs it.")}
APPROVED = ("Approve", "It is needed.")


def acted(twin: RunningTwin) -> list[SeenRequest]:
    """Return the requests that change something, except notes."""
    return [seen for seen in twin.asked() if seen.method == "POST" and "/notes" not in seen.path]


async def settle(stage: Stage, incident: Incident, plan: PlanId, *answers: str) -> None:
    """Play a plan to its end; whatever it asks is answered in the same way."""
    for _ in range(4):
        stage.plan = plan
        played = await stage.theatre.play(incident, plan)
        if played.plan.state is not PlanState.WAITING:
            assert played.plan.state is PlanState.COMPLETED
            return
        for task in await stage.all_asked():
            left = task.name == "Not done everywhere"
            await stage.answer_task(incident, task, *(("It is left as it is", "Seen.") if left else answers))
    raise AssertionError("it asks without an end")


async def test_each_playbook_that_names_targets_and_asks_is_tried() -> None:
    asking = {book.name for book in SHELLS if {"Respond", "Decision"} & {item.key for item in book.inputs}}

    assert set(TARGETS) == asking - {ASK, ROUTER} - COLLECTING
    assert {book.name for book in OURS.playbooks.values()} >= {ALONE, ASK, ROUTER}


@pytest.mark.parametrize("first", [0, 1], ids=["in order", "the other way round"])
@pytest.mark.parametrize("name", TARGETS)
async def test_each_approval_lets_exactly_its_own_target_pass(
    stage: Stage, twin: RunningTwin, name: str, first: int
) -> None:
    incident = await stage.incident()
    sides = [TARGETS[name](twin, side) for side in (0, 1)]
    plans = [await stage.begin(incident, name, side.inputs) for side in sides]
    for plan in plans:
        await stage.theatre.play(incident, plan)
    assert acted(twin) == []

    for side in (first, 1 - first):
        before = len(acted(twin))
        await settle(stage, incident, plans[side], *ANSWERS.get(name, APPROVED))
        asked = "\n".join(str(seen.body) for seen in acted(twin)[before:])
        assert all(mark in asked for mark in sides[side].marks), asked
        assert not any(mark in asked for mark in sides[1 - side].marks), asked


@pytest.mark.parametrize("name", TARGETS)
async def test_another_run_on_the_same_incident_counts_nothing_of_the_first(
    stage: Stage, twin: RunningTwin, name: str
) -> None:
    incident = await stage.incident()
    for side in (0, 1):
        chosen = TARGETS[name](twin, side)
        before = len(acted(twin))
        plan = await stage.begin(incident, name, chosen.inputs)
        await settle(stage, incident, plan, *ANSWERS.get(name, APPROVED))
        asked = "\n".join(str(seen.body) for seen in acted(twin)[before:])
        assert all(mark in asked for mark in chosen.marks), asked
        assert not any(mark in asked for mark in TARGETS[name](twin, 1 - side).marks), asked


async def test_the_answer_to_one_question_is_none_to_another(stage: Stage) -> None:
    incident = await stage.incident()
    plans = [await stage.begin(incident, ASK, {"Proposal": text}) for text in ("Do this.", "Do that.")]
    for plan in plans:
        await stage.theatre.play(incident, plan)

    stage.plan = plans[0]
    await stage.answer(incident, "Approve", "Yes.")
    stage.plan = plans[1]
    played = await stage.answer(incident, "Reject", "No.")

    assert "Keep that it is rejected" in played.ran
    assert "Keep that it is approved" not in played.ran
    assert "Rejected: Do that. Reason: No." in played.said


async def meddle(stage: Stage, incident: Incident, guid: str) -> None:
    """Write into the incident's context what a playbook might take for its own."""
    for typed in (
        f"!Set key=VisionOne.Containment.endpoint value={guid}",
        f"!Set key=inputs.Endpoint value={guid}",
        "!Set key=VisionOne.Approval.decision value=approved",
        "!DeleteContext key=VisionOne.Endpoint_Info",
    ):
        plan = await stage.app.war_room.run(typed, incident, an_actor())
        await stage.theatre.play(incident, plan.id)


@pytest.mark.parametrize("seed", range(4))
async def test_any_number_of_runs_in_any_order_act_on_their_own_inputs_only(
    stage: Stage, twin: RunningTwin, seed: int
) -> None:
    chance = Random(seed)
    hosts = [one for one in twin.tenant.inventory.values() if one.os_name == "Windows" and one.connected]
    chosen = chance.sample(hosts, 5)
    incident = await stage.incident()
    waiting = {await stage.begin(incident, CONTAIN, {"Endpoint": host.name}): host for host in chosen}
    approved = set()
    while waiting:
        stage.plan, host = chance.choice(list(waiting.items()))
        played = await stage.theatre.play(incident, stage.plan)
        if played.plan.state is not PlanState.WAITING:
            assert played.plan.state is PlanState.COMPLETED
            del waiting[stage.plan]
        elif waits_for_a_person(played) and chance.random() < 0.5:
            answer = chance.choice(["Approve", "Reject"])
            await stage.app.plans.answer(
                stage.plan, (await stage.asked()).key, "", "", an_actor(), {"0": answer, "1": "."}
            )
            approved |= {host.agent_guid} if answer == "Approve" else set()
        if chance.random() < 0.3:
            await meddle(stage, incident, chance.choice(hosts).agent_guid)
        if chance.random() < 0.3:
            await stage.restart()

    targets = [str(target["agentGuid"]) for seen in twin.asked("isolate") for target in seen.targets]
    assert sorted(targets) == sorted(approved)
