"""Ask for Approval: who decides, what is asked, what is kept."""

import pytest

from tests.packs.visionone.playbooks.stage import Stage, decision
from warroom.model.errors import InvalidInputError
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASK = "Vision One - Ask for Approval"
PROPOSAL = "Turn it off and on again."


async def test_the_question_is_the_proposal_and_the_reason_is_kept(stage: Stage) -> None:
    incident = await stage.incident()
    await stage.play(incident, ASK, {"Proposal": PROPOSAL})

    task = await stage.asked()
    assert task.wait is not None
    assert PROPOSAL in str(task.wait.data["form"])
    assert task.name == "Approve or reject"

    played = await stage.answer(incident, "Approve", "It helps.")
    assert played.context["VisionOne"]["Approval"] == {"decision": "approved", "reason": "It helps."}


async def test_a_sentence_that_had_nothing_to_say_leaves_no_gap(stage: Stage) -> None:
    await stage.play(await stage.incident(), ASK, {"Proposal": r" Look at C:\a  b.exe.  It is new.   "})

    wait = (await stage.asked()).wait
    assert wait is not None
    form = wait.data["form"]
    assert form["description"].startswith(r"Look at C:\a  b.exe. It is new. Commands: ")
    assert form["questions"][0]["label"] == r"Look at C:\a  b.exe. It is new. Shall it be done?"


async def test_a_reason_is_needed(stage: Stage) -> None:
    incident = await stage.incident()
    await stage.play(incident, ASK, {"Proposal": PROPOSAL})

    with pytest.raises(InvalidInputError, match="Why"):
        await stage.answer(incident, "Approve")

    assert (await stage.asked()).name == "Approve or reject"


async def test_a_rejection_is_told_with_its_reason(stage: Stage) -> None:
    incident = await stage.incident()
    await stage.play(incident, ASK, {"Proposal": PROPOSAL})

    played = await stage.answer(incident, "Reject", "It never helps.")

    assert decision(played) == "rejected"
    assert f"Rejected: {PROPOSAL} Reason: It never helps." in played.said


@pytest.mark.parametrize(("respond", "expected"), [("act", "approved"), ("Act", "approved"), ("propose", "proposed")])
async def test_nobody_is_asked_when_the_caller_decides(stage: Stage, respond: str, expected: str) -> None:
    played = await stage.play(await stage.incident(), ASK, {"Proposal": PROPOSAL, "Respond": respond})

    assert played.plan.state is PlanState.COMPLETED
    assert decision(played) == expected


async def test_a_word_that_it_does_not_know_approves_nothing(stage: Stage) -> None:
    played = await stage.play(await stage.incident(), ASK, {"Proposal": PROPOSAL, "Respond": "aks"})

    assert decision(played) == "proposed"
    assert f"Proposed: {PROPOSAL}" in played.said
