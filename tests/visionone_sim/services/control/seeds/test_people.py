from typing import Any

import httpx
import pytest

from tests.visionone_sim.answers import statuses
from visionone_sim.testing import RunningTwin

ANNA = "anna@lab.example"


def test_one_person_has_a_record_in_each_directory(
    twin: RunningTwin, client: httpx.Client, control: httpx.Client
) -> None:
    for account in (r"LAB\anna", r"OPAD:LAB\anna"):
        control.put(f"/accounts/{account}")
    assert control.get(r"/accounts/AAD:LAB\anna").json()["mailAddress"] == ANNA
    assert statuses(client.post("/response/domainAccounts/disable", json=[{"accountName": ANNA}])) == [202]
    twin.clock.advance(5)
    assert [control.get(f"/accounts/{each}").json()["enabled"] for each in (r"LAB\anna", r"OPAD:LAB\anna")] == [
        False,
        False,
    ]


def test_a_mailbox_is_an_accounts_and_holds_its_messages(client: httpx.Client, control: httpx.Client) -> None:
    control.put(f"/mailboxes/{ANNA}", json={"account": r"LAB\anna"})
    control.put("/messages/m1", json={"mailBox": ANNA})
    assert control.get(f"/mailboxes/{ANNA}").json() == {"address": ANNA, "account": r"LAB\anna", "messages": ["m1"]}
    assert control.get(r"/accounts/LAB\anna").json()["mailAddress"] == ANNA
    control.put(f"/mailboxes/{ANNA}", json={"account": "bert"})
    assert control.get(r"/accounts/LAB\anna").status_code == 404
    control.delete(f"/mailboxes/{ANNA}")
    assert control.get("/messages/m1").status_code == 404
    assert found(client, "m1") == []


def test_a_message_is_found_once_by_what_was_said_last(client: httpx.Client, control: httpx.Client) -> None:
    for subject in ("First", "Second"):
        control.put("/messages/m1", json={"subject": subject, "messageId": f"<{subject}>"})
    assert [item["mailMsgSubject"] for item in found(client, "m1")] == ["Second"]
    asked = [[{"messageId": f"<{subject}>"}] for subject in ("First", "Second")]
    assert [statuses(client.post("/response/emails/quarantine", json=each)) for each in asked] == [[400], [202]]


def test_the_state_of_a_message_can_be_put_too(control: httpx.Client) -> None:
    assert control.put("/messages/m1", json={"state": "quarantined"}).json()["state"] == "quarantined"


def found(client: httpx.Client, unique_id: str) -> list[dict[str, Any]]:
    headers = {"TMV1-Query": f'msgUuid:"{unique_id}"'}
    items: list[dict[str, Any]] = client.get("/search/emailActivities", headers=headers).json()["items"]
    return items


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("/accounts/anna", {"iam": "OPAD"}),
        ("/accounts/anna", {"enabled": "perhaps"}),
        (f"/mailboxes/{ANNA}", {"account": 3}),
        ("/messages/m1", {"sent": "yesterday"}),
        ("/messages/m1", {"state": "lost"}),
        ("/messages/m1", {"recipients": "anna"}),
        ("/messages/m1", {"uniqueId": "m2"}),
    ],
)
def test_wrong_orders_are_refused(shared: httpx.Client, path: str, order: dict[str, Any]) -> None:
    refused = shared.put(path, json=order)
    assert (refused.status_code, next(iter(order)) in refused.json()["error"]["message"]) == (400, True), refused.text
    assert shared.get(path).status_code == 404
