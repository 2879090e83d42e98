"""A real SMTP server on this machine: with STARTTLS and a password, and refusals when it is told to."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

NAME, PASSWORD = "warroom", "s3cret"


@dataclass
class Mailbox:
    """What came in; `refuses` is what the server says instead of taking the next message."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuses: list[str] = field(default_factory=list)
    hangs_up: bool = False
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802  # its names
        if self.hangs_up:
            assert server.transport
            server.transport.close()
            return "421 gone"
        if self.refuses:
            return self.refuses.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    def authenticate(self, *asked: object) -> AuthResult:
        data = asked[-1]
        assert isinstance(data, LoginPassword)
        is_ours = (data.login, data.password) == (NAME.encode(), PASSWORD.encode())
        return AuthResult(success=is_ours, handled=False)


class OwnPort(Controller):
    """Takes a port that is free."""

    def _trigger_server(self) -> None:
        """Ask at the port that it has got."""
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it has started
        super()._trigger_server()  # type: ignore[no-untyped-call]  # of a package without types


@contextmanager
def mailbox(context: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Serve until the end of the block; with a context it wants STARTTLS and the password."""
    box = Mailbox()
    controller = OwnPort(
        box,
        hostname="127.0.0.1",
        port=0,
        authenticator=box.authenticate,
        tls_context=context,
        require_starttls=context is not None,
        auth_required=context is not None,
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
