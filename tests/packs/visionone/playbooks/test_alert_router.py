"""Alert Router: each kind of alert gets the response that fits, and a person is asked unless something else is said."""

from dataclasses import replace
from typing import Any

import pytest

from tests.our_packs import our_pack
from tests.packs.visionone.playbooks.stage import Stage, actions, waits_for_a_person
from tests.packs.visionone.theatre import Played
from visionone_sim.faults import Fault
from visionone_sim.scenarios.models import MODELS
from visionone_sim.tenant.alerts import Alert
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROUTER = "Vision One - Alert Router"
RESPONSES = {
    "Save what was dumped",
    "Contain the endpoint",
    "Take the message out of all mailboxes",
    "Block what it talks to",
    "End the program and hunt for it",
    "Lock the account",
    "Analyze the file in the sandbox",
    "Say that no response fits",
}
NAMES_NOTHING = {"scheduled-task", "forwarding-rule"}  # no file, and no account, that a response could act on
UNASKED = {"Say that no response fits"}  # what was dumped is saved unasked; what comes after it is asked
KINDS = {
    "credential-dumping": "Save what was dumped",
    "ransom-note": "Contain the endpoint",
    "lateral-movement": "Contain the endpoint",
    "phishing-click": "Take the message out of all mailboxes",
    "beacon": "Block what it talks to",
    "masquerade": "End the program and hunt for it",
    "script": "Analyze the file in the sandbox",
    "scheduled-task": "Analyze the file in the sandbox",
    "container-shell": "Say that no response fits",
    "impossible-travel": "Lock the account",
    "forwarding-rule": "Lock the account",
    "brute-force": "Lock the account",
}


def indicators(alert: Alert) -> list[dict[str, str]]:
    found: Any = alert.document["indicators"]
    return list(found)


async def reject_all(stage: Stage, played: Played) -> Played:
    """Answer what is asked, until nothing is."""
    stage.plan = played.plan.id
    for task in await stage.all_asked():
        played = await stage.answer_task(played.incident, task, "Reject", "No.")
    return played


async def test_the_incident_type_starts_the_router() -> None:
    [kind] = our_pack().incident_types.values()

    assert kind.playbook == ROUTER


@pytest.mark.parametrize(("model", "response"), KINDS.items())
async def test_each_kind_of_alert_gets_the_response_that_fits(
    stage: Stage, twin: RunningTwin, model: str, response: str
) -> None:
    alert = twin.story.raise_alert(MODELS[model])
    fetched = await stage.theatre.fetch()

    played = await stage.theatre.play(*fetched[alert.id])

    assert waits_for_a_person(played) is (response not in UNASKED and model not in NAMES_NOTHING)
    played = await reject_all(stage, played)
    assert played.plan.state is PlanState.COMPLETED
    assert played.plan.frame.name == played.incident.playbook == ROUTER
    assert played.ran & RESPONSES == {response}


async def test_only_evidence_is_collected_unasked(stage: Stage, twin: RunningTwin) -> None:
    for incident, plan in (await stage.theatre.fetch()).values():
        played = await stage.theatre.play(incident, plan)
        assert played.plan.state in {PlanState.COMPLETED, PlanState.WAITING}, incident.name

    assert actions(twin) == ["collectFile"]
    assert twin.requests.to("/analyze", method="POST") == []
    assert twin.tenant.objects.suspicious(twin.clock.now()) == []


@pytest.mark.parametrize(
    ("model", "proposal"),
    [
        ("ransom-note", "Proposed: Isolate from the network: "),
        ("phishing-click", "Proposed: Quarantine the message <"),
        ("beacon", "Proposed: Put on the suspicious object list"),
        ("masquerade", "Proposed: End the program with the SHA-1"),
        ("script", r"Proposed: Analyze in the sandbox: C:\Users"),
    ],
)
async def test_what_would_be_done_is_proposed_with_what_is_known(
    stage: Stage, twin: RunningTwin, model: str, proposal: str
) -> None:
    alert = twin.story.raise_alert(MODELS[model])
    fetched = await stage.theatre.fetch()

    played = await stage.play(fetched[alert.id][0], ROUTER, {"Respond": "propose"})

    assert played.plan.state is PlanState.COMPLETED
    assert proposal in played.said


@pytest.mark.parametrize(
    ("model", "questions"),
    [
        ("ransom-note", ["Isolate from the network: "]),
        ("phishing-click", ["Quarantine the message <", "Put on the suspicious object list"]),
        ("beacon", ["Put on the suspicious object list"]),
        ("masquerade", ["End the program with the SHA-1"]),
        ("script", ["Analyze in the sandbox: C:"]),
        ("impossible-travel", ["Sign out and lock "]),
    ],
)
async def test_what_would_be_done_is_asked_with_what_is_known(
    stage: Stage, twin: RunningTwin, model: str, questions: list[str]
) -> None:
    alert = twin.story.raise_alert(MODELS[model])
    incident = (await stage.theatre.fetch())[alert.id][0]

    await stage.play(incident, ROUTER)

    asked = [str(task.wait) for task in await stage.all_asked()]
    assert len(asked) == len(questions)
    assert all(any(question in one for one in asked) for question in questions)
    assert actions(twin) == []


async def test_a_beacon_is_blocked_everywhere_when_the_router_may_act(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["beacon"])
    incident = (await stage.theatre.fetch())[alert.id][0]

    played = await stage.play(incident, ROUTER, {"Respond": "act"})

    listed = {entry.item.value for entry in twin.tenant.objects.suspicious(twin.clock.now())}
    kinds = {"domain", "ip"}  # not the hash: alerts name the system's own programs too
    assert listed == {one["value"] for one in indicators(alert) if one["type"] in kinds}
    assert played.plan.state is PlanState.COMPLETED


