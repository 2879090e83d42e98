"""Sends messages to wherever an address leads: by mail, or to a webhook."""

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from warroom.outbound.messages import SHAPES
from warroom.services.ports.notices import Notice

SECONDS = 20.0
MAIL = "mailto:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Implements the Sender port; `smtp` is smtp://NAME@HOST:PORT (then STARTTLS) or smtps://NAME@HOST."""

    smtp: str = ""
    password: str = ""
    sender: str = "warroom@localhost"
    public_url: str = ""
    seconds: float = SECONDS

    async def send(self, to: str, shape: str, notice: Notice, message_id: str) -> None:
        url = self.public_url.rstrip("/") + notice.link if self.public_url else ""
        if to.startswith(MAIL):
            from warroom.outbound import mail  # noqa: PLC0415  # most commands send nothing

            server = mail.Server(url=self.smtp, password=self.password, seconds=self.seconds)
            message = mail.written(self.sender, unquote(to.removeprefix(MAIL)), notice, url, message_id)
            await asyncio.to_thread(mail.send, server, message)
            return
        from warroom.outbound import webhook  # noqa: PLC0415  # most commands send nothing

        await webhook.send(to, SHAPES[shape](notice, url, message_id), message_id, self.seconds)

    def name(self, to: str) -> str:
        """Return an address's name; a webhook's path is as good as a password, and is left out."""
        return to if to.startswith(MAIL) else urlsplit(to).hostname or "an address without a host"
