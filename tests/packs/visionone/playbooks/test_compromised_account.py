"""Compromised Account: the account is disabled, signed out and needs a new password, and the alert says so."""

from typing import Any

import pytest

from tests.packs.visionone.playbooks.stage import Stage, actions, decision, notes, waits_for_a_person
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOCK = "Vision One - Compromised Account"
ALL = ["disableAccount", "forceSignOut", "resetPassword"]


def account(twin: RunningTwin) -> Any:
    """An account in the cloud: one on premises has no session to end."""
    twin.tenant.settle()
    return next(account for account in twin.tenant.directory if account.iam == "AAD")


async def test_an_approved_lock_does_all_three_and_notes_it_with_the_reason(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    asked = await stage.play(incident, LOCK, {"Account": account(twin).name})
    assert waits_for_a_person(asked)
    assert actions(twin) == []

    played = await stage.answer(incident, "Approve", "Impossible travel.")

    assert played.plan.state is PlanState.COMPLETED
    assert actions(twin) == ALL
    found = account(twin)
    assert (found.enabled, found.signed_in, found.must_change_password) == (False, False, True)
    assert "Impossible travel." in notes(twin, incident)
    assert "Not everything" not in played.said


async def test_a_rejection_leaves_the_account_alone(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, LOCK, {"Account": account(twin).name})

    played = await stage.answer(incident, "Reject", "It is the service desk.")

    assert decision(played) == "rejected"
    assert actions(twin) == []


async def test_only_what_the_inputs_want_is_done(stage: Stage, twin: RunningTwin) -> None:
    inputs = {"Account": account(twin).name, "Respond": "act", "Disable": "false", "ResetPassword": "false"}

    played = await stage.play(await stage.incident(), LOCK, inputs)

    assert played.plan.state is PlanState.COMPLETED
    assert actions(twin) == ["forceSignOut"]
    assert account(twin).enabled


async def test_what_is_refused_does_not_stop_the_rest(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/domainAccounts/signOut", method="POST", status=403, code="AccessDenied", count=None))

    played = await stage.play(await stage.incident(), LOCK, {"Account": account(twin).name, "Respond": "act"})

    assert waits_for_a_person(played)
    asked = str((await stage.asked()).wait)
    assert f"{account(twin).name.rpartition(chr(92))[2]} is not signed out. Vision One did not accept it" in asked
    assert "is not disabled" not in asked
    assert actions(twin) == ["disableAccount", "resetPassword"]
    assert "Force sign out" in played.said


async def test_nobody_named_is_said(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), LOCK, {"Account": "", "Respond": "act"})

    assert played.plan.state is PlanState.COMPLETED
    assert "No account is named" in played.said
    assert actions(twin) == []


async def test_the_test_playbook_passes(stage: Stage, twin: RunningTwin) -> None:
    played = await stage.play(await stage.incident(), "VisionOneResponse-Account-Test", {"Account": account(twin).name})

    assert played.plan.state is PlanState.COMPLETED
    assert "does not hold" not in played.said