@pytest.mark.parametrize("model", ["ransom-note", "phishing-click", "beacon", "masquerade", "script"])
async def test_an_alert_that_cannot_be_read_still_ends_in_order(stage: Stage, twin: RunningTwin, model: str) -> None:
    alert = twin.story.raise_alert(MODELS[model])
    fetched = await stage.theatre.fetch()
    twin.fail(Fault(path=f".*/alerts/{alert.id}", status=403, code="AccessDenied", message="Not you.", count=None))

    played = await stage.theatre.play(*fetched[alert.id])

    played = await reject_all(stage, played)
    assert played.plan.state is PlanState.COMPLETED
    assert played.ran & RESPONSES == {KINDS[model]}


async def test_evidence_is_not_held_up_by_reading_the_alert(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["credential-dumping"])
    fetched = await stage.theatre.fetch()
    before = twin.requests.total
    await stage.theatre.play(*fetched[alert.id])

    reads = [seen for seen in list(twin.requests)[before:] if seen.path.endswith(alert.id) and seen.method == "GET"]
    collected = next(seen for seen in twin.requests if seen.path.endswith("/collectFile"))
    assert all(seen.time >= collected.time for seen in reads)


async def test_with_ask_the_response_waits_for_approval(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["ransom-note"])
    incident = (await stage.theatre.fetch())[alert.id][0]
    await stage.play(incident, ROUTER, {"Respond": "ask"})
    assert actions(twin) == []

    played = await stage.answer(incident, "Approve", "It encrypts.")

    assert played.plan.state is PlanState.COMPLETED
    assert actions(twin) == ["isolate"]


@pytest.mark.parametrize(
    ("model", "playbook", "said"),
    [
        ("ransom-note", "Vision One - Contain Endpoint", "Proposed: Isolate from the network"),
        ("phishing-click", "Vision One - Phishing Email", "Proposed: Quarantine the message"),
        ("beacon", "Vision One - Block Indicators", "Proposed: Put on the suspicious object list"),
        ("masquerade", "Vision One - Terminate Process and Hunt", "Proposed: End the program"),
    ],
)
async def test_a_response_that_is_run_by_hand_finds_its_inputs_in_the_incident(
    stage: Stage, twin: RunningTwin, model: str, playbook: str, said: str
) -> None:
    alert = twin.story.raise_alert(MODELS[model])
    incident = (await stage.theatre.fetch())[alert.id][0]

    played = await stage.play(incident, playbook, {"Respond": "propose"})

    assert said in played.said


MODES = "vision_one_response_modes"
KIND = "Vision One Workbench Alert"


async def write_list(stage: Stage, text: str) -> None:
    await stage.app.store.change_list(MODES, lambda _: text, "ada", stage.clock.now())


@pytest.mark.parametrize(
    ("text", "done", "said"),
    [
        (f"{KIND}, critical, act", ["isolate"], "**act**"),
        (f"# ours\n{KIND.upper()} , HIGH , propose; *, *, act", ["isolate"], "**act**"),
        ("*, low, act; *, critical, propose; *, *, act", [], "Proposed: Isolate"),
        ("Phishing, *, act", [], "**ask**: that is the rule"),
        ("", [], "**ask**: that is the rule"),
    ],
)
async def test_a_list_says_by_type_and_severity_what_responses_do(
    stage: Stage, twin: RunningTwin, text: str, done: list[str], said: str
) -> None:
    alert = twin.story.raise_alert(MODELS["ransom-note"])
    incident = (await stage.theatre.fetch())[alert.id][0]
    await write_list(stage, text)

    played = await stage.play(incident, ROUTER)

    assert actions(twin) == done
    assert said in played.said


async def test_a_wrong_line_is_said_and_nothing_acts_meanwhile(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["ransom-note"])
    incident = (await stage.theatre.fetch())[alert.id][0]
    await write_list(stage, "*, worst, act\n*, *, act")

    played = await stage.play(incident, ROUTER)

    assert "Line 1 ('*, worst, act') has no severity that exists" in played.said
    assert (waits_for_a_person(played), actions(twin)) == (True, [])


async def test_the_instance_says_what_responses_to_its_alerts_do(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["ransom-note"])
    [instance] = await stage.app.store.instances()
    await stage.app.journal.save_instance(
        replace(instance, params={**instance.params, "respond": "act"}), "ada", stage.clock.now()
    )
    incident, plan = (await stage.theatre.fetch())[alert.id]
    assert incident.custom_fields["visiononerespond"] == "act"

    played = await stage.theatre.play(incident, plan)

    assert (played.plan.state, actions(twin)) == (PlanState.COMPLETED, ["isolate"])
    await write_list(stage, "*, *, propose")  # which comes first
    assert "**propose**" in (await stage.play(incident, ROUTER)).said


async def test_the_playbooks_input_comes_before_list_and_instance(stage: Stage, twin: RunningTwin) -> None:
    alert = twin.story.raise_alert(MODELS["ransom-note"])
    incident = (await stage.theatre.fetch())[alert.id][0]
    await write_list(stage, "*, *, act")

    assert waits_for_a_person(await stage.play(incident, ROUTER, {"Respond": "ask"}))
    assert waits_for_a_person(await stage.play(incident, ROUTER, {"Respond": "perhaps"}))
    assert actions(twin) == []
