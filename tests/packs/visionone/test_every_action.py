"""Every command that acts: what it changes, and how it ends when it is refused, repeated, or called wrongly."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.mail import Message
from visionone_sim.tenant.objects import ListedObject
from visionone_sim.tenant.scripts import ScriptFile
from visionone_sim.testing import RunningTwin

LAPTOP = "HR-LT-171"


def laptop(twin: RunningTwin) -> Endpoint:
    found = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP)
    return twin.tenant.endpoints[found.agent_guid]


def message(twin: RunningTwin) -> Message:
    return next(iter(twin.tenant.mail.values()))


def account(twin: RunningTwin) -> Any:
    """An account in the cloud: one on premises has no session to end."""
    return next(account for account in twin.tenant.directory if account.iam == "AAD")


def program(twin: RunningTwin) -> str:
    return laptop(twin).processes[0].sha1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One action: how it is called, what it changes, where it writes."""

    command: str
    path: str
    outputs: str
    flat: Callable[[RunningTwin], dict[str, Any]]
    json_argument: str
    json: Callable[[RunningTwin], dict[str, Any]]
    done: Callable[[RunningTwin], bool]
    before: Callable[[RunningTwin], object] = id
    unknown: dict[str, Any] = field(default_factory=dict)  # a target that Vision One refuses


def quarantined(twin: RunningTwin) -> None:
    twin.tenant.mail.mark(message(twin).unique_id, "quarantined")


def signed_off(twin: RunningTwin) -> None:
    twin.tenant.directory.enable(account(twin).key, enabled=False)


def blocked(twin: RunningTwin) -> bool:
    twin.tenant.settle()
    return [one.item.value for one in twin.tenant.objects.blocked()] == ["bad.example"]


def block_first(twin: RunningTwin) -> None:
    twin.tenant.objects.block(ListedObject("domain", "bad.example"), now=twin.clock.now(), task_id="0")


def mail_state(twin: RunningTwin) -> str:
    twin.tenant.settle()
    return message(twin).state


def stored_script(twin: RunningTwin) -> None:
    if twin.tenant.scripts.named("triage.ps1") is None:
        script = ScriptFile(file_name="triage.ps1", file_type="powershell", content=b"Get-Process")
        twin.tenant.scripts.add(script.checked("44c99cb0-8c5f-4182-af55-62135dbe32f1"))


def succeeded(twin: RunningTwin, action: str) -> bool:
    now = twin.clock.now()
    return any(task.action == action and task.status(now) == "succeeded" for task in twin.tenant.tasks.values())


def settled(twin: RunningTwin) -> Any:
    twin.tenant.settle()
    return account(twin)


