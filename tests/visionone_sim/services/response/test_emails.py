import httpx
import pytest

from tests.visionone_sim.answers import codes, task_ids
from visionone_sim.settings import Settings
from visionone_sim.tenant.mail import Message
from visionone_sim.testing import RunningTwin, start_twin


@pytest.fixture
def bait(twin: RunningTwin) -> list[Message]:
    """The copies of the message that the phishing alert is about."""
    found = [message for message in twin.tenant.mail.values() if message.subject == "Your password expires today"]
    assert len(found) == 3
    return found


def act(client: httpx.Client, twin: RunningTwin, action: str, **item: str) -> dict[str, object]:
    """Start an action on one message, let its task end, return the task."""
    (task_id,) = task_ids(client.post(f"/response/emails/{action}", json=[item]))
    twin.clock.advance(5)
    task: dict[str, object] = client.get(f"/response/tasks/{task_id}").json()
    return task


def states(twin: RunningTwin, bait: list[Message]) -> list[str]:
    return [twin.tenant.mail[copy.unique_id].state for copy in bait]


def test_without_a_mailbox_every_copy_is_quarantined(
    twin: RunningTwin, client: httpx.Client, bait: list[Message]
) -> None:
    task_ids(client.post("/response/emails/quarantine", json=[{"messageId": bait[0].message_id, "mailBox": ""}]))
    assert states(twin, bait) == ["delivered"] * 3
    twin.clock.advance(5)
    task = client.get("/response/tasks/00000001").json()
    assert states(twin, bait) == ["quarantined"] * 3
    assert [part["mailBox"] for part in task["tasks"]] == [copy.mail_box for copy in bait]
    assert {part["status"] for part in task["tasks"]} == {"succeeded"}


def test_with_a_mailbox_or_a_unique_id_one_copy_is(
    twin: RunningTwin, client: httpx.Client, bait: list[Message]
) -> None:
    act(client, twin, "quarantine", messageId=bait[0].message_id, mailBox=bait[0].mail_box.upper())
    act(client, twin, "delete", uniqueId=bait[1].unique_id)
    assert states(twin, bait) == ["quarantined", "deleted", "delivered"]


def test_a_quarantined_message_comes_back_and_a_deleted_one_does_not(
    twin: RunningTwin, client: httpx.Client, bait: list[Message]
) -> None:
    act(client, twin, "quarantine", uniqueId=bait[0].unique_id)
    assert act(client, twin, "restore", uniqueId=bait[0].unique_id)["status"] == "succeeded"
    act(client, twin, "delete", uniqueId=bait[0].unique_id)
    task = act(client, twin, "restore", uniqueId=bait[0].unique_id)
    assert (task["status"], task["error"]["code"]) == ("failed", "MessageNotFound")  # type: ignore[index]


def test_a_task_succeeds_when_one_of_its_parts_can(
    twin: RunningTwin, client: httpx.Client, bait: list[Message]
) -> None:
    act(client, twin, "quarantine", uniqueId=bait[0].unique_id)
    task = act(client, twin, "restore", messageId=bait[0].message_id)
    assert task["status"] == "succeeded"
    parts: list[dict[str, object]] = task["tasks"]  # type: ignore[assignment]
    assert [part["status"] for part in parts] == ["succeeded", "failed", "failed"]
    assert [part.get("error", {}).get("code") for part in parts] == [  # type: ignore[attr-defined]
        None,
        "MessageNotQuarantined",
        "MessageNotQuarantined",
    ]


def test_wrong_messages_are_refused_one_by_one(client: httpx.Client, bait: list[Message]) -> None:
    items = [
        {"messageId": "<nobody@example>"},
        {"mailBox": "a@b.example"},
        {"messageId": bait[0].message_id, "uniqueId": bait[0].unique_id},
        {"uniqueId": 7},
        {"uniqueId": bait[0].unique_id},
    ]
    answer = client.post("/response/emails/quarantine", json=items)
    assert codes(answer) == ["BadRequest"] * 4 + [None]
    assert answer.json()[0]["body"]["error"]["message"] == "Target not found."


def test_a_tenant_may_find_out_later_that_a_message_does_not_exist() -> None:
    with start_twin(settings=Settings(refuse_unknown_messages=False)) as lax:
        client = httpx.Client(
            base_url=f"{lax.url}/v3.0", headers={"Authorization": f"Bearer {lax.api_key}"}, timeout=60
        )
        with client:
            assert act(client, lax, "delete", messageId="<nobody@example>")["status"] == "failed"
