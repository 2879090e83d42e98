import httpx
import pytest

PATH = "/iam/accounts"
MIA = {"email": "mia@soc.example", "role": "analyst", "authType": "saml"}


def test_an_account_is_invited_read_changed_and_deleted(client: httpx.Client) -> None:
    invited = client.post(PATH, json=MIA)
    assert invited.status_code == 201
    url = invited.headers["location"]
    shown = client.get(url)
    assert shown.json().items() >= {**MIA, "status": "enabled", "description": None}.items()
    etag = {"If-Match": shown.headers["etag"]}
    change = {"role": "responder", "status": "disabled", "description": "On leave."}
    assert client.patch(url, json=change, headers=etag).status_code == 204
    assert client.patch(url, json=change, headers=etag).status_code == 412
    assert client.get(url).json().items() >= change.items()
    assert [client.delete(url).status_code, client.delete(url).status_code] == [204, 404]
    assert client.get(url).status_code == 404


def test_accounts_are_listed_and_filtered(client: httpx.Client) -> None:
    client.post(PATH, json=MIA)
    assert client.get(PATH).json()["totalCount"] == 2
    found = client.get(PATH, headers={"TMV1-Filter": "role eq 'analyst' and status eq 'enabled'"}).json()
    assert [account["email"] for account in found["items"]] == ["mia@soc.example"]


@pytest.mark.parametrize(
    "wrong", [{"email": "mia"}, {"email": "owner@soc.example"}, {"role": "emperor"}, {"authType": "badge"}]
)
def test_a_wrong_invitation_is_refused(client: httpx.Client, wrong: dict[str, str]) -> None:
    assert client.post(PATH, json=MIA | wrong).status_code == 400
    assert client.get(PATH).json()["totalCount"] == 1


def test_an_account_gets_no_role_that_nobody_knows(client: httpx.Client) -> None:
    url = client.post(PATH, json=MIA).headers["location"]
    assert client.patch(url, json={"role": "emperor"}).status_code == 400
