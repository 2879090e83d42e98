import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.tenant.accounts import DomainAccount
from visionone_sim.tenant.actions.accounts import DISABLE, NO_SESSIONS_HERE, SIGN_OUT
from visionone_sim.tenant.targets import AccountDemand
from visionone_sim.tenant.tenant import Tenant

ANA = AccountDemand(account_name=r"fin\ana")


def test_a_directory_without_sessions_is_an_obstacle_only_when_it_is_the_only_one(tenant: Tenant) -> None:
    tenant.directory.put(DomainAccount(name=r"FIN\ana", iam="OPAD", mail_address="ana@fin.example"))
    assert SIGN_OUT.plan(tenant, ANA).obstacle is NO_SESSIONS_HERE
    tenant.directory.put(DomainAccount(name=r"FIN\ana", iam="AAD", mail_address="ana@fin.example"))
    plan = SIGN_OUT.plan(tenant, ANA)
    assert plan.obstacle is None
    assert [part.error for part in plan.parts] == [NO_SESSIONS_HERE, None]


def test_nobody_is_not_found(tenant: Tenant) -> None:
    with pytest.raises(BadRequestError, match="Target not found"):
        DISABLE.plan(tenant, ANA)
