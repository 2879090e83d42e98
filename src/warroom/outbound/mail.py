"""Mail over SMTP, encrypted wherever the server can."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from warroom.outbound.messages import lines_of, plain
from warroom.services.ports.notices import Notice, SendError, Sent

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The server that takes our mail: smtp://NAME@HOST:PORT, or smtps://…."""

    url: str
    password: str = field(default="", repr=False)
    seconds: float = 20.0


def written(sender: str, to: str, notice: Notice, url: str, message_id: str) -> EmailMessage:
    """Write a mail. Text of the notices goes into its body and subject, and cannot add a header."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"[warroom] {plain(notice.title, 200)}"
    message["From"] = plain(sender)
    message["To"] = plain(to)
    message["Message-ID"] = f"<{message_id}@warroom>"
    message["Auto-Submitted"] = "auto-generated"
    parts = [plain(notice.text), "\n".join(lines_of(notice)), url]
    message.set_content("\n\n".join(filter(None, parts)) + "\n")
    return message


def send(server: Server, message: EmailMessage) -> None:
    """Send a mail; raises SendError, which says whether the server may have accepted it."""
    where, port = urlsplit(server.url), _port_of(server.url)
    if not port or not where.hostname:
        raise SendError("No mail is sent without the setting notify_smtp (smtp://NAME@HOST:587).", Sent.REFUSED)
    is_handed_over = is_taken = False
    try:
        with _connected(server, where.scheme, where.hostname, port) as smtp:
            if where.username:
                smtp.login(unquote(where.username), server.password)
            is_handed_over = True
            smtp.send_message(message)
            is_taken = True  # the answer to QUIT does not matter
    except (smtplib.SMTPException, OSError) as error:
        if not is_taken:
            raise _said(error, where.hostname, is_handed_over=is_handed_over) from error


def _connected(server: Server, scheme: str, host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=server.seconds, context=context)
    smtp = smtplib.SMTP(host, port, timeout=server.seconds)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
        smtp.ehlo()
    elif server.password:
        smtp.close()
        raise smtplib.SMTPNotSupportedError("it offers no STARTTLS, and a password is not sent in the clear")
    return smtp


def _port_of(url: str) -> int:
    """Return the port of a server; 0 for what is no server's address.

    >>> [_port_of(url) for url in ("smtp://mail.example", "smtps://mail.example:4650", "mail.example", "smtp://a:b")]
    [587, 4650, 0, 0]
    """
    where = urlsplit(url)
    try:
        return where.port or PORTS.get(where.scheme, 0)
    except ValueError:
        return 0


def _said(error: Exception, host: str, *, is_handed_over: bool) -> SendError:
    """Classify an error: 4xx is retried, 5xx is not, and what was cut off may have arrived."""
    if code := _code_of(error):
        ended = Sent.WAITING if 400 <= code < 500 else Sent.REFUSED
        return SendError(f"{host} answers with SMTP {code}.", ended)
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError):
        return SendError(f"{host}: {plain(str(error), 200)}.", Sent.REFUSED)
    if is_handed_over:
        return SendError(f"{host} was cut off, and it is not known whether it took the message.", Sent.UNKNOWN)
    return SendError(f"{host} cannot be asked ({plain(str(error), 200) or type(error).__name__}).", Sent.WAITING)


def _code_of(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), 0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
