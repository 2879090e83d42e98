import httpx

from visionone_sim.permissions import ROLES

PATH = "/iam/roles"


def test_roles_are_listed_in_their_order_and_filtered(client: httpx.Client) -> None:
    names = [role["name"] for role in client.get(PATH).json()["items"]]
    assert names == sorted(ROLES)
    backwards = client.get(PATH, params={"orderBy": "name desc"}).json()["items"]
    assert [role["name"] for role in backwards] == names[::-1]
    (found,) = client.get(PATH, headers={"TMV1-Filter": "name eq 'analyst'"}).json()["items"]
    assert client.get(f"{PATH}/{found['id']}").json() == found


def test_a_role_has_permissions(client: httpx.Client) -> None:
    (role,) = client.get(PATH, headers={"TMV1-Filter": "name eq 'read-only'"}).json()["items"]
    allowed = client.get(f"{PATH}/{role['id']}/permissions").json()["items"]
    assert {permission["name"] for permission in allowed} == ROLES["read-only"]


def test_an_unknown_role_is_not_found(client: httpx.Client) -> None:
    assert [client.get(f"{PATH}/x{rest}").status_code for rest in ("", "/permissions")] == [404, 404]
