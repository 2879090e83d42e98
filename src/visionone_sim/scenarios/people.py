"""The people of a company: their accounts in each directory, their mailboxes, a little ordinary mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from visionone_sim.tenant.accounts import DomainAccount
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.mail import Message
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

SUBJECTS = (
    "Minutes of Monday",
    "Lunch on Thursday?",
    "Travel expenses",
    "New price list",
    "Your parcel",
    "Holiday plan",
)
OUTSIDE = ("partner.example", "supplier.example", "newsletter.example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message before it is delivered."""

    subject: str
    sender: str
    recipients: tuple[str, ...]
    sent: datetime
    message_id: str
    urls: tuple[str, ...] = ()


def mail_address(account: str) -> str:
    r"""Return the address of an account.

    >>> mail_address(r"FIN\\mlopez")
    'mlopez@fin.example'
    """
    company, _, user = account.partition("\\")
    return f"{user}@{company.lower()}.example".replace("\\", "")


def settle_people(tenant: Tenant) -> None:
    """Add accounts for each user of an endpoint, and a mailbox with mail for each of them who works at a desk."""
    for endpoint in list(tenant.inventory.values()):
        for account in endpoint.login_accounts:
            address = mail_address(account)
            tenant.directory.put(DomainAccount(name=account, iam="OPAD", mail_address=address))
            if endpoint.kind == "desktop":
                tenant.directory.put(DomainAccount(name=account, iam="AAD", mail_address=address))
                _ordinary_mail(tenant, address)


def mailboxes(tenant: Tenant) -> Sequence[str]:
    """Return the addresses that have a mailbox here."""
    return sorted({account.mail_address for account in tenant.directory if account.iam == "AAD"})


def deliver(tenant: Tenant, letter: Letter) -> list[Message]:
    """Put a copy into each recipient's mailbox and record it."""
    copies = [
        Message(
            unique_id=draw_uuid(tenant.rng),
            message_id=letter.message_id,
            mail_box=mail_box,
            subject=letter.subject,
            sender=letter.sender,
            recipients=letter.recipients,
            sent=letter.sent,
            organization_id=organization(mail_box),
            urls=letter.urls,
        )
        for mail_box in letter.recipients
    ]
    for copy in copies:
        tenant.mail.deliver(copy)
        tenant.telemetry.record("emailActivities", email_activity(copy))
    return copies


def email_activity(copy: Message) -> dict[str, Json]:
    """Write a message as the search shows it."""
    return {
        "msgUuid": copy.unique_id,
        "mailMsgId": copy.message_id,
        "mailMsgSubject": copy.subject,
        "mailbox": copy.mail_box,
        "mailFromAddresses": [copy.sender],
        "mailToAddresses": list(copy.recipients),
        "mailSenderIp": copy.source_ip,
        "mailSourceDomain": copy.sender.partition("@")[2],
        "mailUrlsVisibleLink": list(copy.urls),
        "mailUrlsRealLink": list(copy.urls),
        "mailWholeHeader": [f"Message-ID: {copy.message_id}", f"From: {copy.sender}", f"Subject: {copy.subject}"],
        "scanType": "exchange",
        "searchDL": "SDL",
        "orgId": copy.organization_id,
        "eventTime": int(copy.sent.timestamp() * 1000),
        "eventTimeDT": wire_time(copy.sent),
    }


def organization(address: str) -> str:
    return f"org-{address.partition('@')[2].partition('.')[0]}"


def _ordinary_mail(tenant: Tenant, address: str) -> None:
    rng = tenant.rng
    for _ in range(2):
        sender = f"{rng.choice(('office', 'anna', 'orders'))}@{rng.choice(OUTSIDE)}"
        sent = tenant.clock.now() - timedelta(seconds=rng.randrange(600, 20 * 3600))
        message_id = f"<{rng.getrandbits(48):012x}@{sender.partition('@')[2]}>"
        letter = Letter(
            subject=rng.choice(SUBJECTS), sender=sender, recipients=(address,), sent=sent, message_id=message_id
        )
        deliver(tenant, letter)
