"""How arguments name processes, messages, accounts and objects."""

import json
from typing import Any

import pytest

from tests.packs.visionone.live_pack import LAPTOP
from visionone_sim.tenant.mail import Message
from visionone_sim.testing import RunningTwin

DESK = "FIN-LT-528"
MAIL, PROCESS = "VisionOne.Email", "VisionOne.Terminate_Process"


def processes(twin: RunningTwin, name: str) -> Any:
    found = twin.tenant.inventory.target(agent_guid=None, name=name)
    return twin.tenant.endpoints[found.agent_guid].processes


def sent(twin: RunningTwin, path: str) -> list[dict[str, Any]]:
    return [item for seen in twin.requests.to(path, method="POST") for item in json.loads(seen.body or "[]")]


def messages(twin: RunningTwin) -> list[Message]:
    return list(twin.tenant.mail.values())


def test_a_process_is_named_by_its_number_and_its_program(xsoar: Any, twin: RunningTwin) -> None:
    first, second, *_ = processes(twin, LAPTOP)

    ran = xsoar.run("terminate-process", endpoint=LAPTOP, file_name=first.name, process_id=str(first.pid))
    twin.clock.advance(6)

    assert ran.errors == []
    assert first not in processes(twin, LAPTOP)
    assert second in processes(twin, LAPTOP)


def test_every_hash_is_looked_for_on_every_endpoint(xsoar: Any) -> None:
    ran = xsoar.run("terminate-process", endpoint=[LAPTOP, DESK], file_sha1=["a" * 40, "b" * 40])

    found = [(one["endpoint"], one["file_sha1"][0]) for one in ran.context(PROCESS)]
    assert found == [(LAPTOP, "a"), (LAPTOP, "b"), (DESK, "a"), (DESK, "b")]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"endpoint": [LAPTOP, DESK], "file_name": "x.exe", "process_id": "7"}, "process_id is the ID of one process"),
        ({"endpoint": LAPTOP, "process_id": "7"}, "names no process; give it file_sha1, or file name and process_id"),
        ({"endpoint": LAPTOP, "file_name": "x.exe"}, "names no process"),
        ({"endpoint": LAPTOP, "file_name": "x.exe", "process_id": "seven"}, "process_id is 'seven'; give a whole"),
        ({"file_sha1": "a" * 40}, "Nothing is named to act on"),
    ],
)
def test_a_process_that_is_not_named_well_is_one_sentence(
    xsoar: Any, twin: RunningTwin, args: dict[str, Any], words: str
) -> None:
    ran = xsoar.run("terminate-process", **args)

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert len(twin.requests) == 0


@pytest.mark.parametrize(
    ("args", "pairs"),
    [
        ({"message_id": "<a@x>"}, [("<a@x>", None)]),
        ({"message_id": "<a@x>,<b@x>", "mailbox": "m@x"}, [("<a@x>", "m@x"), ("<b@x>", "m@x")]),
        ({"message_id": "<a@x>", "mailbox": ["m@x", "n@x"]}, [("<a@x>", "m@x"), ("<a@x>", "n@x")]),
        ({"message_id": ["<a@x>", "<b@x>"], "mailbox": ["m@x", "n@x"]}, [("<a@x>", "m@x"), ("<b@x>", "n@x")]),
    ],
)
def test_messages_and_mailboxes_are_paired(
    xsoar: Any, twin: RunningTwin, args: dict[str, Any], pairs: list[tuple[str, str | None]]
) -> None:
    xsoar.run("quarantine-email-message", **args)

    assert [(one["messageId"], one.get("mailBox")) for one in sent(twin, "/emails/quarantine")] == pairs


def test_a_message_without_a_mailbox_is_taken_out_of_all(xsoar: Any, twin: RunningTwin) -> None:
    one, other, *_ = messages(twin)
    copy = Message(
        unique_id="copy-1",
        message_id=one.message_id,
        mail_box=other.mail_box,
        subject=one.subject,
        sender=one.sender,
        recipients=one.recipients,
        sent=one.sent,
        organization_id=one.organization_id,
    )
    twin.tenant.mail.deliver(copy)

    ran = xsoar.run("quarantine-email-message", message_id=one.message_id)
    twin.clock.advance(6)
    status = xsoar.run("check-status", task_id=ran.context(MAIL)[0]["task_id"])

    states = [each.state for each in messages(twin) if each.message_id == one.message_id]
    assert states == ["quarantined", "quarantined"]
    parts = status.context("VisionOne.Task_Status")[0]["tasks"]
    assert {part["mail_box"] for part in parts} == {one.mail_box, other.mail_box}
    assert status.readable.count(one.subject) >= 2


@pytest.mark.parametrize(
    "args",
    [
        {"email_identifiers": [{"message_id": "<a@x>", "unique_id": "u"}]},
        {"email_identifiers": [{"mailbox": "m@x"}]},
    ],
)
def test_a_message_has_one_name(xsoar: Any, twin: RunningTwin, args: dict[str, Any]) -> None:
    assert "needs a message_id or a unique_id, and not both" in xsoar.run("delete-email-message", **args).errors[0]
    assert len(twin.requests) == 0


def test_more_messages_than_mailboxes_cannot_be_paired(xsoar: Any) -> None:
    ran = xsoar.run("delete-email-message", message_id=["<a@x>", "<b@x>", "<c@x>"], mailbox=["m@x", "n@x"])

    assert "3 messages cannot be paired with 2 mailboxes" in ran.errors[0]


def test_official_playbooks_name_targets_as_they_always_did(xsoar: Any, twin: RunningTwin) -> None:
    some = {"message_id": messages(twin)[0].message_id, "mailbox": "", "description": "theirs"}

    ran = xsoar.run("quarantine-email-message", email_identifiers=json.dumps([some]))

    assert ran.errors == []
    [body] = sent(twin, "/emails/quarantine")
    assert body == {"messageId": some["message_id"], "description": "theirs"}


def test_a_kind_may_be_said_where_the_form_says_another(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("add-to-block-list", object_value="bad.example", object_type="url")

    assert sent(twin, "/response/suspiciousObjects") == [{"url": "bad.example"}]


def test_the_same_target_is_acted_on_once(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("add-to-block-list", object_value=["bad.example", "bad.example"])

    assert sent(twin, "/response/suspiciousObjects") == [{"domain": "bad.example"}]
