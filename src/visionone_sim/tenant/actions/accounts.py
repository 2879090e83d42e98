"""Actions on accounts: each directory that knows the account is a part of the task."""

from collections.abc import Callable

from visionone_sim.errors import BadRequestError
from visionone_sim.tenant.accounts import Directory, DomainAccount
from visionone_sim.tenant.actions.rule import Plan, Rule
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.targets import AccountDemand, AccountTarget
from visionone_sim.tenant.tasks import Part, ResponseTask, TaskError

NO_SESSIONS_HERE = TaskError(
    code="NotSupported", message="This directory cannot sign an account out.", number="4009412"
)


def _rule(
    change: Callable[[Directory, str], None],
    obstacle: Callable[[DomainAccount], TaskError | None] = lambda _account: None,
) -> Rule[AccountDemand]:
    def plan(estate: Estate, demand: AccountDemand) -> Plan:
        accounts = estate.directory.named(demand.account_name)
        if not accounts:
            raise BadRequestError("Target not found.")
        parts = tuple(
            Part(
                key=account.key,
                facts={"accountName": account.name, "iam": account.iam},
                error=obstacle(account),
            )
            for account in accounts
        )
        hopeless = parts[0].error if all(part.error for part in parts) else None
        return Plan(target=AccountTarget(demand.account_name.casefold()), parts=parts, obstacle=hopeless)

    def happen(estate: Estate, task: ResponseTask) -> None:
        for part in task.parts:
            if part.error is None:
                change(estate.directory, part.key)

    return Rule(AccountDemand, plan, happen)


def _only_in_the_cloud(account: DomainAccount) -> TaskError | None:
    return NO_SESSIONS_HERE if account.iam == "OPAD" else None


DISABLE = _rule(lambda directory, key: directory.enable(key, enabled=False))
ENABLE = _rule(lambda directory, key: directory.enable(key, enabled=True))
SIGN_OUT = _rule(Directory.sign_out, _only_in_the_cloud)
RESET_PASSWORD = _rule(Directory.reset_password)