MAIL: dict[str, Any] = {
    "outputs": "VisionOne.Email",
    "flat": lambda twin: {"message_id": message(twin).message_id, "mailbox": message(twin).mail_box},
    "json_argument": "email_identifiers",
    "json": lambda twin: {"unique_id": message(twin).unique_id},
    "unknown": {"message_id": "<gone@mail.example>"},
}
ACCOUNT: dict[str, Any] = {
    "flat": lambda twin: {"account_name": account(twin).name},
    "json_argument": "account_identifiers",
    "json": lambda twin: {"account_name": account(twin).name},
    "unknown": {"account_name": "NOBODY\\nobody"},
}
OBJECT: dict[str, Any] = {
    "outputs": "VisionOne.BlockList",
    "flat": lambda _: {"object_value": "bad.example"},
    "json_argument": "block_objects",
    "json": lambda _: {"object_type": "domain", "object_value": "bad.example"},
    "unknown": {"object_value": "not a domain", "object_type": "domain"},
}
ENDPOINT: dict[str, Any] = {
    "outputs": "VisionOne.Endpoint_Connection",
    "flat": lambda _: {"endpoint": LAPTOP},
    "json_argument": "endpoint_identifiers",
    "json": lambda twin: {"agent_guid": laptop(twin).agent_guid},
    "unknown": {"endpoint": "NO-SUCH-HOST"},
}
CASES = [
    Case(command="isolate-endpoint", path="endpoints/isolate", done=lambda twin: laptop(twin).isolated, **ENDPOINT),
    Case(
        command="restore-endpoint-connection",
        path="endpoints/restore",
        done=lambda twin: not laptop(twin).isolated,
        before=lambda twin: twin.tenant.inventory.isolate(laptop(twin).agent_guid, isolated=True),
        **ENDPOINT,
    ),
    Case(
        command="start-malware-scan",
        path="endpoints/startMalwareScan",
        done=lambda twin: succeeded(twin, "malwareScanForMultiple"),
        **{**ENDPOINT, "outputs": "VisionOne.Malware_Scan"},
    ),
    Case(
        command="run-custom-script",
        path="endpoints/runScript",
        outputs="VisionOne.Run_Custom_Script",
        flat=lambda _: {"endpoint": LAPTOP, "filename": "triage.ps1", "parameter": "-All"},
        json_argument="block_objects",
        json=lambda _: {"endpoint": LAPTOP, "filename": "triage.ps1"},
        before=stored_script,
        done=lambda twin: succeeded(twin, "runCustomScript"),
        unknown={"endpoint": "NO-SUCH-HOST", "filename": "triage.ps1"},
    ),
    Case(
        command="terminate-process",
        path="endpoints/terminateProcess",
        outputs="VisionOne.Terminate_Process",
        flat=lambda twin: {"endpoint": LAPTOP, "file_sha1": program(twin)},
        json_argument="process_identifiers",
        json=lambda twin: {"endpoint": LAPTOP, "file_sha1": program(twin), "filename": laptop(twin).processes[0].name},
        done=lambda twin: laptop(twin).processes[0].name != "explorer.exe",
        unknown={"endpoint": "NO-SUCH-HOST", "file_sha1": "b" * 40},
    ),
    Case(
        command="quarantine-email-message",
        path="emails/quarantine",
        done=lambda twin: mail_state(twin) == "quarantined",
        **MAIL,
    ),
    Case(command="delete-email-message", path="emails/delete", done=lambda twin: mail_state(twin) == "deleted", **MAIL),
    Case(
        command="restore-email-message",
        path="emails/restore",
        done=lambda twin: mail_state(twin) == "delivered",
        before=quarantined,
        **MAIL,
    ),
    Case(command="add-to-block-list", path="suspiciousObjects", done=blocked, **OBJECT),
    Case(
        command="remove-from-block-list",
        path="suspiciousObjects/delete",
        done=lambda twin: not blocked(twin),
        before=block_first,
        **OBJECT,
    ),
    Case(
        command="enable-user-account",
        path="domainAccounts/enable",
        outputs="VisionOne.User_Account",
        done=lambda twin: bool(settled(twin).enabled),
        before=signed_off,
        **ACCOUNT,
    ),
    Case(
        command="disable-user-account",
        path="domainAccounts/disable",
        outputs="VisionOne.User_Account",
        done=lambda twin: not settled(twin).enabled,
        **ACCOUNT,
    ),
    Case(
        command="force-signout",
        path="domainAccounts/signOut",
        outputs="VisionOne.Force_Sign_Out",
        done=lambda twin: not settled(twin).signed_in,
        **ACCOUNT,
    ),
    Case(
        command="force-password-reset",
        path="domainAccounts/resetPassword",
        outputs="VisionOne.Force_Password_Reset",
        done=lambda twin: bool(settled(twin).must_change_password),
        **ACCOUNT,
    ),
]
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.command)


def posts(twin: RunningTwin, case: Case) -> int:
    return len(twin.requests.to(f"/response/{case.path}", method="POST"))


@each
@pytest.mark.parametrize("form", ["flat", "json"])
def test_it_begins_a_task_and_the_tenant_changes_when_the_task_succeeds(
    xsoar: Any, twin: RunningTwin, case: Case, form: str
) -> None:
    case.before(twin)
    assert not case.done(twin)

    ran = xsoar.run(case.command, description="IR-88", **given(case, twin, form))

    assert ran.errors == []
    [outputs] = ran.context(case.outputs)
    assert outputs["status"] == 202
    assert twin.tenant.tasks[outputs["task_id"]].description == "IR-88"
    assert "accepted" in ran.readable
    assert not case.done(twin)
    twin.clock.advance(6)
    assert case.done(twin)
    ended = xsoar.run("check-status", task_id=outputs["task_id"])
    assert ended.context("VisionOne.Task_Status")[0]["status"] == "succeeded"
    assert ended.errors == []


