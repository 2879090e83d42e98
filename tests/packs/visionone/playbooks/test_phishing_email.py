"""Phishing Email, Quarantine Email, and Delete or Restore Email: every copy of one message, and of no other."""

from dataclasses import replace

import pytest

from tests.packs.visionone.playbooks.stage import Stage, actions, decision, notes, waits_for_a_person
from visionone_sim.faults import Fault
from visionone_sim.scenarios.people import email_activity
from visionone_sim.tenant.mail import Message
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUARANTINE, LATER = "Vision One - Quarantine Email", "Vision One - Delete or Restore Email"
ACT = {"Respond": "act", "AfterQuarantine": "keep"}


def bait(twin: RunningTwin) -> list[Message]:
    """The copies of the message that the phishing alert tells of."""
    return [copy for copy in twin.tenant.mail.values() if copy.subject == "Your password expires today"]


def states(twin: RunningTwin) -> set[str]:
    return {copy.state for copy in bait(twin)}


def untouched(twin: RunningTwin) -> bool:
    ids = {copy.unique_id for copy in bait(twin)}
    return all(copy.state == "delivered" for copy in twin.tenant.mail.values() if copy.unique_id not in ids)


@pytest.mark.promise(27)
async def test_every_copy_is_quarantined_once_and_then_deleted(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident("Phishing")
    copies = bait(twin)
    await stage.play(incident, QUARANTINE, {"MessageID": copies[0].message_id})
    question = str((await stage.asked()).wait)
    assert all(copy.mail_box in question for copy in copies)
    assert actions(twin) == []

    asked = await stage.answer(incident, "Approve", "It asks for passwords.")
    assert waits_for_a_person(asked)
    assert states(twin) == {"quarantined"}
    assert (await stage.asked()).name == "Delete or restore"

    played = await stage.answer(incident, "Delete", "Nobody needs it.")
    assert played.plan.state is PlanState.COMPLETED
    assert states(twin) == {"deleted"}
    assert actions(twin) == ["quarantineMessage"] * len(copies) + ["deleteMessage"] * len(copies)
    assert untouched(twin)
    assert "It asks for passwords." in notes(twin, incident)
    assert "Nobody needs it." in notes(twin, incident)


async def test_a_message_that_was_harmless_goes_back_days_later(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident("Phishing")
    inputs = {"MessageID": bait(twin)[0].message_id, "Respond": "act"}
    await stage.play(incident, QUARANTINE, inputs)
    assert states(twin) == {"quarantined"}

    stage.pass_time(days=2)
    await stage.restart()
    await stage.answer(incident, "Restore", "It was our own training.")

    assert states(twin) == {"delivered"}


async def test_it_can_stay_in_quarantine(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident("Phishing")
    await stage.play(incident, QUARANTINE, {"MessageID": bait(twin)[0].message_id, "Respond": "act"})

    played = await stage.answer(incident, "Keep in quarantine", "The police want to see it.")

    assert played.plan.state is PlanState.COMPLETED
    assert "The police want to see it." in played.said
    assert states(twin) == {"quarantined"}


@pytest.mark.parametrize(("then", "state"), [("delete", "deleted"), ("restore", "delivered"), ("keep", "quarantined")])
async def test_what_comes_after_quarantine_can_be_decided_before(
    stage: Stage, twin: RunningTwin, then: str, state: str
) -> None:
    incident = await stage.incident("Phishing")
    inputs = {"MessageID": bait(twin)[0].message_id, "Respond": "act", "AfterQuarantine": then}

    played = await stage.play(incident, QUARANTINE, inputs)

    assert played.plan.state is PlanState.COMPLETED
    assert states(twin) == {state}


async def test_a_rejection_leaves_the_message_where_it_is(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident("Phishing")
    await stage.play(incident, QUARANTINE, {"MessageID": bait(twin)[0].message_id})

    played = await stage.answer(incident, "Reject", "It is ours.")

    assert decision(played) == "rejected"
    assert "It is ours." in played.said
    assert actions(twin) == []


async def test_a_message_whose_id_only_contains_the_other_is_left_alone(stage: Stage, twin: RunningTwin) -> None:
    first = bait(twin)[0]
    other = replace(first, unique_id="another-copy", message_id=f"{first.message_id}.more", subject="Harmless")
    twin.tenant.mail.deliver(other)
    twin.tenant.telemetry.record("emailActivities", email_activity(other))

    await stage.play(await stage.incident("Phishing"), QUARANTINE, {"MessageID": first.message_id, **ACT})

    assert states(twin) == {"quarantined"}
    assert untouched(twin)


@pytest.mark.parametrize("evil", ['x","mailbox":"chief@company.example', "<a b@c.example>", "a,b@c.example", "x\\"])
async def test_a_message_id_that_could_change_the_search_is_not_searched(
    stage: Stage, twin: RunningTwin, evil: str
) -> None:
    played = await stage.play(await stage.incident("Phishing"), QUARANTINE, {"MessageID": [evil], **ACT})

    assert "Say that no message is named" in played.ran
    assert twin.requests.to("/emailActivities") == []
    assert actions(twin) == []


async def test_a_message_in_no_mailbox_is_told(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), QUARANTINE, {"MessageID": "<none@nowhere.example>", **ACT})

    assert "was found in no mailbox within 7 days" in played.said
    assert actions(twin) == []


async def test_a_refusal_is_said_and_nothing_is_noted(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/emails/quarantine", status=403, code="AccessDenied", message="Not you.", count=None))
    incident = await stage.incident("Phishing")

    played = await stage.play(incident, QUARANTINE, {"MessageID": bait(twin)[0].message_id, **ACT})

    assert waits_for_a_person(played)  # an open task for what is not quarantined
    assert "Not you." in played.said
    assert "Say that it is not in quarantine" in played.ran
    assert notes(twin, incident) == ""


async def test_a_refused_deletion_is_said(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/emails/delete", status=403, code="AccessDenied", message="Not you.", count=None))
    ids = [copy.unique_id for copy in bait(twin)]

    played = await stage.play(await stage.incident(), LATER, {"UniqueID": ids, "Decision": "delete"})

    assert "Say that it did not happen" in played.ran
    assert states(twin) == {"delivered"}


async def test_without_a_message_there_is_nothing_to_decide(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), LATER, {"Decision": "delete"})

    assert "Say that no message is named" in played.ran
    assert actions(twin) == []


PHISHING = "Vision One - Phishing Email"


def listed(twin: RunningTwin) -> set[str]:
    return {entry.item.value for entry in twin.tenant.objects.suspicious(twin.clock.now())}


async def test_url_and_sender_are_asked_about_beside_the_message_and_each_answer_counts_for_its_own(
    stage: Stage, twin: RunningTwin
) -> None:
    incident = await stage.incident("Phishing")
    url, sender = incident.custom_fields["visiononeurls"], incident.custom_fields["visiononesenders"]
    await stage.play(incident, PHISHING)
    asked = {task.name: task for task in await stage.all_asked()}
    quarantine, block = sorted(await stage.all_asked(), key=lambda task: "suspicious object list" in str(task.wait))
    assert (len(asked), actions(twin), listed(twin)) == (1, [], set())
    for one in (url, sender):
        assert str(one if isinstance(one, str) else one[0]) in str(block.wait)

    await stage.answer_task(incident, block, "Approve", "It asks for passwords.")
    assert listed(twin) == {
        *([url] if isinstance(url, str) else url),
        *([sender] if isinstance(sender, str) else sender),
    }
    assert states(twin) == {"delivered"}

    played = await stage.answer_task(incident, quarantine, "Reject", "Legal wants to see it where it is.")
    assert played.plan.state is PlanState.COMPLETED
    assert (states(twin), actions(twin)) == ({"delivered"}, [])


async def test_what_is_our_own_or_inside_the_network_is_left_out_by_name(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident("Phishing")
    own, bad = "boss@company.example", "https://bad.example/login"
    objects = [
        own,
        "https://intranet.company.example/x",
        "http://10.1.2.3/x",
        "http://localhost/x",
        bad,
        "no such thing",
    ]
    inputs = {"MessageID": "", "Objects": objects, "OwnAddresses": "anna@company.example", "Respond": "act"}

    played = await stage.play(incident, PHISHING, inputs)

    assert listed(twin) == {bad}
    assert "company.example is a domain of our own" in played.said
    assert all(one in played.said for one in objects)
