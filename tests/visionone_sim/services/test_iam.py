import httpx
import pytest

from tests.visionone_sim.answers import codes, statuses
from visionone_sim.testing import RunningTwin

PATH = "/iam/apiKeys"


def new_key(client: httpx.Client, **fields: object) -> dict[str, str]:
    (answer,) = client.post(PATH, json=[{"name": "second", "role": "read-only", **fields}]).json()
    assert answer["status"] == 201, answer
    body: dict[str, str] = answer["body"]
    return body


def with_token(twin: RunningTwin, token: str, path: str = "/response/tasks") -> int:
    return httpx.get(f"{twin.url}/v3.0{path}", headers={"Authorization": f"Bearer {token}"}, timeout=60).status_code


def test_a_new_key_works_at_once_until_it_expires(twin: RunningTwin, client: httpx.Client) -> None:
    key = new_key(client, monthsToExpiration=1)
    assert with_token(twin, key["value"]) == 200
    shown = client.get(f"{PATH}/{key['id']}").json()
    assert shown["lastUsedDateTime"] == "2031-02-03T04:05:06Z"
    assert "value" not in shown
    twin.clock.advance(31 * 86_400)
    assert with_token(twin, key["value"]) == 401


def test_a_key_is_switched_off_and_deleted(twin: RunningTwin, client: httpx.Client) -> None:
    key = new_key(client, monthsToExpiration=0)
    etag = client.get(f"{PATH}/{key['id']}").headers["etag"]
    changed = client.patch(f"{PATH}/{key['id']}", json={"status": "disabled"}, headers={"If-Match": etag})
    assert (changed.status_code, with_token(twin, key["value"])) == (204, 401)
    stale = client.patch(f"{PATH}/{key['id']}", json={"status": "enabled"}, headers={"If-Match": etag})
    assert stale.status_code == 412
    assert statuses(client.post(f"{PATH}/delete", json=[{"id": key["id"]}, {"id": key["id"]}])) == [204, 404]
    assert client.get(f"{PATH}/{key['id']}").status_code == 404


def test_a_changed_role_counts_from_the_next_request_on(twin: RunningTwin, client: httpx.Client) -> None:
    key = new_key(client)
    assert with_token(twin, key["value"], PATH) == 200
    twin.tenant.roles["nobody"] = frozenset()
    client.patch(f"{PATH}/{key['id']}", json={"role": "nobody", "name": "third", "description": "x"})
    assert with_token(twin, key["value"], PATH) == 403
    assert client.get(f"{PATH}/{key['id']}").json()["name"] == "third"


@pytest.mark.parametrize(
    "item",
    [
        {"role": "full"},
        {"name": "x"},
        {"name": "soc-bot", "role": "full"},
        {"name": "x", "role": "emperor"},
        {"name": "x", "role": "full", "monthsToExpiration": 2},
        {"name": "x", "role": "full", "status": "sleeping"},
    ],
)
def test_wrong_keys_are_refused_one_by_one(client: httpx.Client, item: dict[str, object]) -> None:
    assert codes(client.post(PATH, json=[item, {"name": "fine", "role": "full"}])) == ["BadRequest", None]


def test_keys_are_listed_filtered_and_ordered(client: httpx.Client) -> None:
    new_key(client)
    everything = client.get(PATH).json()
    assert (everything["totalCount"], everything["count"]) == (2, 2)
    found = client.get(PATH, headers={"TMV1-Filter": "role eq 'read-only' and status eq 'enabled'"}).json()
    assert [key["name"] for key in found["items"]] == ["second"]
    ordered = client.get(PATH, params={"orderBy": "createdDateTime asc"}).json()["items"]
    assert [key["name"] for key in ordered] == ["soc-bot", "second"]
