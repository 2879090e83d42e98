"""Accounts by name, mailboxes by address, messages by unique id."""

from dataclasses import replace

from visionone_sim.scenarios.people import email_activity, mail_address, organization
from visionone_sim.services.control.door import Order
from visionone_sim.services.control.seeds.kind import Kind
from visionone_sim.services.control.seeds.values import Body, document, made, read
from visionone_sim.tenant.accounts import DomainAccount, Iam
from visionone_sim.tenant.mail import Message
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json

SOMEBODY = "somebody@lab.example"
DIRECTORIES: dict[str, Iam] = {"AAD": "AAD", "OPAD": "OPAD"}


class MailboxSeed(Order):
    account: str | None = None
    """Whose it is; without one, an account that is named as the address."""


def _key(account_id: str) -> tuple[Iam, str]:
    r"""Read which record is meant: `LAB\anna` and `AAD:LAB\anna` in the cloud, `OPAD:LAB\anna` on the premises."""
    directory, _, name = account_id.partition(":")
    return (DIRECTORIES[directory], name) if directory in DIRECTORIES and name else ("AAD", account_id)


def _account(tenant: Tenant, account_id: str) -> DomainAccount | None:
    iam, name = _key(account_id)
    return next((account for account in tenant.directory if (account.iam, account.name) == (iam, name)), None)


def _put_account(tenant: Tenant, account_id: str, body: Body) -> None:
    iam, name = _key(account_id)
    address = name if "@" in name else mail_address(name) if "\\" in name else f"{name}@lab.example"
    account = made(DomainAccount, body, fixed={"iam": iam, "name": name}, defaults={"mail_address": address})
    tenant.settle()
    tenant.directory.put(account)


def _find_account(tenant: Tenant, account_id: str) -> dict[str, Json] | None:
    tenant.settle()
    account = _account(tenant, account_id)
    return document(account) if account is not None else None


def _remove_account(tenant: Tenant, account_id: str) -> None:
    iam, name = _key(account_id)
    tenant.directory.remove(f"{iam}:{name}")


def _owner(tenant: Tenant, address: str) -> DomainAccount | None:
    wanted = address.casefold()
    owners = (account for account in tenant.directory if account.iam == "AAD")
    return next((account for account in owners if account.mail_address.casefold() == wanted), None)


def _put_mailbox(tenant: Tenant, address: str, body: Body) -> None:
    owner = _owner(tenant, address)
    name = read(MailboxSeed, body).account or (owner.name if owner is not None else address)
    tenant.settle()
    if owner is not None and owner.name != name:
        tenant.directory.remove(owner.key)
    account = _account(tenant, f"AAD:{name}") or DomainAccount(name=name, iam="AAD", mail_address=address)
    tenant.directory.put(replace(account, mail_address=address))


def _find_mailbox(tenant: Tenant, address: str) -> dict[str, Json] | None:
    owner = _owner(tenant, address)
    if owner is None:
        return None
    return {"address": owner.mail_address, "account": owner.name, "messages": [*_held_by(tenant, address)]}


def _remove_mailbox(tenant: Tenant, address: str) -> None:
    owner = _owner(tenant, address)
    assert owner is not None
    tenant.directory.remove(owner.key)
    for unique_id in _held_by(tenant, address):
        _remove_message(tenant, unique_id)


def _held_by(tenant: Tenant, address: str) -> list[str]:
    wanted = address.casefold()
    return [message.unique_id for message in tenant.mail.values() if message.mail_box.casefold() == wanted]


def _put_message(tenant: Tenant, unique_id: str, body: Body) -> None:
    mail_box = str(body.get("mailBox", SOMEBODY))
    defaults = {
        "message_id": f"<{unique_id}@mail.example>",
        "mail_box": mail_box,
        "subject": f"About {unique_id}",
        "sender": "sender@partner.example",
        "recipients": (mail_box,),
        "sent": tenant.clock.now(),
        "organization_id": organization(mail_box),
    }
    message = made(Message, body, fixed={"unique_id": unique_id}, defaults=defaults)
    tenant.settle()
    tenant.mail.deliver(message)
    tenant.telemetry.forget(unique_id)
    tenant.telemetry.record("emailActivities", email_activity(message))


def _find_message(tenant: Tenant, unique_id: str) -> dict[str, Json] | None:
    tenant.settle()
    message = tenant.mail.get(unique_id)
    return document(message) if message is not None else None


def _remove_message(tenant: Tenant, unique_id: str) -> None:
    tenant.mail.remove(unique_id)
    tenant.telemetry.forget(unique_id)


ACCOUNTS = Kind(put=_put_account, find=_find_account, remove=_remove_account)
MAILBOXES = Kind(put=_put_mailbox, find=_find_mailbox, remove=_remove_mailbox)
MESSAGES = Kind(put=_put_message, find=_find_message, remove=_remove_message)
