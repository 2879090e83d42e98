import httpx
import pytest

from tests.visionone_sim.answers import codes, task_ids
from visionone_sim.tenant.accounts import DomainAccount
from visionone_sim.testing import RunningTwin


@pytest.fixture
def person(twin: RunningTwin) -> DomainAccount:
    """Somebody who is known to both directories."""
    return next(account for account in twin.tenant.directory if account.iam == "AAD")


@pytest.fixture
def server_admin(twin: RunningTwin) -> DomainAccount:
    """Somebody who is known to the directory on the premises only."""
    clouds = {account.name for account in twin.tenant.directory if account.iam == "AAD"}
    return next(account for account in twin.tenant.directory if account.name not in clouds)


def act(client: httpx.Client, twin: RunningTwin, action: str, name: str) -> dict[str, object]:
    (task_id,) = task_ids(client.post(f"/response/domainAccounts/{action}", json=[{"accountName": name}]))
    twin.clock.advance(5)
    task: dict[str, object] = client.get(f"/response/tasks/{task_id}").json()
    return task


def facts(twin: RunningTwin, name: str) -> list[tuple[str, bool, bool, bool]]:
    return [
        (account.iam, account.enabled, account.signed_in, account.must_change_password)
        for account in twin.tenant.directory.named(name)
    ]


def test_an_account_is_disabled_and_enabled_in_every_directory(
    twin: RunningTwin, client: httpx.Client, person: DomainAccount
) -> None:
    task = act(client, twin, "disable", person.name)
    assert [(part["iam"], part["status"]) for part in task["tasks"]] == [("OPAD", "succeeded"), ("AAD", "succeeded")]  # type: ignore[attr-defined]
    assert facts(twin, person.name) == [("OPAD", False, False, False), ("AAD", False, False, False)]
    act(client, twin, "enable", person.mail_address)
    assert facts(twin, person.name) == [("OPAD", True, False, False), ("AAD", True, False, False)]


def test_only_the_cloud_signs_people_out(
    twin: RunningTwin, client: httpx.Client, person: DomainAccount, server_admin: DomainAccount
) -> None:
    assert act(client, twin, "signOut", person.name)["status"] == "succeeded"
    assert [signed_in for _, _, signed_in, _ in facts(twin, person.name)] == [True, False]
    assert act(client, twin, "signOut", server_admin.name)["status"] == "failed"


def test_a_password_has_to_be_changed(twin: RunningTwin, client: httpx.Client, person: DomainAccount) -> None:
    act(client, twin, "resetPassword", person.name)
    assert {must for *_, must in facts(twin, person.name)} == {True}


def test_wrong_accounts_are_refused_one_by_one(client: httpx.Client, person: DomainAccount) -> None:
    items = [{"accountName": "nobody"}, {}, {"accountName": ""}, {"accountName": person.name}]
    assert codes(client.post("/response/domainAccounts/disable", json=items)) == ["BadRequest"] * 3 + [None]