def given(case: Case, twin: RunningTwin, form: str) -> dict[str, Any]:
    return case.flat(twin) if form == "flat" else {case.json_argument: json.dumps([case.json(twin)])}


@each
def test_what_vision_one_refuses_is_an_error_beside_what_it_accepts(xsoar: Any, twin: RunningTwin, case: Case) -> None:
    case.before(twin)

    ran = xsoar.run(case.command, **{case.json_argument: [case.json(twin), case.unknown]})

    assert len(ran.context(case.outputs)) == 1
    [error] = ran.errors
    assert "was refused for 1 of 2" in error
    assert ": BadRequest: " in error
    assert "refused" in ran.readable


@each
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 500}, "500 InternalServerError"),
        ({"status": 429, "code": "TooManyRequests"}, "429 TooManyRequests"),
        ({"status": 403, "code": "AccessDenied"}, "The API key's role needs the permission 'Response Management: "),
        ({"drop": True}, "Connection Error"),
    ],
)
def test_a_failed_request_is_one_sentence_and_is_not_repeated(
    xsoar: Any, twin: RunningTwin, case: Case, fault: dict[str, Any], words: str
) -> None:
    twin.fail(Fault(path=f".*/response/{case.path}", method="POST", count=None, **fault))

    ran = xsoar.run(case.command, **case.flat(twin))

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert ran.context(case.outputs) is None
    assert posts(twin, case) <= 1
    assert len(twin.tenant.tasks) == 0


@each
def test_a_lost_answer_is_found_again_by_its_key(xsoar: Any, twin: RunningTwin, case: Case) -> None:
    case.before(twin)
    twin.fail(Fault(path=f".*/response/{case.path}", method="POST", when="after", drop=True))
    call = {**case.flat(twin), "idempotency_key": "plan-1/task-5", "description": "IR-88"}

    lost = xsoar.run(case.command, **call)
    twin.clock.advance(6)
    found = xsoar.run(case.command, **call)

    assert lost.errors
    assert found.errors == []
    assert [task.id for task in twin.tenant.tasks.values()] == [found.context(case.outputs)[0]["task_id"]]
    assert posts(twin, case) == 1


@each
@pytest.mark.parametrize("text", ["", "[{", "[7]", "[{}]"])
def test_a_bad_argument_is_one_sentence_and_no_request(xsoar: Any, twin: RunningTwin, case: Case, text: str) -> None:
    ran = xsoar.run(case.command, **{case.json_argument: text})

    assert len(ran.errors) == 1
    assert "Traceback" not in ran.errors[0]
    assert len(twin.requests) == 0


@each
def test_a_read_only_instance_refuses_it_in_one_sentence(xsoar: Any, twin: RunningTwin, case: Case) -> None:
    xsoar.params["read_only"] = True

    ran = xsoar.run(case.command, **case.flat(twin))

    assert ran.errors == [
        f"trendmicro-visionone-{case.command}: this instance is read-only, so nothing in Vision One was changed by it."
    ]
    assert len(twin.requests) == 0


@each
def test_a_typed_call_may_wait_until_its_tasks_have_ended(xsoar: Any, twin: RunningTwin, case: Case) -> None:
    case.before(twin)

    begun = xsoar.run(case.command, wait="true", **{case.json_argument: [case.json(twin), case.unknown]})
    still = xsoar.rerun(begun.poll["command"], begun.poll["args"])
    twin.clock.advance(6)
    ended = xsoar.rerun(still.poll["command"], still.poll["args"])

    assert begun.errors == still.errors == []
    assert "accepted" in begun.readable
    [task] = ended.context("VisionOne.Task_Status")
    assert (task["id"], task["status"]) == (begun.context(case.outputs)[0]["task_id"], "succeeded")
    assert case.done(twin)
    assert ended.poll == {}
    [error] = ended.errors
    assert "was refused for 1 of 2" in error
