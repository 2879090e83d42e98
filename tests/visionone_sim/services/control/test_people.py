import httpx
import pytest

from visionone_sim.testing import RunningTwin


def status(twin: RunningTwin, token: str, path: str) -> int:
    return httpx.get(f"{twin.url}/v3.0{path}", headers={"Authorization": f"Bearer {token}"}, timeout=60).status_code


def test_a_key_with_a_role_of_its_own_may_do_what_the_role_allows(twin: RunningTwin, control: httpx.Client) -> None:
    assert control.post("/roles/clerk", json={"permissions": ["Workbench: View"]}).status_code == 201
    order = {"token": "t", "role": "clerk", "expiresIn": 60}
    assert control.post("/keys", json=order).json() == {"id": "key-2"}
    assert [status(twin, "t", path) for path in ("/workbench/alerts", "/response/tasks")] == [200, 403]
    twin.clock.advance(60)
    assert status(twin, "t", "/workbench/alerts") == 401


def test_a_message_arrives_and_can_be_found(client: httpx.Client, control: httpx.Client) -> None:
    order = {"recipients": ["a@x.example", "b@x.example"], "sender": "c@bad.example", "messageId": "<1@bad.example>"}
    unique_ids = control.post("/messages", json=order).json()["uniqueIds"]
    items = client.get("/search/emailActivities", headers={"TMV1-Query": 'mailMsgId:"<1@bad.example>"'}).json()["items"]
    assert {item["msgUuid"] for item in items} == set(unique_ids)


def test_a_program_starts(twin: RunningTwin, control: httpx.Client) -> None:
    host = next(iter(twin.tenant.endpoints.values()))
    order = {"pid": 7, "name": "a.exe", "path": "C:/a.exe", "sha1": "a" * 40}
    shown = control.post(f"/endpoints/{host.name}/processes", json=order).json()
    assert order in shown["processes"]


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("/keys", {"token": "t", "role": "emperor"}),
        ("/keys", {"token": ""}),
        ("/messages", {"recipients": [], "sender": "a", "messageId": "<1>"}),
        ("/endpoints/nobody/processes", {"pid": 1, "name": "a", "path": "a", "sha1": "a"}),
    ],
)
def test_wrong_orders_are_refused(control: httpx.Client, path: str, order: object) -> None:
    assert control.post(path, json=order).status_code == 400
