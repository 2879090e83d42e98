"""Of three accounts, messages, hosts, objects or URLs one is left: two are done, and it alone is an open task."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.packs.visionone.playbooks.stage import Inputs, Stage, notes, waits_for_a_person
from tests.packs.visionone.playbooks.test_block_indicators import BLOCK, LIST, listed
from tests.packs.visionone.playbooks.test_credential_exposure import EXPOSURE, isolated
from tests.packs.visionone.playbooks.test_phishing_email import ACT, LATER, QUARANTINE, bait
from visionone_sim.faults import Fault
from visionone_sim.scenarios.people import email_activity
from visionone_sim.tenant.mail import Message
from visionone_sim.tenant.tasks import Outcome, TaskError
from visionone_sim.testing import RunningTwin
from warroom.model.incident import Incident
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOCK, TRIAGE = "Vision One - Compromised Account", "Vision One - Sandbox Triage"
HOSTS = ["HR-LT-171", "FIN-LT-528", "ENG-WS-346"]
URLS = [f"https://{name}.example/login" for name in ("first", "second", "third")]
DOMAINS = ["first.example", "second.example", "third.example"]


def accounts(twin: RunningTwin) -> list[str]:
    """Three accounts in the cloud: one on premises has no session to end."""
    twin.tenant.settle()
    return [account.name for account in twin.tenant.directory if account.iam == "AAD"][:3]


def copies(twin: RunningTwin) -> list[Message]:
    """The copies of the bait, with as many more as make three."""
    first = bait(twin)[0]
    for number in range(3 - len(bait(twin))):
        copy = replace(first, unique_id=f"one-more-{number}", mail_box=f"more{number}@solterra.example")
        twin.tenant.mail.deliver(copy)
        twin.tenant.telemetry.record("emailActivities", email_activity(copy))
    return bait(twin)


def to_lock(twin: RunningTwin) -> Inputs:
    return {"Account": accounts(twin), "Respond": "act"}


def to_sign_out(twin: RunningTwin) -> Inputs:
    """An account that is disabled keeps no session, so it stays enabled."""
    return {**to_lock(twin), "Disable": "false"}


def to_quarantine(twin: RunningTwin) -> Inputs:
    return {"MessageID": copies(twin)[0].message_id, **ACT}


def to_decide(twin: RunningTwin, decision: str) -> Inputs:
    found = copies(twin)
    for copy in found:
        twin.tenant.mail.mark(copy.unique_id, "quarantined")
    return {"UniqueID": [copy.unique_id for copy in found], "Message": "the bait", "Decision": decision}


def to_expose(twin: RunningTwin) -> Inputs:
    return {"Endpoint": HOSTS, "Account": accounts(twin), "Because": "A dump is proven.", "Respond": "act"}


def mails(state: str) -> Callable[[RunningTwin], set[str]]:
    return lambda twin: {copy.unique_id for copy in bait(twin) if copy.state == state}


def people(done: str, *, when: bool) -> Callable[[RunningTwin], set[str]]:
    return lambda twin: (
        {one.name for one in twin.tenant.directory if one.iam == "AAD" and getattr(one, done) is when}
        & set(accounts(twin))
    )


@dataclass(frozen=True)
class Case:
    """An action of a playbook on three targets; `on` reads from the tenant on which of them it has happened."""

    playbook: str
    inputs: Callable[[RunningTwin], Inputs]
    action: str
    done: str
    path: str
    field: str
    on: Callable[[RunningTwin], set[str]]


CASES = {
    "disabled": Case(
        LOCK, to_lock, "disableAccount", "disabled", "domainAccounts/disable", "accountName",
        people("enabled", when=False),
    ),
    "signed out": Case(
        LOCK, to_sign_out, "forceSignOut", "signed out", "domainAccounts/signOut", "accountName",
        people("signed_in", when=False),
    ),
    "new password": Case(
        LOCK, to_lock, "resetPassword", "asked for a new password", "domainAccounts/resetPassword", "accountName",
        people("must_change_password", when=True),
    ),
    "quarantined": Case(
        QUARANTINE, to_quarantine, "quarantineMessage", "in quarantine", "emails/quarantine", "uniqueId",
        mails("quarantined"),
    ),
    "deleted": Case(
        LATER, lambda twin: to_decide(twin, "delete"), "deleteMessage", "deleted", "emails/delete", "uniqueId",
        mails("deleted"),
    ),
    "restored": Case(
        LATER, lambda twin: to_decide(twin, "restore"), "restoreMessage", "restored", "emails/restore", "uniqueId",
        mails("delivered"),
    ),
    "exposed host": Case(
        EXPOSURE, to_expose, "isolate", "isolated", "endpoints/isolate", "endpointName", isolated,
    ),
    "exposed account": Case(
        EXPOSURE, to_expose, "resetPassword", "asked for a new password", "domainAccounts/resetPassword",
        "accountName", people("must_change_password", when=True),
    ),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", CASES)


def fail_one(twin: RunningTwin, action: Any, status: Any) -> None:
    """Let the next task of an action end otherwise."""
    error = TaskError(code="Busy", message="The directory is busy.") if status == "failed" else None
    twin.tenant.tasks.expect(Outcome(action=action, timeline=((0, "queued"), (3, status)), error=error))


async def question(stage: Stage) -> str:
    task = await stage.asked()
    assert task.wait is not None
    return " ".join(str(one["label"]) for one in task.wait.data["form"]["questions"])


async def state(stage: Stage, incident: Incident) -> Any:
    """Answer what waits, and give what the playbook leaves at its end."""
    played = await stage.answer(incident, "It is left as it is", "Somebody is on it.")
    assert played.plan.state is PlanState.COMPLETED
    return played.context["VisionOne"]["Response_State"]


async def incident_of(stage: Stage, case: Case) -> Incident:
    return await stage.incident("Phishing" if case.field == "uniqueId" else "")


@EACH
@pytest.mark.parametrize("status", ["failed", "rejected", "canceled"])
async def test_two_of_three_are_done_and_the_third_alone_is_an_open_task(
    stage: Stage, twin: RunningTwin, name: str, status: str
) -> None:
    case = CASES[name]
    given = case.inputs(twin)
    fail_one(twin, case.action, status)
    incident = await incident_of(stage, case)

    played = await stage.play(incident, case.playbook, given)

    assert waits_for_a_person(played)
    asked = await question(stage)
    found = await state(stage, incident)
    [rest] = found["rest"]
    assert rest["action"] == case.done
    assert f"{rest['name']} is not {case.done}. Its response task is {status}" in asked
    assert ("The directory is busy." in asked) is (status == "failed")
    assert asked.count(" is not ") == 1
    assert rest["target"] not in case.on(twin)
    assert len(case.on(twin)) == 2
    assert {row["target"] for row in found["done"] if row["action"] == case.done} >= case.on(twin)
    assert found["again"].count("\n") == 0
    assert rest["target"].rpartition("\\")[2] in found["again"]


@EACH
async def test_one_that_was_refused_is_left_beside_two_that_were_accepted(
    stage: Stage, twin: RunningTwin, name: str
) -> None:
    case = CASES[name]
    given = case.inputs(twin)
    known = {"accountName": given.get("Account"), "endpointName": given.get("Endpoint")}
    targets: Any = known.get(case.field) or [copy.unique_id for copy in bait(twin)]
    refused = str(targets[1])
    path = f".*/response/{case.path}"
    twin.fail(Fault(path=path, field=case.field, value=re.escape(refused), item=True, status=403, code="AccessDenied"))
    incident = await incident_of(stage, case)

    played = await stage.play(incident, case.playbook, given)

    assert waits_for_a_person(played)
    asked = await question(stage)
    found = await state(stage, incident)
    [rest] = found["rest"]
    assert (rest["target"], rest["action"]) == (refused, case.done)
    assert f"{rest['name']} is not {case.done}. Vision One did not accept it" in asked
    assert case.on(twin) == {str(one) for one in targets} - {refused}


@EACH
async def test_the_note_on_the_alert_says_what_was_done_and_what_was_not(
    stage: Stage, twin: RunningTwin, name: str
) -> None:
    case = CASES[name]
    given = case.inputs(twin)
    fail_one(twin, case.action, "failed")
    incident = await incident_of(stage, case)

    await stage.play(incident, case.playbook, given)

    done, _, not_done = notes(twin, incident).partition("Not done:")
    found = await state(stage, incident)
    [rest] = found["rest"]
    assert rest["name"] in not_done
    assert all(row["name"] in done for row in found["done"])
    if case.playbook in {LOCK, EXPOSURE}:  # of several commands
        of_action = next(part for part in done.split(". ") if f"{case.done}: " in part)
        assert rest["name"] not in of_action.rpartition(f"{case.done}: ")[2]
    else:
        assert all(row["name"] not in not_done for row in found["done"])


async def test_two_of_three_objects_are_on_the_list_and_the_third_is_an_open_task(
    stage: Stage, twin: RunningTwin
) -> None:
    twin.fail(
        Fault(path=LIST, method="POST", field="domain", value=DOMAINS[1], item=True, status=400, code="BadRequest")
    )
    incident = await stage.incident()

    played = await stage.play(incident, BLOCK, {"Objects": DOMAINS, "Respond": "act"})

    assert waits_for_a_person(played)
    assert f"{DOMAINS[1]} is not on the list. Vision One did not accept it" in await question(stage)
    assert listed(twin) == {DOMAINS[0], DOMAINS[2]}
    done, _, not_done = notes(twin, incident).partition("Not done:")
    assert [one in done for one in DOMAINS] == [True, False, True]
    assert [one in not_done for one in DOMAINS] == [False, True, False]
    assert [row["target"] for row in (await state(stage, incident))["rest"]] == [DOMAINS[1]]


async def test_two_of_three_urls_are_submitted_and_the_third_is_an_open_task(stage: Stage, twin: RunningTwin) -> None:
    fault = Fault(path=".*/sandbox/urls/analyze", field="url", value=URLS[1], item=True, status=400, code="BadRequest")
    twin.fail(fault)
    incident = await stage.incident()

    played = await stage.play(incident, TRIAGE, {"URL": URLS, "Respond": "act"})

    assert waits_for_a_person(played)
    assert f"{URLS[1]} is not submitted. Vision One did not accept it" in await question(stage)
    found = await state(stage, incident)
    assert [row["target"] for row in found["rest"]] == [URLS[1]]
    assert [row["target"] for row in found["done"]] == [URLS[0], URLS[2]]


async def test_copies_that_are_left_do_not_keep_from_blocking_what_the_message_used(
    stage: Stage, twin: RunningTwin
) -> None:
    message = copies(twin)[0].message_id
    fail_one(twin, "quarantineMessage", "failed")
    incident = await stage.incident("Phishing")
    inputs = {"MessageID": message, "Objects": DOMAINS, **ACT}

    played = await stage.play(incident, "Vision One - Phishing Email", inputs)

    assert waits_for_a_person(played)
    assert (await stage.asked()).name == "Not done everywhere"
    assert len(mails("quarantined")(twin)) == 2
    done = await stage.answer(incident, "It is left as it is", "Somebody is on it.")
    assert done.plan.state is PlanState.COMPLETED
    assert listed(twin) == set(DOMAINS)
