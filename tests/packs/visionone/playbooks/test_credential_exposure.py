"""Credential Exposure: what follows a dump that is proven, for the host and the accounts of that dump and no other."""

from dataclasses import replace

import pytest

from tests.packs.visionone.playbooks.stage import Stage, actions, notes, waits_for_a_person
from tests.packs.visionone.theatre import Played
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin
from warroom.model.incident import Incident
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLLECT = "Vision One - Credential Dumping - Collect Evidence"
EXPOSURE = "Vision One - Credential Exposure"
HOST, OTHER = "HR-LT-171", "FIN-LT-528"


async def dumped(stage: Stage, *hosts: str) -> tuple[Incident, Played]:
    """Let credentials be dumped on hosts, and play until a person is asked what is to follow."""
    alert = stage.twin.raise_alert(endpoints=hosts)
    incident = (await stage.theatre.fetch())[alert.id][0]
    stage.twin.tenant.settle()
    return incident, await stage.play(incident, COLLECT, {"Respond": "ask"})


def isolated(twin: RunningTwin) -> set[str]:
    return {endpoint.name for endpoint in twin.tenant.endpoints.values() if endpoint.isolated}


def reset(twin: RunningTwin) -> set[str]:
    """Return the accounts that need a new password, in whatever directory."""
    return {account.name for account in twin.tenant.directory if account.must_change_password}


def logged_on(twin: RunningTwin, *hosts: str) -> set[str]:
    found = [twin.tenant.inventory.target(agent_guid=None, name=host).login_accounts for host in hosts]
    return {name for names in found for name in names}


async def test_what_is_approved_after_a_dump_happens_to_that_host_and_account_only(
    stage: Stage, twin: RunningTwin
) -> None:
    incident, asked = await dumped(stage, HOST)
    assert waits_for_a_person(asked)
    assert len([entry for entry in asked.entries if entry.file]) == 1
    assert (actions(twin), isolated(twin), reset(twin)) == (["collectFile"], set(), set())

    played = await stage.answer(incident, "Approve", "The dump is real.")

    assert played.plan.state is PlanState.COMPLETED
    assert actions(twin) == ["collectFile", "isolate", "resetPassword"]
    assert isolated(twin) == {HOST}
    assert reset(twin) == logged_on(twin, HOST) != set()
    [of_evidence, of_response] = [note.content for note in twin.tenant.notes.on(incident.mirror.id)]  # type: ignore[union-attr]
    assert "Evidence collected" in of_evidence
    assert all(name in of_response for name in logged_on(twin, HOST))
    assert "The dump is real." in of_response
    assert "Not everything" not in played.said


async def test_the_question_says_which_dump_is_proven_and_what_would_be_done_to_whom(
    stage: Stage, twin: RunningTwin
) -> None:
    await dumped(stage, HOST)

    task = await stage.asked()
    assert task.wait is not None
    question = str(task.wait.data["form"])
    guid = twin.tenant.inventory.target(agent_guid=None, name=HOST).agent_guid
    facts = ("A dump of credentials is proven.", "lsass.DMP", HOST, "SHA-256", "matches", guid, *logged_on(twin, HOST))
    assert [fact for fact in facts if fact not in question.replace("\\\\", "\\")] == []


async def test_rejecting_does_nothing_and_the_evidence_stays(stage: Stage, twin: RunningTwin) -> None:
    incident, _ = await dumped(stage, HOST)

    played = await stage.answer(incident, "Reject", "It was the red team.")

    assert played.plan.state is PlanState.COMPLETED
    assert (actions(twin), isolated(twin), reset(twin)) == (["collectFile"], set(), set())
    assert len([entry for entry in played.entries if entry.file]) == 1
    assert "It was the red team." in played.said
    assert "After a dump" not in notes(twin, incident)


async def test_two_hosts_of_one_alert_are_answered_together_and_nobody_else(stage: Stage, twin: RunningTwin) -> None:
    incident, _ = await dumped(stage, HOST, OTHER)

    played = await stage.answer(incident, "Approve", "Both are hit.")

    assert played.plan.state is PlanState.COMPLETED
    assert isolated(twin) == {HOST, OTHER}
    assert reset(twin) == logged_on(twin, HOST, OTHER)


async def test_nothing_is_asked_when_no_dump_is_saved(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=r"/_files/.*", status=403, count=None))

    incident, _ = await dumped(stage, HOST)

    assert (await stage.asked()).name == "Evidence missing"
    assert (isolated(twin), reset(twin)) == (set(), set())
    assert "After a dump" not in notes(twin, incident)


async def test_a_host_on_which_nobody_is_logged_on_is_isolated_and_no_sentence_is_left_open(
    stage: Stage, twin: RunningTwin
) -> None:
    incident = await stage.incident()
    await stage.play(incident, EXPOSURE, {"Endpoint": HOST})
    task = await stage.asked()
    assert task.wait is not None
    assert ": ." not in str(task.wait.data["form"])

    played = await stage.answer(incident, "Approve", "It is needed.")

    assert played.plan.state is PlanState.COMPLETED
    assert (actions(twin), isolated(twin), reset(twin)) == (["isolate"], {HOST}, set())
    assert "Reset" not in notes(twin, incident)
    assert ": ." not in notes(twin, incident)


async def test_what_is_refused_is_said_and_the_rest_is_done(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/domainAccounts/resetPassword", status=403, code="AccessDenied", message="No.", count=None))
    incident, _ = await dumped(stage, HOST)

    played = await stage.answer(incident, "Approve", "The dump is real.")

    assert (isolated(twin), reset(twin)) == ({HOST}, set())
    assert "Not everything that was approved has happened" in played.said


async def test_a_host_that_is_named_by_a_disguised_account_resets_that_account_only(
    stage: Stage, twin: RunningTwin
) -> None:
    """The accounts are those of the endpoint, not whatever the alert's other entities say."""
    host = twin.tenant.inventory.target(agent_guid=None, name=HOST)
    other = next(account.name for account in twin.tenant.directory if account.name not in host.login_accounts)
    twin.tenant.join(replace(host, login_accounts=(other,)))

    incident, _ = await dumped(stage, HOST)
    await stage.answer(incident, "Approve", "The dump is real.")

    assert reset(twin) == {other}
